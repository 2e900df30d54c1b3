//! GetVariableValue and SetVariableValue.
