//! How vultr-cli prints snapshots, and how it pages.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::answer::{Answer, date, go_json};
use crate::state::Snapshot;

pub const ACCOUNT: &str = "\
BALANCE\t\tPENDING CHARGES\t\tLAST PAYMENT DATE\t\tLAST PAYMENT AMOUNT\tNAME\t\tEMAIL\t\t\tACLS
-100.50\t\t1.25\t\t\t2026-10-01T00:00:00+00:00\t-10.00\t\t\tMock User\tops@example.test\t[manage_users, subscriptions]
";

/// A part of a list.
pub struct Page {
    total: usize,
    start: usize,
    size: usize,
}

impl Page {
    /// The page at `cursor`; an unknown cursor is the beginning.
    pub fn new(total: usize, size: usize, cursor: &str) -> Self {
        let start = (0..total)
            .step_by(size)
            .find(|start| cursor == next_cursor(*start))
            .unwrap_or(0);
        Self { total, start, size }
    }

    /// The page's rows.
    pub fn of<T: Clone>(&self, rows: &[T]) -> Vec<T> {
        rows.iter()
            .skip(self.start)
            .take(self.size)
            .cloned()
            .collect()
    }

    fn next(&self) -> String {
        let next = self.start + self.size;
        if next < self.total {
            next_cursor(next)
        } else {
            String::new()
        }
    }

    pub fn meta(&self) -> String {
        format!(
            "    \"meta\": {{\n        \"total\": {},\n        \"links\": {{\n            \"next\": \"{}\",\n            \
             \"prev\": \"\"\n        }}\n    }}\n}}\n",
            self.total,
            self.next(),
        )
    }

    pub fn footer(&self) -> String {
        let next = self.next();
        let next = if next.is_empty() { "---\t" } else { &next };
        format!(
            "======================================\nTOTAL\tNEXT PAGE\tPREV PAGE\n{}\t{next}\t---\n",
            self.total
        )
    }
}

/// `snapshot list`.
pub fn snapshots(rows: &[(&Snapshot, &str)], page: &Page, json: bool) -> Answer {
    if json {
        return Answer::out(
            list(
                "snapshots",
                rows.iter().map(|(s, status)| snapshot_json(s, status, 8)),
            ) + &page.meta(),
        );
    }
    let row = |(s, status): &(&Snapshot, &str)| {
        let (size, compressed) = sizes(s, status);
        format!(
            "{}\t{}\t{size}\t{compressed}\t\t{status}\t2136\t0\t{}\n",
            s.id,
            moment(s.created_ms),
            s.name
        )
    };
    let table = if rows.is_empty() {
        "ID\tDATE CREATED\tSIZE\tCOMPRESSED SIZE\t\tSTATUS\tOSID\tAPPID\tDESCRIPTION\n\
         ---\t---\t\t---\t---\t\t\t---\t---\t---\t---\n"
            .to_owned()
    } else {
        "ID\t\t\t\t\tDATE CREATED\t\t\tSIZE\t\tCOMPRESSED SIZE\t\tSTATUS\t\tOSID\tAPPID\tDESCRIPTION\n".to_owned()
            + &rows.iter().map(row).collect::<String>()
    };
    Answer::out(table + &page.footer())
}

/// What `snapshot create` and `snapshot get` print.
pub fn snapshot(s: &Snapshot, status: &str, json: bool) -> Answer {
    if json {
        return Answer::out(format!(
            "{{\n    \"snapshot\": {}\n}}\n",
            snapshot_json(s, status, 4)
        ));
    }
    let (size, compressed) = sizes(s, status);
    Answer::out(format!(
        "ID\t\t\t\t\tDATE CREATED\t\t\tSIZE\tCOMPRESSED SIZE\t\tSTATUS\t\tOSID\tAPPID\tDESCRIPTION\n\
         {}\t{}\t{size}\t{compressed}\t\t\t{status}\t\t2136\t0\t{}\n",
        s.id,
        moment(s.created_ms),
        s.name,
    ))
}

fn snapshot_json(s: &Snapshot, status: &str, indent: usize) -> String {
    let strings = |key: &str, value: &str| (key.to_owned(), go_json(value));
    let other = |key: &str, value: u64| (key.to_owned(), value.to_string());
    let (size, compressed) = sizes(s, status);
    object(
        indent,
        &[
            strings("id", &s.id),
            strings("date_created", &moment(s.created_ms)),
            strings("description", &s.name),
            other("size", size),
            other("compressed_size", compressed),
            strings("status", status),
            other("os_id", 2136),
            other("app_id", 0),
        ],
    )
}

/// Size and compressed size; both 0 until it is complete.
fn sizes(s: &Snapshot, status: &str) -> (u64, u64) {
    match (status, s.size) {
        ("pending", _) => (0, 0),
        (_, 0) => (26_843_545_600, 949_678_560),
        (_, size) => (size, size / 28),
    }
}

pub fn moment(ms: u64) -> String {
    date(ms, "%Y-%m-%dT%H:%M:%S+00:00")
}

/// Columns set apart by tabs, as Go's tabwriter does for vultr-cli: each ends at a multiple of eight, two blanks on at least.
pub fn tabbed(rows: &[&[&str]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        (cells.max().unwrap_or(0) + 2).next_multiple_of(8)
    };
    let mut text = String::new();
    for row in rows {
        let last = row.len() - 1;
        for (column, cell) in row.iter().enumerate() {
            text += cell;
            if column < last {
                let missing = width(column) - cell.chars().count();
                text += &"\t".repeat(missing.div_ceil(8));
            }
        }
        text.push('\n');
    }
    text
}

pub fn object(indent: usize, fields: &[(String, String)]) -> String {
    let pad = " ".repeat(indent);
    let lines: Vec<_> = fields
        .iter()
        .map(|(key, value)| format!("{pad}    \"{key}\": {value}"))
        .collect();
    format!("{{\n{}\n{pad}}}", lines.join(",\n"))
}

/// The beginning of a list; the page's `meta` follows.
pub fn list(key: &str, rows: impl Iterator<Item = String>) -> String {
    let rows: Vec<_> = rows.map(|row| format!("        {row}")).collect();
    if rows.is_empty() {
        return format!("{{\n    \"{key}\": [],\n");
    }
    format!("{{\n    \"{key}\": [\n{}\n    ],\n", rows.join(",\n"))
}

fn next_cursor(start: usize) -> String {
    BASE64_STANDARD.encode(format!("next__{start}"))
}
