//! Tables as they stand in chunks: a row a line, its cells between bars, the header first.

use crate::terms::is_han;

/// What stands between the cells of a row.
const BAR: &str = " | ";

/// Most characters of a cell that can be a column's name.
const MAX_NAME: usize = 24;

/// The tables of a chunk's text, each as its rows.
pub(crate) fn tables(text: &str) -> Vec<Vec<Vec<&str>>> {
    blocks(text)
        .into_iter()
        .filter_map(|block| match block {
            Block::Table(rows) => Some(rows),
            Block::Line(_) => None,
        })
        .collect()
}

/// The text with the column's name in front of every cell. A small model that has to count bars takes the neighbour's
/// number; one that reads the name beside the number does not.
pub(crate) fn labelled(text: &str) -> String {
    let lines: Vec<String> = blocks(text)
        .into_iter()
        .flat_map(|block| match block {
            Block::Line(line) => vec![line.to_string()],
            Block::Table(rows) => table_lines(&rows),
        })
        .collect();
    lines.join("\n")
}

/// Most rows that a question names.
const MAX_ROWS: usize = 3;

/// What a question asks of a table by the names of its row and its column: "经理级，二类城市：450". Empty where it does not
/// name both, or names more than a few rows: then the table speaks for itself.
pub(crate) fn looked_up(question: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rows in tables(text) {
        let [names, records @ ..] = rows.as_slice() else {
            continue;
        };
        if !names_columns(names, records) {
            continue;
        }
        let said_rows = said(records.iter().map(|row| row[0]), question);
        let said_columns = said(names.iter().skip(1).copied(), question);
        if said_rows.is_empty() || said_rows.len() > MAX_ROWS {
            continue;
        }
        for row in said_rows {
            for column in &said_columns {
                if let Some(cell) = records[row].get(column + 1).filter(|cell| !cell.is_empty()) {
                    let (label, name) = (records[row][0], names[column + 1]);
                    found.push(match label.chars().chain(name.chars()).any(is_han) {
                        true => format!("{label}，{name}：{cell}"),
                        false => format!("{label}, {name}: {cell}"),
                    });
                }
            }
        }
    }
    found
}

/// Which of these names the question says, but not those that are only a part of a longer one said.
fn said<'n>(names: impl Iterator<Item = &'n str>, question: &str) -> Vec<usize> {
    let mut said: Vec<(usize, &str)> = names
        .enumerate()
        .filter(|(_, name)| name.chars().count() > 1 && find_name(question, name).is_some())
        .collect();
    let all: Vec<&str> = said.iter().map(|(_, name)| *name).collect();
    said.retain(|(_, name)| {
        let apart = all
            .iter()
            .filter(|other| other.len() > name.len() && other.contains(name))
            .fold(question.to_string(), |left, other| left.replace(other, " "));
        find_name(&apart, name).is_some()
    });
    said.into_iter().map(|(index, _)| index).collect()
}

/// Where a text says a name as a name: not inside of a longer word (`IT` in "limit"), nor under a title that makes another
/// one of it (经理 in 总经理). Upper and lower case are the same. The range in bytes of `text`.
pub(crate) fn find_name(text: &str, name: &str) -> Option<std::ops::Range<usize>> {
    const MAKES_ANOTHER: [char; 8] = ['总', '副', '非', '未', '不', '前', '原', '代'];
    let fold = |text: &str| text.to_ascii_lowercase();
    let (folded, wanted) = (fold(text), fold(name));
    if wanted.is_empty() {
        return None;
    }
    let word = |c: char| c.is_ascii_alphanumeric();
    folded
        .match_indices(&wanted)
        .map(|(at, found)| at..at + found.len())
        .find(|range| {
            let before = folded[..range.start].chars().next_back();
            let after = folded[range.end..].chars().next();
            let begins = !wanted.starts_with(word) || !before.is_some_and(word);
            let ends = !wanted.ends_with(word) || !after.is_some_and(word);
            begins && ends && !before.is_some_and(|c| MAKES_ANOTHER.contains(&c))
        })
}

