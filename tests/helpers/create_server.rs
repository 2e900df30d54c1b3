//! `CreateServer`.

use crate::world::{CLOUDS, LABELS, World};

mod autoscaler;
mod checks;
mod faults;
mod interrupted;
mod words;
