//! What linode-cli prints without `--json`.

/// An error without `--json`.
pub fn error(field: &str, reason: &str) -> String {
    let width = field.len().max(5) + reason.chars().count().max(6) + 7;
    let rows = [vec![field.to_owned(), reason.to_owned()]];
    format!(
        "{:width$}\n{}",
        "errors",
        boxed(&["field", "reason"], &rows, None)
    )
}

/// A table with lines around it. With widths a cell that is too long loses its end, as on a terminal that is too narrow.
pub fn boxed(header: &[&str], rows: &[Vec<String>], widths: Option<&[usize]>) -> String {
    let longest = |i: usize| {
        let cells = rows.iter().map(|row| row[i].chars().count());
        cells.chain([header[i].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = widths.map_or_else(
        || (0..header.len()).map(longest).collect(),
        <[usize]>::to_vec,
    );
    let line = |left: &str, middle: &str, right: &str| {
        let parts: Vec<_> = widths.iter().map(|w| "─".repeat(w + 2)).collect();
        format!("{left}{}{right}\n", parts.join(middle))
    };
    let row = |cells: &[String]| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| {
            if cell.chars().count() > *width {
                cell.chars().take(width - 1).chain(['…']).collect()
            } else {
                format!("{cell:width$}")
            }
        });
        format!("│ {} │\n", cells.collect::<Vec<_>>().join(" │ "))
    };
    let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
    let body: String = rows.iter().map(|cells| row(cells)).collect();
    line("┌", "┬", "┐") + &row(&header) + &line("├", "┼", "┤") + &body + &line("└", "┴", "┘")
}