enum Block<'t> {
    Line(&'t str),
    Table(Vec<Vec<&'t str>>),
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    for line in text.lines() {
        if !line.contains(BAR) {
            blocks.push(Block::Line(line));
            continue;
        }
        // The space before an empty first cell was trimmed away with the line's.
        let (first, rest) = match line.strip_prefix("| ") {
            Some(rest) => (Some(""), rest),
            None => (None, line),
        };
        let cells = rest.split(BAR).map(str::trim);
        let row: Vec<&str> = first.into_iter().chain(cells).collect();
        match blocks.last_mut() {
            Some(Block::Table(rows)) => rows.push(row),
            Some(Block::Line(_)) | None => blocks.push(Block::Table(vec![row])),
        }
    }
    blocks
}

fn table_lines(rows: &[Vec<&str>]) -> Vec<String> {
    match rows {
        [names, records @ ..] if names_columns(names, records) => {
            records.iter().map(|row| labelled_row(names, row)).collect()
        }
        _ => rows.iter().map(|row| row.join(BAR)).collect(),
    }
}

/// True for a first row of short names, all different, over rows that are no longer than it and have figures under some of
/// the names. Of rows of words alone nothing tells whether the first one names the others (forms begin with a field), and
/// in two columns nothing can be mistaken.
fn names_columns(names: &[&str], records: &[Vec<&str>]) -> bool {
    let mut seen = std::collections::HashSet::new();
    let has_figures = |column: usize| {
        let cells = records.iter().filter_map(|row| row.get(column));
        let filled: Vec<&&str> = cells.filter(|cell| !cell.is_empty()).collect();
        filled.iter().filter(|cell| is_figure(cell)).count() * 2 > filled.len()
    };
    names.len() > 2
        && records.iter().all(|row| row.len() <= names.len())
        && names.iter().all(|name| {
            !name.is_empty()
                && name.chars().count() <= MAX_NAME
                && !is_figure(name)
                && seen.insert(*name)
        })
        && (0..names.len()).any(has_figures)
}

/// A number that is no year.
fn is_figure(cell: &str) -> bool {
    let digits: String = cell
        .chars()
        .filter(|c| !matches!(c, ',' | '%' | '¥' | '$' | '(' | ')'))
        .collect();
    match digits.parse::<f64>() {
        Ok(number) => !(1900.0..2100.0).contains(&number),
        Err(_) => false,
    }
}

fn labelled_row(names: &[&str], row: &[&str]) -> String {
    let chinese = names.iter().chain(row).any(|cell| cell.chars().any(is_han));
    let (colon, stop) = if chinese {
        ("：", "；")
    } else {
        (": ", "; ")
    };
    let cells: Vec<String> = names
        .iter()
        .zip(row)
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(name, cell)| format!("{name}{colon}{cell}"))
        .collect();
    cells.join(stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_stands_beside_its_columns_name() {
        let text = "标准如下：\n职级 | 一类城市 | 二类城市\n总监级 | 700 | 550\n经理级 |  | 450\n| 300 | 200\n以上每晚。";
        assert_eq!(
            labelled(text),
            "标准如下：\n职级：总监级；一类城市：700；二类城市：550\n职级：经理级；二类城市：450\n一类城市：300；二类城市：200\n以上每晚。"
        );
        assert_eq!(
            labelled("Segment | 2023 | 2024\nSoftware | 4,480 | 6,325"),
            "Segment: Software; 2023: 4,480; 2024: 6,325"
        );
    }

    #[test]
    fn a_value_is_looked_up_by_its_row_and_column() {
        let text = "标准：\n职级 | 一类城市 | 二类城市\n总经理级 | 900 | 700\n经理级 | 550 | 450\n合计 | 1450 | 1150";
        assert_eq!(
            looked_up("经理级员工去二类城市出差，住宿费多少？", text),
            ["经理级，二类城市：450"]
        );
        assert_eq!(
            looked_up("总经理级去一类城市呢？", text),
            ["总经理级，一类城市：900"]
        );
        assert_eq!(
            looked_up("经理级和总经理级在一类城市各是多少？", text),
            ["总经理级，一类城市：900", "经理级，一类城市：550"]
        );
        assert!(looked_up("经理级的标准是多少？", text).is_empty());
        assert!(looked_up("二类城市的标准是多少？", text).is_empty());
        assert_eq!(
            looked_up(
                "How much revenue did software subscriptions have in Q3 2023?",
                "Segment | Q3 2023 | Q3 2024\nSoftware Subscriptions | 4,480 | 6,325\nTotal | 46,475 | 50,000"
            ),
            ["Software Subscriptions, Q3 2023: 4,480"]
        );
    }

    #[test]
    fn a_name_inside_of_another_word_is_not_said() {
        let table = "Dept | Headcount | Budget\nIT | 12 | 300\nHR | 5 | 100";
        assert!(looked_up("What is the budget limit of marketing?", table).is_empty());
        assert_eq!(
            looked_up("What is the budget of it?", table),
            ["IT, Budget: 300"]
        );
        let table = "职级 | 一类城市 | 二类城市\n经理 | 550 | 450\n员工 | 450 | 380";
        assert!(looked_up("总经理去一类城市多少钱？", table).is_empty());
        assert_eq!(
            looked_up("经理去一类城市多少钱？", table),
            ["经理，一类城市：550"]
        );
    }

    #[test]
    fn what_has_no_names_stays_as_it_is() {
        for text in [
            "1 | 2 | 3\n4 | 5 | 6",
            "甲 | 甲 | 乙\n1 | 2 | 3",
            "联系人 | 张三\n电话 | 62001234",
            "张三 | 财务部 | 出纳\n李四 | 行政部 | 司机",
            "总监级 | 700 | 550\n经理级 | 550 | 450",
            "项目 | 金额 | 备注\n差旅 | 300 | 无 | 多一格",
            "只有一行 | 300",
            "没有表格",
        ] {
            assert_eq!(labelled(text), text);
        }
    }
}
