//! The simulated cloud for `make demo`, built without what only tests need (tests/simcloud).

#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "as in tests/simcloud/simcloud.rs"
)]

include!("../tests/simcloud/program.rs");
