//! Writes the man pages and the shell completions of every helper, from what `--help` is made of: `manuals FOLDER`.
//!
//! `make docs` calls it.

mod completions;
mod page;

use std::fs;
use std::path::{Path, PathBuf};

use adt_helpers::helpers::{self, Group};
use anyhow::Context;

fn main() -> anyhow::Result<()> {
    let words: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [folder] = words.as_slice() else {
        anyhow::bail!("expected a folder for the pages");
    };
    let pages = emptied(&folder.join("man"))?;
    let completions = folder.join("completions");
    for shell in completions::SHELLS {
        emptied(&completions.join(shell))?;
    }
    let own = page::of_help(helpers::PROGRAM, &helpers::overview());
    write(
        &pages.join(format!("{}.1", helpers::PROGRAM)),
        own.as_bytes(),
    )?;
    for command in helpers::own_commands() {
        let page = page::of_command(&command)?;
        let file = pages.join(format!("{}.1", command.get_name()));
        write(&file, page.as_bytes())?;
    }
    let overview = page::of_overview(helpers::PROGRAM, &overview_text());
    write(
        &emptied(&folder.join("man7"))?.join(format!("{}.7", helpers::PROGRAM)),
        overview.as_bytes(),
    )?;
    for helper in helpers::ALL {
        let command = helper.command();
        let page = match &command {
            Some(command) => page::of_command(command)?,
            None => page::of_help(helper.name, &helper.help()),
        };
        write(&pages.join(format!("{}.1", helper.name)), page.as_bytes())?;
        let files = command.as_ref().map(completions::of).unwrap_or_default();
        for (file, text) in files {
            write(&completions.join(file), text.as_bytes())?;
        }
    }
    Ok(())
}

/// The overview, with the helpers that the table has.
fn overview_text() -> String {
    let mut list = String::new();
    for group in Group::ALL {
        let of_group = helpers::ALL.iter().filter(|helper| helper.group == group);
        let rows: Vec<String> = of_group
            .map(|helper| format!("  {:<37}  {}", helper.name, helper.does))
            .collect();
        list.push_str(&format!("{}:\n{}\n\n", group.title(), rows.join("\n")));
    }
    include_str!("overview.txt").replace("@HELPERS@", list.trim_end())
}

fn emptied(folder: &Path) -> anyhow::Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    Ok(folder.to_owned())
}

fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(file, bytes).with_context(|| format!("'{}' cannot be written", file.display()))
}
