//! What a report looks like: rows in columns, what to do below a row, and one word in front that a colour repeats.

/// How a row fares, in the word it begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// All is well.
    Ok,
    /// A person should look at it.
    Warning,
    /// Nobody knows.
    Unknown,
    /// It is wrong.
    Failure,
}

impl Mark {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Failure => "failure",
        }
    }

    const fn colour(self) -> u8 {
        match self {
            Self::Ok => 32,
            Self::Warning => 33,
            Self::Unknown => 35,
            Self::Failure => 31,
        }
    }

    fn shown(self, in_colour: bool) -> String {
        let word = self.word();
        if in_colour {
            format!("\u{1b}[{}m{word:7}\u{1b}[0m", self.colour())
        } else {
            format!("{word:7}")
        }
    }
}

/// A row of a report.
#[derive(Debug, Default)]
pub struct Row {
    mark: Option<Mark>,
    cells: Vec<String>,
    below: Vec<String>,
}

impl Row {
    /// A row of these cells. The last one is free text and takes no column.
    pub fn of<T: Into<String>>(cells: impl IntoIterator<Item = T>) -> Self {
        Self {
            cells: cells.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// The row with a word in front.
    #[must_use]
    pub fn marked(mut self, mark: Mark) -> Self {
        self.mark = Some(mark);
        self
    }

    /// The row with lines below it that belong to it.
    #[must_use]
    pub fn with_below(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.below.extend(lines);
        self
    }

    fn is_alike(&self, other: &Self) -> bool {
        let mut cells = self.cells.iter().zip(&other.cells).enumerate();
        self.mark == other.mark
            && self.below == other.below
            && self.cells.len() == other.cells.len()
            && cells.all(|(column, (own, its))| column == 1 || own == its)
    }

    /// The row with what to do about it below, as a command where there is one.
    #[must_use]
    pub fn with_fix(self, fix: Option<&str>) -> Self {
        self.with_below(fix.map(|fix| format!("fix: {fix}")))
    }
}

/// The rows, those one after the other that differ in nothing but their second cell as one.
pub fn together(rows: impl IntoIterator<Item = Row>) -> Vec<Row> {
    let mut together: Vec<Row> = Vec::new();
    for row in rows {
        match (together.last_mut(), row.cells.get(1)) {
            (Some(last), Some(subject)) if last.is_alike(&row) => {
                if let Some(subjects) = last.cells.get_mut(1) {
                    subjects.push_str(", ");
                    subjects.push_str(subject);
                }
            }
            _ => together.push(row),
        }
    }
    together
}

/// The rows as lines, their cells in columns.
pub fn lines(rows: &[Row], in_colour: bool) -> Vec<String> {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns.saturating_sub(1))
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.cells.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut lines = Vec::new();
    for row in rows {
        let mut line = row
            .mark
            .map_or_else(String::new, |mark| format!("{}  ", mark.shown(in_colour)));
        let indent = if row.mark.is_some() { 9 } else { 2 };
        for (column, cell) in row.cells.iter().enumerate() {
            match widths.get(column) {
                Some(width) => line.extend([format!("{cell:width$}"), "  ".to_owned()]),
                None => line.push_str(cell),
            }
        }
        lines.push(line.trim_end().to_owned());
        let below = row.below.iter();
        lines.extend(below.map(|text| format!("{:indent$}{text}", "")));
    }
    lines
}

/// The line for `count` rows that are ok and not shown.
pub fn passed(count: usize, in_colour: bool) -> Option<String> {
    let them = if count == 1 { "it" } else { "them" };
    (count > 0).then(|| {
        let mark = Mark::Ok.shown(in_colour);
        format!(
            "{mark}  {}; --verbose shows {them}",
            counted(count, "check")
        )
    })
}

/// `1 warning`, `2 warnings`.
pub fn counted(count: usize, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        vec![
            Row::of(["age", "webserver", "3 days"]).marked(Mark::Ok),
            Row::of(["manifest", "db", "is gone"])
                .marked(Mark::Failure)
                .with_fix(Some("adt-helpers X")),
        ]
    }

    #[test]
    fn cells_are_aligned_and_what_to_do_is_below() {
        assert_eq!(
            lines(&rows(), false),
            [
                "ok       age       webserver  3 days",
                "failure  manifest  db         is gone",
                "         fix: adt-helpers X",
            ]
        );
        assert_eq!(
            lines(&[Row::of(["a", "b"]).with_below(["c".to_owned()])], false),
            ["a  b", "  c"]
        );
    }

    #[test]
    fn colours_are_there_when_asked_for_alone() {
        assert!(lines(&rows(), true)[0].starts_with("\u{1b}[32mok     \u{1b}[0m  age"));
        assert!(!lines(&rows(), false).concat().contains('\u{1b}'));
    }

    #[test]
    fn rows_that_say_the_same_of_several_are_one() {
        let row = |subject: &str, fix: &str| {
            Row::of(["recorded id", subject, "has none"]).with_fix(Some(fix))
        };
        let rows = together([row("db", "x"), row("ws", "x"), row("as", "y")]);
        assert_eq!(
            lines(&rows, false),
            [
                "recorded id  db, ws  has none",
                "  fix: x",
                "recorded id  as      has none",
                "  fix: y",
            ]
        );
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(counted(1, "failure"), "1 failure");
        assert_eq!(counted(0, "failure"), "0 failures");
    }
}
