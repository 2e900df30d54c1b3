//! Man pages.

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

const MANUAL: &str = "Agile Deployment Toolkit";
const SOURCE: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// The page of a helper whose arguments clap knows.
pub fn of_command(command: &clap::Command) -> anyhow::Result<String> {
    let man = Man::new(command.clone()).manual(MANUAL).source(SOURCE);
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut rest = Roff::new();
    if let Some(after) = command.get_after_help() {
        // The notes between the sections would otherwise count to the one before them.
        let text = after.to_string();
        let blocks = text.split("\n\n");
        let (sections, notes): (Vec<&str>, Vec<&str>) = blocks.partition(|block| is_section(block));
        if !notes.is_empty() {
            rest.control("SH", ["NOTES"]);
        }
        for block in notes.into_iter().chain(sections) {
            add(&mut rest, block);
        }
    }
    page.extend_from_slice(rest.render().as_bytes());
    Ok(without_date(&String::from_utf8(page)?))
}

/// The page of the helper `name` whose `--help` prints `help`: what it does, `Usage: …`, and paragraphs and examples.
pub fn of_help(name: &str, help: &str) -> String {
    let mut blocks: Vec<&str> = help.trim_end().split("\n\n").collect();
    let about = blocks.remove(0);
    let usage = blocks
        .iter()
        .position(|block| block.starts_with("Usage: "))
        .map(|index| blocks.remove(index));
    let mut page = Roff::new();
    page.control("TH", [name, "1", "", SOURCE, MANUAL]);
    page.control("SH", ["NAME"]);
    let summary = about.replace('\n', " ");
    page.text([roman(format!("{name} - {}", summary.trim_end_matches('.')))]);
    page.control("SH", ["SYNOPSIS"]);
    let words = usage.unwrap_or(name).trim_start_matches("Usage: ");
    let arguments = words.trim_start_matches(name);
    page.text([bold(name), roman(arguments)]);
    page.control("SH", ["DESCRIPTION"]);
    add(&mut page, about);
    for block in blocks {
        add(&mut page, block);
    }
    without_date(&page.render())
}

/// The overview `name`, of section 7: what it is about, and paragraphs and sections.
pub fn of_overview(name: &str, text: &str) -> String {
    let mut blocks = text.trim_end().split("\n\n");
    let about = blocks.next().unwrap_or_default();
    let mut page = Roff::new();
    page.control("TH", [name, "7", "", SOURCE, MANUAL]);
    page.control("SH", ["NAME"]);
    let summary = about.replace('\n', " ");
    page.text([roman(format!("{name} - {}", summary.trim_end_matches('.')))]);
    page.control("SH", ["DESCRIPTION"]);
    for block in blocks {
        add(&mut page, block);
    }
    without_date(&page.render())
}

/// The page with an empty date, which roff writes as none, so that the next word would be taken for it.
fn without_date(page: &str) -> String {
    page.replacen(" 1  \"", " 1 \"\" \"", 1)
        .replacen(" 7  \"", " 7 \"\" \"", 1)
}

/// Adds a block of a help text: a section, such as `Examples:` and what is indented below it, or a paragraph.
fn add(page: &mut Roff, block: &str) {
    let mut lines = block.lines().peekable();
    if is_section(block) {
        let heading = lines.next().unwrap_or_default().trim_end_matches(':');
        let (title, condition) = heading.split_once(", ").unwrap_or((heading, ""));
        page.control("SH", [title.to_uppercase().as_str()]);
        if !condition.is_empty() {
            page.text([roman(format!("{condition}:"))]);
        }
        page.control("nf", []);
        for line in lines {
            page.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
        }
        page.control("fi", []);
        return;
    }
    page.control("PP", []);
    while let Some(line) = lines.next() {
        page.text([roman(line)]);
        // A line that ends a sentence ends here too: the next one is about another word.
        if line.ends_with('.') && lines.peek().is_some() {
            page.control("br", []);
        }
    }
}

/// Whether a block is a heading with indented lines below it.
fn is_section(block: &str) -> bool {
    let mut lines = block.lines();
    let has_heading = lines.next().is_some_and(|line| line.ends_with(':'));
    has_heading && lines.all(|line| line.starts_with("  "))
}
