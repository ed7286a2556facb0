//! Guesses about delimited text: its delimiter, its header, whether it is a table at all.

/// Text looked at for a guess.
pub(super) const HEAD_BYTES: usize = 32 << 10;
/// Delimiters in the order in which a draw is decided.
pub(super) const DELIMITERS: [char; 4] = [',', '\t', ';', '|'];

const MAX_RECORDS: usize = 60;

/// The delimiter of the text, and the text without the `sep=` line that spreadsheet programs write.
pub(super) fn delimiter(text: &str) -> (u8, &str) {
    if let Some(rest) = text.strip_prefix("sep=") {
        let mut characters = rest.chars();
        if let Some(named) = characters.next().filter(char::is_ascii) {
            let rest = characters.as_str().trim_start_matches(['\r', '\n']);
            return (named as u8, rest);
        }
    }
    let head = head(text);
    let mut best = (b',', 0.0);
    for candidate in DELIMITERS {
        let score = shape(head, candidate).score();
        if score > best.1 {
            best = (candidate as u8, score);
        }
    }
    (best.0, text)
}

/// True when one of the delimiters cuts the text into a regular grid of short cells.
pub(super) fn is_grid(text: &str, delimiters: &[char]) -> bool {
    let head = head(text);
    delimiters.iter().any(|delimiter| {
        let shape = shape(head, *delimiter);
        let columns = if *delimiter == '\t' { 2 } else { 3 };
        let regular = shape.records >= 5 && shape.columns >= columns
            || shape.records >= 3 && shape.columns > columns
            // Few rows of two columns count when the first names what the second holds.
            || shape.records >= 3 && shape.columns >= 2 && shape.has_numbers;
        regular && shape.usual == shape.records && shape.mean_cell <= 24.0
    })
}

/// True when one of the delimiters cuts every record into the same number of cells.
pub(super) fn is_regular(text: &str) -> bool {
    let head = head(text);
    !text.trim_start().starts_with(['<', '{', '['])
        && DELIMITERS.iter().any(|delimiter| {
            let shape = shape(head, *delimiter);
            shape.records >= 2 && shape.columns >= 2 && shape.usual == shape.records
        })
}

/// True when the first row names columns.
pub(super) fn has_header(rows: &[Vec<String>]) -> bool {
    let Some((first, rest)) = rows.split_first() else {
        return false;
    };
    let filled: Vec<&String> = first.iter().filter(|cell| !cell.is_empty()).collect();
    if rest.is_empty() || filled.is_empty() || filled.iter().any(|cell| is_value(cell)) {
        return false;
    }
    let below = &rest[..rest.len().min(50)];
    let over_numbers = first.iter().enumerate().any(|(column, name)| {
        !name.is_empty()
            && below
                .iter()
                .any(|row| row.get(column).is_some_and(|cell| is_value(cell)))
    });
    let names_differ = {
        let mut names: Vec<&String> = filled.clone();
        names.sort();
        names.dedup();
        names.len() == filled.len()
    };
    let all_short = first.iter().all(|cell| cell.chars().count() <= 40);
    let mostly_filled = filled.len() * 2 > first.len();
    mostly_filled && all_short && (over_numbers || names_differ)
}

/// A number, amount, percentage or date: no column is called so.
fn is_value(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    digits > 0
        && cell.chars().all(|c| {
            c.is_ascii_digit()
                || matches!(
                    c,
                    '.' | ','
                        | '-'
                        | '+'
                        | '%'
                        | '/'
                        | ':'
                        | ' '
                        | '¥'
                        | '￥'
                        | '$'
                        | '€'
                        | '('
                        | ')'
                        | '年'
                        | '月'
                        | '日'
                        | 'e'
                        | 'E'
                        | 'T'
                        | 'Z'
                )
        })
}

struct Shape {
    records: usize,
    /// The most frequent number of columns, and how many records have it.
    columns: usize,
    usual: usize,
    mean_cell: f64,
    has_numbers: bool,
}

impl Shape {
    fn score(&self) -> f64 {
        if self.columns < 2 {
            return 0.0;
        }
        let regular = self.usual as f64 / self.records.max(1) as f64;
        regular * regular + 0.02 * (self.columns.min(20) as f64)
    }
}

fn shape(text: &str, delimiter: char) -> Shape {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter as u8)
        .from_reader(text.as_bytes());
    let mut counts: Vec<(usize, usize)> = Vec::new();
    let (mut records, mut cells, mut characters, mut has_numbers) = (0, 0_usize, 0_usize, false);
    for record in reader.records().take(MAX_RECORDS).flatten() {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        records += 1;
        cells += record.len();
        characters += record
            .iter()
            .map(|cell| cell.chars().count())
            .sum::<usize>();
        has_numbers |= record.iter().any(|cell| is_value(cell.trim()));
        match counts
            .iter_mut()
            .find(|(columns, _)| *columns == record.len())
        {
            Some((_, count)) => *count += 1,
            None => counts.push((record.len(), 1)),
        }
    }
    let (columns, usual) = counts
        .into_iter()
        .max_by_key(|(columns, count)| (*count, *columns))
        .unwrap_or((0, 0));
    Shape {
        records,
        columns,
        usual,
        mean_cell: characters as f64 / cells.max(1) as f64,
        has_numbers,
    }
}

/// The first whole lines of the text.
fn head(text: &str) -> &str {
    if text.len() <= HEAD_BYTES {
        return text;
    }
    let mut end = HEAD_BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    match text[..end].rfind('\n') {
        Some(line_end) => &text[..line_end],
        None => &text[..end],
    }
}
