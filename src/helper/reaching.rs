//! Sessions, copies and commands on a build's machines. Each file is a family of helpers, a name for each machine type.

pub mod connect_to;
pub mod copy_from;
pub mod copy_to;
pub mod execute_on;
