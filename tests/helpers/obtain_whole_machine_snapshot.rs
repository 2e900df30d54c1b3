//! ObtainWholeMachineSnapshot, on four clouds and five machine types.

use crate::world::{CLOUDS, Door, TYPES, World};

mod every_machine;
mod existing;
