//! Tests, worksheets and lesson plans as documents, ready for the writers of Word files, PDF and Markdown.

use deskmate_core::{
    Anchor, Block, BlockContent, Citation, Deck, Difficulty, Document, LessonPlan, ListItem, Quiz,
    QuizAnswer, QuizItem, SlideColumn, SlideContent, Worksheet,
};

/// A test as a document: the questions grouped by form, then the key with explanations and places.
pub fn quiz_document(quiz: &Quiz) -> Document {
    let words = Words::of(&quiz.language);
    let mut page = Page::new(&quiz.title);
    page.paragraph(words.name_line);
    let numbered = page.questions(&quiz.items, words, 1);
    page.heading(2, words.key);
    page.answers(&numbered, &quiz.citations, words);
    page.document
}

/// A worksheet as a document: a part per level, then all keys.
pub fn worksheet_document(worksheet: &Worksheet) -> Document {
    let words = Words::of(&worksheet.language);
    let mut page = Page::new(&worksheet.title);
    page.paragraph(words.name_line);
    let mut keys = Vec::new();
    let mut next = 1;
    for level in &worksheet.levels {
        page.heading(2, words.level(level.level));
        for item in &level.items {
            page.question(next, item, words);
            keys.push((next, item));
            next += 1;
        }
        if level.items.is_empty() {
            page.paragraph(words.no_items);
        }
    }
    page.heading(2, words.key);
    page.answers(&keys, &worksheet.citations, words);
    page.document
}

/// A lesson plan as a document, its steps in a table; its texts keep their markers `[1]`, for the writer of the file.
pub fn lesson_plan_document(plan: &LessonPlan) -> Document {
    let words = Words::of(&plan.language);
    let mut page = Page::new(&plan.title);
    page.paragraph(&words.minutes_line(plan.minutes));
    let parts: [(&str, &[String]); 3] = [
        (words.objectives, &plan.objectives),
        (words.key_points, &plan.key_points),
        (words.difficult_points, &plan.difficult_points),
    ];
    for (heading, lines) in parts {
        page.heading(2, heading);
        page.list(lines.iter().map(|line| (0, line.clone())).collect());
    }
    page.heading(2, words.steps);
    let mut rows = vec![words.step_columns.map(str::to_string).to_vec()];
    rows.extend(plan.steps.iter().map(|step| {
        vec![
            step.name.clone(),
            words.minutes(step.minutes),
            step.teacher.clone(),
            step.students.clone(),
        ]
    }));
    rows.push(vec![
        words.total.to_string(),
        words.minutes(plan.step_minutes()),
        String::new(),
        String::new(),
    ]);
    page.table(1, rows);
    page.heading(2, words.board);
    for line in &plan.board {
        let depth = (line.len() - line.trim_start().len()) / 2;
        page.paragraph(&format!("{}{}", "　　".repeat(depth), line.trim_start()));
    }
    page.heading(2, words.homework);
    page.list(plan.homework.iter().map(|line| (0, line.clone())).collect());
    page.document
}

/// A deck as a document, for a preview and for text files: a heading per slide, notes as notes.
pub fn deck_document(deck: &Deck) -> Document {
    let mut page = Page::new(&deck.title);
    for slide in &deck.slides {
        let title = slide.content.title();
        match &slide.content {
            SlideContent::Title { subtitle, .. } => page.paragraph(subtitle),
            SlideContent::Section { subtitle, .. } => {
                page.heading(2, title);
                page.paragraph(subtitle);
            }
            SlideContent::Bullets { items, .. } => {
                page.heading(3, title);
                page.list(
                    items
                        .iter()
                        .map(|item| (item.level, item.text.clone()))
                        .collect(),
                );
            }
            SlideContent::TwoColumns { left, right, .. } => {
                page.heading(3, title);
                for SlideColumn { heading, items } in [left, right] {
                    if !heading.is_empty() {
                        page.heading(4, heading);
                    }
                    page.list(
                        items
                            .iter()
                            .map(|item| (item.level, item.text.clone()))
                            .collect(),
                    );
                }
            }
            SlideContent::Table { table, .. } => {
                page.heading(3, title);
                page.table(table.header_rows, table.rows.clone());
            }
            SlideContent::Chart { chart, .. } => {
                page.heading(3, title);
                let mut rows = vec![
                    std::iter::once(chart.unit.clone())
                        .chain(chart.series.iter().map(|series| series.name.clone()))
                        .collect(),
                ];
                rows.extend(
                    chart
                        .categories
                        .iter()
                        .enumerate()
                        .map(|(index, category)| {
                            let values = chart.series.iter().map(|series| {
                                series
                                    .values
                                    .get(index)
                                    .copied()
                                    .flatten()
                                    .map(|value| value.to_string())
                                    .unwrap_or_default()
                            });
                            std::iter::once(category.clone())
                                .chain(values)
                                .collect::<Vec<String>>()
                        }),
                );
                page.table(1, rows);
            }
            SlideContent::Quote { text, .. } => {
                page.heading(3, title);
                page.paragraph(text);
            }
            SlideContent::Closing { lines, .. } => {
                page.heading(3, title);
                page.list(lines.iter().map(|line| (0, line.clone())).collect());
            }
        }
        if !slide.notes.is_empty() {
            page.push(BlockContent::Note {
                text: slide.notes.clone(),
            });
        }
    }
    page.document
}

