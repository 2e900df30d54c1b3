//! `CreateServer`.

use crate::world::{CLOUDS, LABELS, World};

mod autoscaler;
mod checks;
mod faults;
mod guarding;
mod host_names;
mod interrupted;
mod twins;
mod words;
