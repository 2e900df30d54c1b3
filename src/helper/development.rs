//! A developer's working copy of the toolkit.

pub mod initialise_toolkit_for_development;
pub mod push_and_sync_infrastructure_scripts_updates;
pub mod push_infrastructure_scripts_updates;
pub mod sync_infrastructure_scripts_updates;
