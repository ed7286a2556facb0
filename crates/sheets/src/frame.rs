//! An island as typed columns: names, types, units, and which rows count.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::grid::{Grid, Look};
use crate::layout::{Layout, Shape};
use crate::names::{Names, identifier, squeeze};
use crate::typing::{Sort, Stats, Typed, is_amount, number_of, sort_of, typed};
use crate::understanding::{Column, ColumnKind, LeftOut, LeftOutReason};
use crate::value::{
    self, base_unit, is_blank_mark, is_identifier_header, is_subtotal_label, plain, unit_scale,
};
use crate::workbook::number_text;
use crate::{Cell, Value};

/// Different values counted of a column; more is "many".
const MAX_DISTINCT: usize = 5000;
/// Values of a column shown to the model.
const MAX_SAMPLES: usize = 40;
/// Cells looked at to find the type of a column.
const TYPE_SAMPLE: usize = 20_000;

/// Typed columns over the records of a grid. A record is a row, or a column when the table lies sideways.
pub(crate) struct Frame<'g, 'a> {
    grid: &'g Grid<'a>,
    is_sideways: bool,
    pub(crate) columns: Vec<Column>,
    scales: Vec<f64>,
    /// Records that count, as grid rows (or columns).
    pub(crate) records: Vec<usize>,
    pub(crate) left_out: Vec<LeftOut>,
    /// Where fields stand: grid columns (or rows).
    fields: Vec<usize>,
}

impl<'g, 'a> Frame<'g, 'a> {
    /// Types the columns of a grid.
    pub(crate) fn new(grid: &'g Grid<'a>, layout: &Layout) -> Self {
        let is_sideways = layout.shape == Shape::Sideways;
        let (fields, first, last) = if is_sideways {
            (
                (layout.top..=layout.bottom).collect::<Vec<_>>(),
                1,
                grid.width() - 1,
            )
        } else {
            (
                (0..grid.width()).collect(),
                layout.top + layout.header_rows,
                layout.bottom,
            )
        };
        let mut frame = Self {
            grid,
            is_sideways,
            columns: Vec::new(),
            scales: Vec::new(),
            records: Vec::new(),
            left_out: Vec::new(),
            fields,
        };
        let headers = frame.headers(layout);
        frame.choose_records(first, last, &headers);
        frame.drop_empty_fields(headers, layout);
        frame
    }

    fn place(&self, record: usize, field: usize) -> (usize, usize) {
        if self.is_sideways {
            (self.fields[field], record)
        } else {
            (record, self.fields[field])
        }
    }

