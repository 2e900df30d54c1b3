//! Small binaries that stand in for the Agile Deployment Toolkit's helper scripts.
//!
//! Arrows go one way: `bin` → `helper` → {`toolkit`, `cloud`, `datastore`} → {`command`, `files`}.
