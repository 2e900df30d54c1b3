//! ObtainWholeMachineSnapshot, on four clouds and five machine types.

use crate::world::{CLOUDS, Door, TYPES, World};

mod concurrency;
mod every_machine;
mod existing;
mod faults;
mod interrupted;
