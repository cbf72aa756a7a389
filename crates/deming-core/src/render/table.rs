//! A Markdown table whose columns line up, for people at a terminal.

use super::markdown::cell;

/// The rows under their headings; cells are foreign text.
pub fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let rows: Vec<[String; N]> =
        rows.iter().map(|row| std::array::from_fn(|at| cell(&row[at]))).collect();
    let widths: [usize; N] = std::array::from_fn(|at| {
        let cells = rows.iter().map(|row| row[at].chars().count());
        cells.chain([headings[at].chars().count(), 3]).max().unwrap_or_default()
    });
    let mut text = line(headings, widths);
    text.push_str(&line(widths.map(|it| "-".repeat(it)), widths));
    for row in rows {
        text.push_str(&line(row, widths));
    }
    text
}

/// The last column is left as it is: it may be long.
fn line<const N: usize>(cells: [impl AsRef<str>; N], widths: [usize; N]) -> String {
    let mut text = String::from("|");
    for (at, cell) in cells.iter().enumerate() {
        let cell = cell.as_ref();
        let is_last = at + 1 == N;
        let rule = is_last && !cell.is_empty() && cell.bytes().all(|it| it == b'-');
        let cell = if rule { "---" } else { cell };
        let missing = if is_last { 0 } else { widths[at].saturating_sub(cell.chars().count()) };
        text.push_str(&format!(" {cell}{} |", " ".repeat(missing)));
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_cells_stay_cells() {
        let rows = [["é|\u{1b}[31m".to_owned(), "1".to_owned()], ["ab cd".into(), String::new()]];
        assert_eq!(
            table(["Name", "n"], &rows),
            "| Name  | n |\n\
             | ----- | --- |\n\
             | é\\|   | 1 |\n\
             | ab cd |  |\n"
        );
    }
}
