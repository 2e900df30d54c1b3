//! Where the tests find the real command-line tools, which `make test-tools` installs.

use std::path::{Path, PathBuf};

/// Where the tests look for tools: the folder `venv` where cargo builds, then `PATH`.
pub fn places_of_tools() -> Vec<PathBuf> {
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("venv/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::iter::once(venv)
        .chain(std::env::split_paths(&path))
        .collect()
}

/// Where the tool called `name` is; a test that needs it fails without it.
pub fn real_tool(name: &str) -> PathBuf {
    places_of_tools()
        .into_iter()
        .map(|place| place.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{name} is not installed; run 'make test-tools'"))
}
