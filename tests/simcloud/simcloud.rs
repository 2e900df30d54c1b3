//! The simulated cloud: every provider CLI and datastore tool the helpers call, as one program.
fn main() {}