struct Words {
    name_line: &'static str,
    key: &'static str,
    choice: &'static str,
    blank: &'static str,
    short: &'static str,
    because: &'static str,
    from: &'static str,
    objectives: &'static str,
    key_points: &'static str,
    difficult_points: &'static str,
    steps: &'static str,
    step_columns: [&'static str; 4],
    total: &'static str,
    board: &'static str,
    homework: &'static str,
    no_items: &'static str,
    levels: [&'static str; 3],
    is_chinese: bool,
}

static CHINESE: Words = Words {
    name_line: "班级：____________　姓名：____________　得分：________",
    key: "参考答案与解析",
    choice: "一、选择题",
    blank: "二、填空题",
    short: "三、简答题",
    because: "解析：",
    from: "出处：",
    objectives: "一、教学目标",
    key_points: "二、教学重点",
    difficult_points: "三、教学难点",
    steps: "四、教学过程",
    step_columns: ["教学环节", "时间", "教师活动", "学生活动"],
    total: "合计",
    board: "五、板书设计",
    homework: "六、作业",
    no_items: "（本章内容不足以编写这一层次的题目，请补充）",
    levels: ["基础题", "提高题", "拓展题"],
    is_chinese: true,
};

static ENGLISH: Words = Words {
    name_line: "Class: ____________  Name: ____________  Score: ________",
    key: "Answers and explanations",
    choice: "Multiple choice",
    blank: "Fill in the blanks",
    short: "Short answers",
    because: "Why: ",
    from: "Source: ",
    objectives: "Objectives",
    key_points: "Key points",
    difficult_points: "Difficult points",
    steps: "Steps",
    step_columns: ["Step", "Time", "Teacher", "Students"],
    total: "Total",
    board: "Board plan",
    homework: "Homework",
    no_items: "(The chapter does not give enough for this level; please add items.)",
    levels: ["Basic", "Standard", "Advanced"],
    is_chinese: false,
};

impl Words {
    fn of(language: &str) -> &'static Self {
        if language.starts_with("zh") {
            &CHINESE
        } else {
            &ENGLISH
        }
    }

    fn level(&self, level: Difficulty) -> &'static str {
        self.levels[match level {
            Difficulty::Basic => 0,
            Difficulty::Standard => 1,
            Difficulty::Advanced => 2,
        }]
    }

    fn minutes(&self, minutes: u32) -> String {
        if self.is_chinese {
            format!("{minutes}分钟")
        } else {
            format!("{minutes} min")
        }
    }

    fn minutes_line(&self, minutes: u32) -> String {
        if self.is_chinese {
            format!("课时：{minutes}分钟")
        } else {
            format!("Length: {minutes} minutes")
        }
    }

    fn place(&self, citation: &Citation) -> String {
        let anchor = &citation.anchor;
        let page = anchor.page.map(|page| {
            if self.is_chinese {
                format!("第{page}页")
            } else {
                format!("p. {page}")
            }
        });
        let name = citation
            .path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy();
        let place: Vec<String> = page
            .into_iter()
            .chain(anchor.heading.last().cloned())
            .collect();
        if self.is_chinese {
            format!("《{name}》{}", place.join(" · "))
        } else {
            format!("{name}, {}", place.join(" · "))
        }
    }
}

