//! ObtainWholeMachineSnapshot, on four clouds and five machine types.

use crate::original::corrected;
use crate::world::{CLOUDS, DOORS, Door, OTHER_SORTS, TYPES, World};

mod again;
mod all;
mod builds;
mod concurrency;
mod credentials;
mod directories;
mod dry_run;
mod every_machine;
mod existing;
mod faults;
mod hostile_answers;
mod hostile_files;
mod interrupted;
mod json;
mod keys;
mod notes;
mod questions;
mod records;
mod secrets;
mod shared_calls;
mod snapshot_ids;
mod tools;
mod upload_failures;
mod uploads;
mod website_url;
