//! Tables for people.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use terminal_size::{Width, terminal_size_of};

/// How wide the terminal is, if there is one.
pub(crate) fn width() -> Option<u16> {
    terminal_size_of(std::io::stdout()).map(|(Width(width), _)| width)
}

/// A table of text; columns whose heading begins with `#` hold numbers, and the last column takes what room is left. Without
/// a terminal nothing is wrapped, so that it can be searched.
pub(crate) fn table(header: &[&str], rows: Vec<Vec<String>>) -> String {
    let width = width();
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    match width {
        Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
        None => table.set_content_arrangement(ContentArrangement::Disabled),
    };
    table.set_header(header.iter().map(|name| name.trim_start_matches('#')));
    for row in rows {
        table.add_row(row);
    }
    let last = header.len().saturating_sub(1);
    for (at, (column, name)) in table.column_iter_mut().zip(header).enumerate() {
        column.set_padding((0, 2));
        if at != last {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        if name.starts_with('#') {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}