/// Whether an item has a form.
type Belongs = fn(&QuizAnswer) -> bool;

struct Page {
    document: Document,
}

impl Page {
    fn new(title: &str) -> Self {
        let mut page = Self {
            document: Document {
                title: Some(title.to_string()),
                ..Document::default()
            },
        };
        page.heading(1, title);
        page
    }

    fn push(&mut self, content: BlockContent) {
        self.document
            .blocks
            .push(Block::new(Anchor::default(), content));
    }

    fn heading(&mut self, level: u8, text: &str) {
        self.push(BlockContent::Heading {
            level,
            text: text.to_string(),
        });
    }

    fn paragraph(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.push(BlockContent::Paragraph {
                text: text.to_string(),
            });
        }
    }

    fn list(&mut self, items: Vec<(u8, String)>) {
        let items: Vec<ListItem> = items
            .into_iter()
            .map(|(level, text)| ListItem {
                level,
                label: String::new(),
                text,
            })
            .collect();
        if !items.is_empty() {
            self.push(BlockContent::List {
                ordered: false,
                items,
            });
        }
    }

    fn table(&mut self, header_rows: usize, rows: Vec<Vec<String>>) {
        self.push(BlockContent::Table {
            caption: None,
            header_rows,
            rows,
        });
    }

    /// Questions grouped by form, numbered through; gives each item with its number.
    fn questions<'q>(
        &mut self,
        items: &'q [QuizItem],
        words: &Words,
        first: usize,
    ) -> Vec<(usize, &'q QuizItem)> {
        let forms: [(&str, Belongs); 3] = [
            (words.choice, |answer| {
                matches!(answer, QuizAnswer::Choice { .. })
            }),
            (words.blank, |answer| {
                matches!(answer, QuizAnswer::Blank { .. })
            }),
            (words.short, |answer| {
                matches!(answer, QuizAnswer::ShortAnswer { .. })
            }),
        ];
        let mut numbered = Vec::new();
        let mut next = first;
        for (heading, belongs) in forms {
            let mut of_form = items.iter().filter(|item| belongs(&item.answer)).peekable();
            if of_form.peek().is_none() {
                continue;
            }
            self.heading(2, heading);
            for item in of_form {
                self.question(next, item, words);
                numbered.push((next, item));
                next += 1;
            }
        }
        numbered
    }

    fn question(&mut self, number: usize, item: &QuizItem, words: &Words) {
        let end = match (&item.answer, words.is_chinese) {
            (QuizAnswer::Choice { .. }, true) => "（　　）",
            (QuizAnswer::Choice { .. }, false) => " (    )",
            (QuizAnswer::Blank { .. } | QuizAnswer::ShortAnswer { .. }, _) => "",
        };
        let question = item.question.replace("____", "________");
        self.paragraph(&format!("{number}. {question}{end}"));
        match &item.answer {
            QuizAnswer::Choice { options, .. } => {
                for (option, letter) in options.iter().zip('A'..) {
                    self.paragraph(&format!("{letter}. {option}"));
                }
            }
            QuizAnswer::ShortAnswer { .. } => {
                // Room to write.
                for _ in 0..2 {
                    self.paragraph(&"_".repeat(60));
                }
            }
            QuizAnswer::Blank { .. } => {}
        }
    }

    fn answers(&mut self, items: &[(usize, &QuizItem)], citations: &[Citation], words: &Words) {
        for (number, item) in items {
            let key = match &item.answer {
                QuizAnswer::Choice { options, key } => {
                    let letter = ('A'..).nth(*key).unwrap_or('A');
                    format!("{letter}. {}", options.get(*key).map_or("", String::as_str))
                }
                QuizAnswer::Blank { keys } => keys.join("；"),
                QuizAnswer::ShortAnswer { key } => key.clone(),
            };
            let mut text = format!("{number}. {key}");
            if !item.explanation.is_empty() {
                text.push('\n');
                text.push_str(words.because);
                text.push_str(&item.explanation);
            }
            let places: Vec<String> = citations
                .iter()
                .filter(|citation| item.markers.contains(&citation.marker))
                .map(|citation| words.place(citation))
                .collect();
            if !places.is_empty() {
                text.push('\n');
                text.push_str(words.from);
                text.push_str(&places.join("；"));
            }
            self.paragraph(&text);
        }
    }
}
