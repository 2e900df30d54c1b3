//! ObtainWholeMachineSnapshot, on four clouds and five machine types.

use crate::original::corrected;
use crate::world::{CLOUDS, DOORS, Door, TYPES, World};

mod concurrency;
mod directories;
mod every_machine;
mod existing;
mod faults;
mod interrupted;
mod questions;
mod website_url;
