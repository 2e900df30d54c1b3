//! The helpers that log in to machines, against real ssh servers.

mod execute_on;