    /// The cell of a record; text of a merged cell counts for all records that it spans, a number only for the first.
    fn cell(&self, record: usize, field: usize) -> Option<&'a Cell> {
        let (row, column) = self.place(record, field);
        if let Some(cell) = self.grid.own(row, column) {
            return Some(cell);
        }
        let cell = self.grid.seen(row, column)?;
        matches!(cell.value, Value::Text(_)).then_some(cell)
    }

    fn headers(&self, layout: &Layout) -> Vec<String> {
        (0..self.fields.len())
            .map(|field| {
                if self.is_sideways {
                    return self.grid.text(self.fields[field], 0);
                }
                let column = self.fields[field];
                let mut parts: Vec<String> = Vec::new();
                for row in layout.top..layout.top + layout.header_rows {
                    let mut text = self.grid.text(row, column).replace(['\n', '\r'], "");
                    if text.is_empty() && row + 1 < layout.top + layout.header_rows {
                        text = self.group_to_the_left(row, column, layout);
                    }
                    let text = squeeze(&text);
                    if !text.is_empty() && parts.last() != Some(&text) {
                        parts.push(text);
                    }
                }
                parts.join("/")
            })
            .collect()
    }

    /// Without merges a group's name stands over its first column only.
    fn group_to_the_left(&self, row: usize, column: usize, layout: &Layout) -> String {
        if self.grid.has_merges() || self.grid.text(row + 1, column).is_empty() {
            return String::new();
        }
        let named = (0..column)
            .rev()
            .find(|left| !self.grid.text(row, *left).is_empty());
        match named {
            Some(left)
                if !self
                    .grid
                    .text(layout.top + layout.header_rows - 1, left)
                    .is_empty() =>
            {
                self.grid.text(row, left)
            }
            _ => String::new(),
        }
    }

    fn choose_records(&mut self, first: usize, last: usize, headers: &[String]) {
        let label_fields: Vec<usize> = (0..self.fields.len().min(4)).collect();
        for record in first..=last {
            if self.is_sideways {
                let name = self.grid.text(self.fields[0], record);
                if is_subtotal_label(&name) {
                    self.leave_out(record, name, LeftOutReason::Total);
                } else {
                    self.records.push(record);
                }
                continue;
            }
            let label = label_fields
                .iter()
                .map(|field| self.grid.own(record, self.fields[*field]))
                .filter_map(|cell| match &cell?.value {
                    Value::Text(text) => Some(text),
                    _ => None,
                })
                .find(|text| is_subtotal_label(text));
            if let Some(label) = label {
                self.leave_out(record, plain(label), LeftOutReason::Total);
                continue;
            }
            let filled = self.grid.filled(record);
            if filled == 0 {
                continue;
            }
            if filled > 1 && self.repeats_header(record, headers) {
                let label = self.grid.text(record, self.fields[0]);
                self.leave_out(record, label, LeftOutReason::RepeatedHeader);
                continue;
            }
            if filled == 1 && self.fields.len() > 2 {
                let is_section = self
                    .grid
                    .merge_at(record, self.fields[0])
                    .is_some_and(|merge| merge.width() * 2 > self.fields.len());
                if is_section {
                    let label = self.grid.text(record, self.fields[0]);
                    self.leave_out(record, label, LeftOutReason::Section);
                    continue;
                }
            }
            self.records.push(record);
        }
        self.leave_out_unnamed_total();
    }

    fn leave_out(&mut self, record: usize, label: String, reason: LeftOutReason) {
        let (last_row, last_column) = (self.grid.height() - 1, self.grid.width() - 1);
        let range = if self.is_sideways {
            self.grid.range(
                self.fields[0],
                record,
                *self.fields.last().unwrap_or(&last_row),
                record,
            )
        } else {
            self.grid.range(record, 0, record, last_column)
        };
        self.left_out.push(LeftOut {
            range,
            label,
            reason,
        });
    }

    fn repeats_header(&self, record: usize, headers: &[String]) -> bool {
        let mut same = 0;
        for (field, header) in headers.iter().enumerate() {
            let text = squeeze(&self.grid.text(record, self.fields[field]));
            if text.is_empty() {
                continue;
            }
            let last = header.rsplit('/').next().unwrap_or(header);
            if text != last && text != *header {
                return false;
            }
            same += 1;
        }
        same * 2 > headers.len()
    }

    /// A last row without a name whose every number is the sum of those above is a total too.
    fn leave_out_unnamed_total(&mut self) {
        let Some((&last, above)) = self.records.split_last() else {
            return;
        };
        if above.len() < 3 || self.is_sideways {
            return;
        }
        let has_name = matches!(
            self.grid.look(last, self.fields[0]),
            Look::Text | Look::Date | Look::Year
        ) || self.grid.own(last, self.fields[0]).is_some();
        if has_name {
            return;
        }
        let mut sums = 0;
        for field in 0..self.fields.len() {
            let Some(total) = self.cell(last, field).and_then(number_of) else {
                continue;
            };
            let sum: f64 = above
                .iter()
                .filter_map(|record| self.cell(*record, field).and_then(number_of))
                .sum();
            if (sum - total).abs() > 1e-6 * sum.abs().max(1.0) {
                return;
            }
            sums += 1;
        }
        if sums > 0 {
            self.records.pop();
            self.leave_out(last, String::new(), LeftOutReason::Total);
        }
    }

    fn drop_empty_fields(&mut self, headers: Vec<String>, layout: &Layout) {
        let caption = layout
            .titles
            .iter()
            .chain(&layout.notes)
            .find_map(|line| value::caption_unit(line));
        let all_stats = self.stats();
        let all = std::mem::take(&mut self.fields);
        let mut names = Names::default();
        for ((field, header), stats) in all.into_iter().zip(headers).zip(all_stats) {
            if header.is_empty() && stats.filled == 0 {
                continue;
            }
            self.fields.push(field);
            let place = if self.is_sideways {
                self.grid.rows[field]
            } else {
                self.grid.columns[field]
            };
            let (column, scale) =
                self.type_column(&header, &stats, place, caption.as_deref(), &mut names);
            self.columns.push(column);
            self.scales.push(scale);
        }
        self.count_values();
    }

    /// What the cells of each field look like. Record by record: the cells of one lie side by side in memory.
    fn stats(&self) -> Vec<Stats> {
        let mut stats: Vec<Stats> = self.fields.iter().map(|_| Stats::default()).collect();
        let mut ordinary: Vec<HashMap<&'a str, Sort>> = vec![HashMap::new(); stats.len()];
        let step = (self.records.len() / TYPE_SAMPLE).max(1);
        for (index, record) in self.records.iter().enumerate() {
            for (field, stats) in stats.iter_mut().enumerate() {
                let Some(cell) = self.cell(*record, field) else {
                    stats.blank += 1;
                    continue;
                };
                stats.filled += 1;
                match &cell.value {
                    // A text anywhere is always looked at.
                    Value::Text(text) => match ordinary[field].get(&**text) {
                        Some(sort) => stats.add(sort),
                        None => {
                            let sort = sort_of(cell);
                            stats.add(&sort);
                            if ordinary[field].len() < MAX_DISTINCT {
                                ordinary[field].insert(text, sort);
                            }
                        }
                    },
                    // Of all else a sample of a very long column tells the type.
                    _ if index % step == 0 => stats.add(&sort_of(cell)),
                    _ => {}
                }
            }
        }
        stats
    }

    fn type_column(
        &self,
        header: &str,
        stats: &Stats,
        place: u32,
        caption: Option<&str>,
        names: &mut Names,
    ) -> (Column, f64) {
        let seen = stats.numbers + stats.dates + stats.texts;
        let share = |count: usize| count as f64 / seen.max(1) as f64;
        let is_identifier = is_identifier_header(header) || stats.identifiers * 2 > seen;
        let kind = if seen == 0 || is_identifier && stats.dates * 2 < seen {
            ColumnKind::Text
        } else if share(stats.dates) >= 0.9 {
            ColumnKind::Date
        } else if share(stats.numbers) >= 0.8 {
            if stats.fractions > 0 {
                ColumnKind::Number
            } else {
                ColumnKind::Integer
            }
        } else {
            ColumnKind::Text
        };
        let is_numeric = matches!(kind, ColumnKind::Integer | ColumnKind::Number);
        let mut scale = 1.0;
        let mut unit = None;
        if is_numeric {
            let scales: HashSet<u64> = stats
                .units
                .keys()
                .map(|unit| unit_scale(unit).to_bits())
                .collect();
            let own = stats.units.iter().max_by_key(|(_, count)| **count);
            unit = match own {
                // Cells of 万元 and of 亿元 in one column: all are brought to 元.
                Some((unit, _)) if scales.len() > 1 => {
                    scale = 0.0;
                    Some(base_unit(unit).to_owned()).filter(|unit| !unit.is_empty())
                }
                Some((unit, count)) if !unit.is_empty() && *count * 2 > stats.numbers => {
                    Some(unit.clone())
                }
                _ => value::header_unit(header),
            };
            if unit.is_none() && is_amount(header) {
                unit = caption.map(str::to_owned);
            }
        }
        let name = names.unique(&identifier(header, place, self.is_sideways));
        let has_texts = stats.from_text > 0 || stats.odd_text;
        let raw =
            (kind != ColumnKind::Text && has_texts).then(|| names.unique(&format!("{name}__raw")));
        let is_hidden = if self.is_sideways {
            false
        } else {
            self.grid.sheet_column_hidden(place)
        };
        let kind = if scale == 0.0 {
            ColumnKind::Number
        } else {
            kind
        };
        let column = Column {
            name,
            header: header.to_owned(),
            kind,
            unit,
            place,
            is_hidden,
            raw,
            distinct: 0,
            samples: Vec::new(),
            unread: 0,
            blank: stats.blank + stats.marks,
        };
        (column, scale)
    }

    fn count_values(&mut self) {
        let mut counts: Vec<Counts<'a>> = self.columns.iter().map(|_| Counts::default()).collect();
        for record in &self.records {
            for (field, counts) in counts.iter_mut().enumerate() {
                let cell = self.cell(*record, field);
                counts.add(cell, self.columns[field].kind, self.scales[field]);
            }
        }
        for (column, counts) in self.columns.iter_mut().zip(counts) {
            (column.distinct, column.unread) = (counts.values.len(), counts.unread);
            column.samples = counts.samples();
        }
    }

    /// The typed value of a field of a record.
    pub(crate) fn typed(&self, record: usize, field: usize) -> Typed<'a> {
        typed(
            self.cell(record, field),
            self.columns[field].kind,
            self.scales[field],
        )
    }

    /// The text of a field of a record as it stands in the cell.
    pub(crate) fn raw(&self, record: usize, field: usize) -> Typed<'a> {
        self.cell(record, field).map_or(Typed::Null, |cell| {
            Typed::Text(match &cell.value {
                Value::Text(text) => Cow::Borrowed(text.trim()),
                _ => Cow::Owned(cell.text().trim().to_owned()),
            })
        })
    }

    /// Row of the sheet of a record from 1 (column when the table lies sideways).
    pub(crate) fn line(&self, record: usize) -> i64 {
        let index = if self.is_sideways {
            self.grid.columns[record]
        } else {
            self.grid.rows[record]
        };
        i64::from(index) + 1
    }
}

