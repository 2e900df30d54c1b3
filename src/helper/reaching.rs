//! Sessions, copies and commands on a build's machines, families of helpers with a name for each machine type; and the
//! certificate that the machines serve a site with.

pub mod connect_to;
pub mod copy_from;
pub mod copy_to;
pub mod execute_on;
pub mod manually_update_ssl_certificate;
