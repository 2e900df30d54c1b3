//! ObtainWholeMachineSnapshot, on four clouds and five machine types.

use crate::world::{CLOUDS, DOORS, Door, TYPES, World};

mod directories;
mod every_machine;
mod existing;
mod questions;
mod website_url;
