//! A formula in plain words, its references by the names of their columns.

use super::language::Language;
use super::syntax::{Expression, SyntaxError, parse};
use super::templates::TableColumns;
use super::tokens::Reference;
use crate::address::column_name;

/// Explains a formula: one line for the whole, then one for each step inside that has a meaning of its own.
///
/// References into the table are named by the headers of their columns, others by their addresses.
///
/// # Errors
/// Where and why the text is no formula.
pub fn explain_formula(
    formula: &str,
    table: Option<&TableColumns>,
    language: Language,
) -> Result<Vec<String>, SyntaxError> {
    let text = formula.trim();
    let expression = parse(text.strip_prefix('=').unwrap_or(text))?;
    let words = Words { table, language };
    let mut lines = vec![words.sentence(&expression)];
    words.steps(&expression, 0, &mut lines);
    Ok(lines)
}

struct Words<'a> {
    table: Option<&'a TableColumns>,
    language: Language,
}

/// Deeper steps add length and no understanding.
const MAX_STEPS: usize = 6;

impl Words<'_> {
    fn sentence(&self, expression: &Expression) -> String {
        let phrase = self.phrase(expression);
        match self.language {
            Language::Chinese => format!("结果为：{phrase}。"),
            Language::English => format!("The result is {phrase}."),
        }
    }

    /// Lines for conditions, lookups and replacements inside of a formula.
    fn steps(&self, expression: &Expression, depth: usize, lines: &mut Vec<String>) {
        if lines.len() > MAX_STEPS {
            return;
        }
        if let Expression::Call(name, arguments) = expression {
            if depth > 0
                && matches!(
                    name.as_str(),
                    "IF" | "IFERROR"
                        | "VLOOKUP"
                        | "XLOOKUP"
                        | "SUMIF"
                        | "SUMIFS"
                        | "COUNTIF"
                        | "COUNTIFS"
                        | "INDEX"
                        | "MATCH"
                )
            {
                let phrase = self.phrase(expression);
                lines.push(match self.language {
                    Language::Chinese => format!("其中 {name}：{phrase}。"),
                    Language::English => format!("Inside, {name}: {phrase}."),
                });
            }
            for argument in arguments {
                self.steps(argument, depth + 1, lines);
            }
            return;
        }
        match expression {
            Expression::Binary(_, left, right) => {
                self.steps(left, depth + 1, lines);
                self.steps(right, depth + 1, lines);
            }
            Expression::Prefix(_, inner)
            | Expression::Postfix(_, inner)
            | Expression::Group(inner) => {
                self.steps(inner, depth + 1, lines);
            }
            Expression::Call(..)
            | Expression::Number(_)
            | Expression::Text(_)
            | Expression::Bool(_)
            | Expression::Error(_)
            | Expression::Reference(_)
            | Expression::Name(_)
            | Expression::Array(_)
            | Expression::Missing => {}
        }
    }

    fn phrase(&self, expression: &Expression) -> String {
        let chinese = self.language == Language::Chinese;
        match expression {
            Expression::Number(number) => number.clone(),
            Expression::Text(text) if text.is_empty() => {
                self.language.pick("空白", "blank").to_string()
            }
            Expression::Text(text) => format!("“{text}”"),
            Expression::Bool(true) => self.language.pick("真", "true").to_string(),
            Expression::Bool(false) => self.language.pick("假", "false").to_string(),
            Expression::Error(error) => error.clone(),
            Expression::Reference(reference) => self.reference(reference),
            Expression::Name(name) => name.clone(),
            Expression::Array(array) => array.clone(),
            Expression::Missing => self.language.pick("（省略）", "(left out)").to_string(),
            Expression::Group(inner) => match inner.as_ref() {
                Expression::Binary(..) => format!("({})", self.phrase(inner)),
                _ => self.phrase(inner),
            },
            Expression::Prefix(sign, inner) => match sign {
                '-' => format!("−{}", self.phrase(inner)),
                _ => self.phrase(inner),
            },
            Expression::Postfix(_, inner) => format!("{}%", self.phrase(inner)),
            Expression::Binary(operator, left, right) => {
                let word = match operator.as_str() {
                    "+" => "+",
                    "-" => "−",
                    "*" => "×",
                    "/" => "÷",
                    "^" => self.language.pick("的幂次", "to the power of"),
                    "&" => self.language.pick("连接", "joined with"),
                    "=" => self.language.pick("等于", "equals"),
                    "<>" => self.language.pick("不等于", "is not"),
                    ">" => self.language.pick("大于", "is greater than"),
                    "<" => self.language.pick("小于", "is less than"),
                    ">=" => self.language.pick("不小于", "is at least"),
                    "<=" => self.language.pick("不大于", "is at most"),
                    _ => self.language.pick("到", "to"),
                };
                format!("{} {word} {}", self.phrase(left), self.phrase(right))
            }
            Expression::Call(name, arguments) => {
                let words: Vec<String> = arguments.iter().map(|a| self.phrase(a)).collect();
                self.call(name, &words).unwrap_or_else(|| {
                    let separator = if chinese { "，" } else { ", " };
                    match self.language {
                        Language::Chinese => format!("函数 {name}（{}）", words.join(separator)),
                        Language::English => format!("{name}({})", words.join(separator)),
                    }
                })
            }
        }
    }

    /// The words of a function; `None` for one that has none here.
    fn call(&self, name: &str, words: &[String]) -> Option<String> {
        let word = |index: usize| words.get(index).map_or("", String::as_str);
        let all = words.join(self.language.pick("、", ", "));
        let of_all = |chinese: &str, english: &str| {
            Some(match self.language {
                Language::Chinese => format!("{all}{chinese}"),
                Language::English => format!("{english} {all}"),
            })
        };
        let both = |chinese: String, english: String| {
            Some(match self.language {
                Language::Chinese => chinese,
                Language::English => english,
            })
        };
        let (a, b, c) = (word(0), word(1), word(2));
        match name {
            "SUM" => of_all("的合计", "the sum of"),
            "AVERAGE" => of_all("的平均值", "the average of"),
            "MAX" => of_all("中的最大值", "the largest of"),
            "MIN" => of_all("中的最小值", "the smallest of"),
            "COUNT" => of_all("中数字的个数", "the count of numbers in"),
            "COUNTA" => of_all("中非空单元格的个数", "the count of filled cells in"),
            "COUNTBLANK" => of_all("中空单元格的个数", "the count of empty cells in"),
            "MEDIAN" => of_all("的中位数", "the median of"),
            "PRODUCT" => of_all("的乘积", "the product of"),
            "ABS" => of_all("的绝对值", "the absolute value of"),
            "N" if words.len() == 1 => both(
                format!("{a}（非数字时为 0）"),
                format!("{a} (0 when it is no number)"),
            ),
            "INT" => of_all("向下取整", "rounded down,"),
            "LEN" => of_all("的字符数", "the number of characters of"),
            "TRIM" => of_all("去掉多余空格", "without spare spaces,"),
            "YEAR" => of_all("的年份", "the year of"),
            "MONTH" => of_all("的月份", "the month of"),
            "DAY" => of_all("的日", "the day of"),
            "VALUE" => of_all("转成数字", "as a number,"),
            "ROW" if words.is_empty() => both("本行行号".into(), "the number of the row".into()),
            "ROW" => of_all("的行号", "the row number of"),
            "TODAY" => both("今天的日期".into(), "the date of today".into()),
            "ISNUMBER" => both(format!("{a}是数字"), format!("{a} is a number")),
            "ISBLANK" => both(format!("{a}为空"), format!("{a} is empty")),
            "NOT" => both(format!("并非（{a}）"), format!("not ({a})")),
            "AND" => both(words.join(" 且 "), words.join(" and ")),
            "OR" => both(words.join(" 或 "), words.join(" or ")),
            "IF" if words.len() < 3 => both(format!("如果{a}，则为{b}"), format!("{b} if {a}")),
            "IF" => both(
                format!("如果{a}，则为{b}，否则为{c}"),
                format!("{b} if {a}, otherwise {c}"),
            ),
            "IFERROR" | "IFNA" => both(
                format!("{a}，出错时为{b}"),
                format!("{a}, or {b} when that gives an error"),
            ),
            "ROUND" => both(
                format!("{a}四舍五入到 {b} 位小数"),
                format!("{a} rounded to {b} decimal places"),
            ),
            "ROUNDUP" => both(
                format!("{a}向上舍入到 {b} 位小数"),
                format!("{a} rounded up to {b} decimal places"),
            ),
            "ROUNDDOWN" => both(
                format!("{a}向下舍入到 {b} 位小数"),
                format!("{a} rounded down to {b} decimal places"),
            ),
            "MOD" => both(
                format!("{a} 除以 {b} 的余数"),
                format!("the remainder of {a} divided by {b}"),
            ),
            "LEFT" => both(
                format!("{a}左边的 {b} 个字符"),
                format!("the first {b} characters of {a}"),
            ),
            "RIGHT" => both(
                format!("{a}右边的 {b} 个字符"),
                format!("the last {b} characters of {a}"),
            ),
            "MID" => both(
                format!("{a}从第 {b} 个字符起的 {c} 个字符"),
                format!("{c} characters of {a} from character {b} on"),
            ),
            "RANK" | "RANK.EQ" => {
                let rising = !matches!(c, "" | "0");
                both(
                    format!(
                        "{a}在{b}中的名次（{}）",
                        if rising {
                            "从小到大"
                        } else {
                            "从大到小"
                        }
                    ),
                    format!(
                        "the rank of {a} among {b}, {}",
                        if rising {
                            "lowest first"
                        } else {
                            "highest first"
                        }
                    ),
                )
            }
            "COUNTIF" => both(
                format!("{a}中符合 {b} 的个数"),
                format!("the count of {a} that match {b}"),
            ),
            "SUMIF" => {
                let sum = if c.is_empty() { a } else { c };
                both(
                    format!("在{a}符合 {b} 的行中，{sum}的合计"),
                    format!("the sum of {sum} where {a} matches {b}"),
                )
            }
            "AVERAGEIF" => {
                let average = if c.is_empty() { a } else { c };
                both(
                    format!("在{a}符合 {b} 的行中，{average}的平均值"),
                    format!("the average of {average} where {a} matches {b}"),
                )
            }
            "SUMIFS" | "AVERAGEIFS" | "MAXIFS" | "MINIFS" => {
                let conditions = self.conditions(words.get(1..)?);
                let (chinese, english) = match name {
                    "SUMIFS" => ("合计", "sum"),
                    "AVERAGEIFS" => ("平均值", "average"),
                    "MAXIFS" => ("最大值", "largest"),
                    _ => ("最小值", "smallest"),
                };
                both(
                    format!("在{conditions}的行中，{a}的{chinese}"),
                    format!("the {english} of {a} where {conditions}"),
                )
            }
            "COUNTIFS" => {
                let conditions = self.conditions(words);
                both(
                    format!("{conditions}的行数"),
                    format!("the count of rows where {conditions}"),
                )
            }
            "VLOOKUP" => both(
                format!("在{b}的第一列查找{a}，取同一行第 {c} 列的值"),
                format!("the value in column {c} of {b} in the row whose first column holds {a}"),
            ),
            "XLOOKUP" => both(
                format!("在{b}中查找{a}，取{c}中对应的值"),
                format!("the value of {c} where {b} holds {a}"),
            ),
            "MATCH" => both(
                format!("{a}在{b}中的位置"),
                format!("the position of {a} in {b}"),
            ),
            "INDEX" => both(
                format!("{a}中第 {b} 个值"),
                format!("value number {b} of {a}"),
            ),
            "SUMPRODUCT" => both(
                format!("{all}逐行相乘后的合计"),
                format!("the sum over all rows of {all} multiplied"),
            ),
            "CONCATENATE" | "CONCAT" => both(format!("把{all}连接起来"), format!("{all} joined")),
            "TEXT" => both(
                format!("{a}按 {b} 显示的文本"),
                format!("{a} as text in the form {b}"),
            ),
            "DATE" => both(format!("日期 {a}-{b}-{c}"), format!("the date {a}-{b}-{c}")),
            _ => None,
        }
    }

    fn conditions(&self, words: &[String]) -> String {
        let pairs: Vec<String> = words
            .chunks(2)
            .map(|pair| {
                let (range, wanted) = (&pair[0], pair.get(1).map_or("", String::as_str));
                match self.language {
                    Language::Chinese => format!("{range}符合 {wanted} "),
                    Language::English => format!("{range} matches {wanted}"),
                }
            })
            .collect();
        pairs.join(self.language.pick("且", " and "))
    }

    fn reference(&self, reference: &Reference) -> String {
        let address = reference.to_string().replace('$', "");
        let chinese = self.language == Language::Chinese;
        let Some((left, right)) = reference.columns() else {
            return if chinese {
                format!("第 {address} 行")
            } else {
                format!("row {address}")
            };
        };
        let same_sheet = |table: &TableColumns| match &reference.sheet {
            None => true,
            Some(sheet) => sheet.to_lowercase() == table.sheet.to_lowercase(),
        };
        let header = |column: u32| {
            self.table
                .filter(|table| same_sheet(table))
                .and_then(|table| table.columns.iter().find(|c| c.column + 1 == column))
                .map(|column| column.name.as_str())
        };
        let in_table = |row: u32| {
            self.table
                .is_some_and(|table| row > table.range.top + 1 && row <= table.range.bottom + 1)
        };
        let names = match (header(left), header(right)) {
            (Some(name), _) if left == right => Some(format!("「{name}」")),
            (Some(first), Some(last)) => Some(if chinese {
                format!("「{first}」到「{last}」")
            } else {
                format!("“{first}” to “{last}”")
            }),
            _ => None,
        };
        let Some(names) = names else {
            return match (reference.rows(), left == right) {
                (None, true) => {
                    let column = column_name(left - 1);
                    if chinese {
                        format!("{column} 列")
                    } else {
                        format!("column {column}")
                    }
                }
                _ => address,
            };
        };
        let names = if chinese {
            names
        } else {
            names.replace('「', "“").replace('」', "”")
        };
        let grows = reference.last.is_some_and(|last| {
            last.row.map(|r| r.1) == Some(false) && reference.first.row.map(|r| r.1) == Some(true)
        });
        match reference.rows() {
            None => {
                if chinese {
                    format!("{names}整列")
                } else {
                    format!("the whole column {names}")
                }
            }
            Some((first, last)) if !in_table(first) || !in_table(last) => {
                format!("{names} ({address})")
            }
            Some(_) if grows => {
                if chinese {
                    format!("{names}从首行到本行")
                } else {
                    format!("{names} from the first row to this one")
                }
            }
            Some((first, last)) if reference.last.is_some() && first != last => {
                if chinese {
                    format!("{names}各行")
                } else {
                    format!("all rows of {names}")
                }
            }
            Some(_) => names,
        }
    }
}
