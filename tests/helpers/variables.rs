//! GetVariableValue, SetVariableValue and the small probes of a build.

use crate::original::{corrected, is_original};
use crate::world::{CLOUDS, DOORS, Door, World};

mod active_build;
mod get;
mod get_os_name;
mod is_flagged;
mod set;
mod set_refusals;
mod set_together;
