//! The values that the toolkit's state and the clouds both speak of, each in a type that cannot hold a bad one.

mod archive_period;
mod base_os;
mod cloudhost;
mod machine_type;
mod path_part;
mod server_name;
mod snapshot_id;
mod snapshot_kind;

pub use archive_period::ArchivePeriod;
pub use base_os::BaseOs;
pub use cloudhost::Cloudhost;
pub use machine_type::{MachineType, NameFilter};
pub use path_part::{BuildIdentifier, Region, WebsiteUrl};
pub use server_name::ServerName;
pub use snapshot_id::SnapshotId;
pub use snapshot_kind::SnapshotKind;
