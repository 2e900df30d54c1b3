//! ObtainWholeMachineSnapshot, on four clouds and five machine types.

use crate::world::{CLOUDS, DOORS, Door, TYPES, World};

mod concurrency;
mod credentials;
mod directories;
mod every_machine;
mod existing;
mod faults;
mod interrupted;
mod keys;
mod questions;
mod records;
mod secrets;
mod snapshot_ids;
mod tools;
mod upload_failures;
mod uploads;
mod website_url;