/// A value as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Counted<'a> {
    Integer(i64),
    Text(Cow<'a, str>),
}

impl Counted<'_> {
    fn text(&self) -> String {
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Text(text) => text.to_string(),
        }
    }
}

/// How often the values of a column are there.
#[derive(Debug, Default)]
struct Counts<'a> {
    /// How often, and the place among the first to be seen.
    values: HashMap<Counted<'a>, (usize, usize)>,
    unread: usize,
}

impl<'a> Counts<'a> {
    fn add(&mut self, cell: Option<&'a Cell>, kind: ColumnKind, scale: f64) {
        let value = match typed(cell, kind, scale) {
            Typed::Null => {
                let has_content = cell.is_some_and(|cell| !is_blank_mark(&cell.text()));
                self.unread += usize::from(has_content);
                return;
            }
            Typed::Integer(number) => Counted::Integer(number),
            // Amounts are rarely asked for by value; counting them all would cost more than the rest.
            Typed::Real(_) if self.values.len() > 100 => return,
            Typed::Real(number) => Counted::Text(Cow::Owned(number_text(number))),
            Typed::Text(text) => Counted::Text(text),
        };
        if let Some((count, _)) = self.values.get_mut(&value) {
            *count += 1;
        } else if self.values.len() < MAX_DISTINCT {
            self.values.insert(value, (1, self.values.len()));
        }
    }

    /// The most frequent values, in the order of the sheet when they are few.
    fn samples(&self) -> Vec<String> {
        let mut order: Vec<(&Counted<'a>, (usize, usize))> =
            self.values.iter().map(|(value, at)| (value, *at)).collect();
        order.sort_unstable_by_key(|(_, (_, first))| *first);
        if order.len() > MAX_SAMPLES {
            order.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
            order.truncate(MAX_SAMPLES);
        }
        order.into_iter().map(|(value, _)| value.text()).collect()
    }
}
