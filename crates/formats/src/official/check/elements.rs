//! Rules of the elements around the body: head, title, signature, annexes, imprint.

use super::super::faces::Face;
use super::super::fix::Edit;
use super::super::layout;
use super::super::model::SealLayout;
use super::super::normal;
use super::super::page::{SIZE_2, SIZE_3, SIZE_4};
use super::super::role::{Role, number_and_signer, numbered};
use super::{Findings, Rule};

const COPY_NUMBER: Rule = Rule("copy_number", "7.2.1");
const SECRECY_FACE: Rule = Rule("secrecy_face", "7.2.2");
const URGENCY_FACE: Rule = Rule("urgency_face", "7.2.3");
const ISSUER_COLOUR: Rule = Rule("issuer_colour", "7.2.4");
const ISSUER_PLACE: Rule = Rule("issuer_place", "7.2.4");
const NUMBER_FORM: Rule = Rule("number_form", "7.2.5");
const NUMBER_PLACE: Rule = Rule("number_place", "7.2.5");
const SIGNER_FACE: Rule = Rule("signer_face", "7.2.6");
const RED_LINE: Rule = Rule("red_line", "7.2.7");
const TITLE_FACE: Rule = Rule("title_face", "7.3.1");
const TITLE_SIZE: Rule = Rule("title_size", "7.3.1");
const TITLE_PLACE: Rule = Rule("title_place", "7.3.1");
const TITLE_LINES: Rule = Rule("title_blank_lines", "7.3.1");
const RECIPIENTS_PLACE: Rule = Rule("recipients_place", "7.3.2");
const RECIPIENTS_COLON: Rule = Rule("recipients_colon", "7.3.2");
const RECIPIENTS_LINE: Rule = Rule("recipients_blank_line", "7.3.2");
const ATTACHMENT_COLON: Rule = Rule("attachment_colon", "7.3.4");
const ATTACHMENT_END: Rule = Rule("attachment_punctuation", "7.3.4");
const ATTACHMENT_NUMBER: Rule = Rule("attachment_number", "7.3.4");
const ATTACHMENT_PLACE: Rule = Rule("attachment_indent", "7.3.4");
const ATTACHMENT_LINE: Rule = Rule("attachment_blank_line", "7.3.4");
const DATE_FORM: Rule = Rule("date_form", "7.3.5.4");
const DATE_PLACE: Rule = Rule("date_place", "7.3.5.1");
const SIGNATORY_PLACE: Rule = Rule("signatory_place", "7.3.5.1");
const NOTE_FORM: Rule = Rule("note_form", "7.3.6");
const ANNEX_PAGE: Rule = Rule("annex_page", "7.3.7");
const ANNEX_FACE: Rule = Rule("annex_face", "7.3.7");
const ANNEX_MARK: Rule = Rule("annex_mark", "7.3.7");
const ANNEX_TITLE: Rule = Rule("annex_title", "7.3.7");
const COPIES_FORM: Rule = Rule("copies_form", "7.4.2");
const COPIES_SIZE: Rule = Rule("copies_size", "7.4.2");
const PRINTING_FORM: Rule = Rule("printing_form", "7.4.3");
const PRINTING_SIZE: Rule = Rule("printing_size", "7.4.3");

pub(super) fn check(findings: &mut Findings<'_>) {
    head(findings);
    title(findings);
    recipients(findings);
    attachments(findings);
    signature(findings);
    annexes(findings);
    imprint(findings);
}

fn head(findings: &mut Findings<'_>) {
    let view = findings.view;
    if let Some(at) = view.first(Role::CopyNumber) {
        let digits: String = view.text(at).chars().filter(char::is_ascii_digit).collect();
        if digits.len() != 6 {
            let edits = findings.retext(at, &format!("{digits:0>6}"));
            findings.at(
                at,
                COPY_NUMBER,
                "份号一般用6位阿拉伯数字。",
                "The copy number should have six digits.",
                edits,
            );
        }
    }
    for (role, rule) in [(Role::Secrecy, SECRECY_FACE), (Role::Urgency, URGENCY_FACE)] {
        for at in view.of(role) {
            findings.face(at, None, Face::Hei, rule);
        }
    }
    let issuer = view.first(Role::IssuerMark);
    if let Some(at) = issuer {
        let red = view.paragraphs[at]
            .runs
            .iter()
            .filter(|run| !run.text.trim().is_empty())
            .all(|run| run.format.color.as_deref().is_some_and(is_red));
        if !red {
            findings.at(
                at,
                ISSUER_COLOUR,
                "发文机关标志颜色不是红色，应当为红色。",
                "The issuing body's mark is not red.",
                vec![Edit::Colour {
                    paragraph: at,
                    colour: "FF0000",
                }],
            );
        }
        if !findings.is_centred(at) {
            findings.at(
                at,
                ISSUER_PLACE,
                "发文机关标志没有居中排布。",
                "The issuing body's mark is not centred.",
                vec![
                    Edit::Align {
                        paragraph: at,
                        align: "center",
                    },
                    Edit::Indent {
                        paragraph: at,
                        characters: [0.0; 3],
                    },
                ],
            );
        }
    }
    for at in view.of(Role::Number) {
        let (number, signer) = number_and_signer(view.text(at));
        if let Some(number) = number
            && let Some(wanted) = normal::number(&number)
            && wanted != number
        {
            let edits = findings.retext(at, &view.text(at).replacen(&number, &wanted, 1));
            findings.at(
                at,
                NUMBER_FORM,
                format!("发文字号“{number}”不规范，应当为“{wanted}”：年份标全称、用六角括号“〔〕”括入，序号不加“第”字、不编虚位。"),
                format!("The document number `{number}` should read `{wanted}`: full year in 〔〕, serial without 第 and without leading zeros."),
                edits,
            );
        }
        if signer.is_none()
            && view.first(Role::Signer).is_none()
            && issuer.is_some()
            && !findings.is_centred(at)
        {
            findings.at(
                at,
                NUMBER_PLACE,
                "发文字号没有居中排布。",
                "The document number is not centred.",
                vec![
                    Edit::Align {
                        paragraph: at,
                        align: "center",
                    },
                    Edit::Indent {
                        paragraph: at,
                        characters: [0.0; 3],
                    },
                ],
            );
        }
    }
    for at in view.of(Role::Number).chain(view.of(Role::Signer)) {
        let text = &view.paragraphs[at].text;
        let Some(found) = text.find("签发人") else {
            continue;
        };
        let start = text[..found].chars().count() + "签发人：".chars().count();
        findings.face(
            at,
            Some(start..text.chars().count()),
            Face::Kai,
            SIGNER_FACE,
        );
    }
    if let (Some(_), Some(at)) = (
        issuer,
        view.of(Role::Number).chain(view.of(Role::Signer)).last(),
    ) {
        let title = view.first(Role::Title).unwrap_or(at + 1);
        let is_drawn = view.paragraphs[at..title]
            .iter()
            .any(|paragraph| paragraph.has_bottom_line || paragraph.has_drawing);
        if !is_drawn {
            findings.at(
                at,
                RED_LINE,
                "发文字号之下没有与版心等宽的红色分隔线。",
                "There is no red line below the document number.",
                vec![Edit::RedLine { paragraph: at }],
            );
        }
    }
}

fn is_red(colour: &str) -> bool {
    let part = |range: std::ops::Range<usize>| {
        colour
            .get(range)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
    };
    matches!(
        (part(0..2), part(2..4), part(4..6)),
        (Some(200..), Some(..=80), Some(..=80))
    )
}

fn title(findings: &mut Findings<'_>) {
    let view = findings.view;
    let lines: Vec<usize> = view.of(Role::Title).collect();
    for at in &lines {
        findings.face(*at, None, Face::BiaoSong, TITLE_FACE);
        findings.size(*at, SIZE_2, TITLE_SIZE);
        if !findings.is_centred(*at) {
            findings.at(
                *at,
                TITLE_PLACE,
                "标题没有居中排布。",
                "The title is not centred.",
                vec![
                    Edit::Align {
                        paragraph: *at,
                        align: "center",
                    },
                    Edit::Indent {
                        paragraph: *at,
                        characters: [0.0; 3],
                    },
                ],
            );
        }
    }
    let has_head = view.first(Role::Number).is_some() && view.first(Role::IssuerMark).is_some();
    if let Some(first) = lines.first().filter(|_| has_head)
        && view.blanks_before(*first) != 2
    {
        findings.at(
            *first,
            TITLE_LINES,
            "标题应当编排于红色分隔线下空二行位置。",
            "The title must stand two empty lines below the red line.",
            vec![Edit::BlankLines {
                paragraph: *first,
                count: 2,
            }],
        );
    }
}

fn recipients(findings: &mut Findings<'_>) {
    let view = findings.view;
    let Some(at) = view.first(Role::Recipients) else {
        return;
    };
    if findings.start(at).abs() > 0.3 {
        findings.at(
            at,
            RECIPIENTS_PLACE,
            "主送机关没有居左顶格。",
            "The recipients do not stand flush left.",
            vec![
                Edit::Indent {
                    paragraph: at,
                    characters: [0.0; 3],
                },
                Edit::Align {
                    paragraph: at,
                    align: "both",
                },
            ],
        );
    }
    if !view.text(at).ends_with('：') {
        let text = format!("{}：", view.text(at).trim_end_matches([':', '：']));
        let edits = findings.retext(at, &text);
        findings.at(
            at,
            RECIPIENTS_COLON,
            "最后一个主送机关名称后应当标全角冒号。",
            "The last recipient must be followed by a full-width colon.",
            edits,
        );
    }
    if view.blanks_before(at) != 1 {
        findings.at(
            at,
            RECIPIENTS_LINE,
            "主送机关应当编排于标题下空一行位置。",
            "The recipients must stand one empty line below the title.",
            vec![Edit::BlankLines {
                paragraph: at,
                count: 1,
            }],
        );
    }
}

fn attachments(findings: &mut Findings<'_>) {
    let view = findings.view;
    let Some(first) = view.first(Role::Attachments) else {
        return;
    };
    let items: Vec<usize> = std::iter::once(first)
        .chain(view.of(Role::AttachmentItem))
        .collect();
    if view.text(first).starts_with("附件:") {
        let edits = findings.retext(first, &view.text(first).replacen("附件:", "附件：", 1));
        findings.at(
            first,
            ATTACHMENT_COLON,
            "“附件”二字后应当标全角冒号。",
            "附件 must be followed by a full-width colon.",
            edits,
        );
    }
    if view.blanks_before(first) != 1 {
        findings.at(
            first,
            ATTACHMENT_LINE,
            "附件说明应当在正文下空一行编排。",
            "The list of attachments must stand one empty line below the text.",
            vec![Edit::BlankLines {
                paragraph: first,
                count: 1,
            }],
        );
    }
    for (number, at) in items.iter().copied().enumerate() {
        let text = view.text(at);
        if text.ends_with(['。', '；', ';', '，', '、', '.']) {
            let edits = findings.retext(
                at,
                text.trim_end_matches(['。', '；', ';', '，', '、', '.']),
            );
            findings.at(
                at,
                ATTACHMENT_END,
                "附件名称后不加标点符号。",
                "The name of an attachment takes no punctuation behind it.",
                edits,
            );
        }
        let (wanted_start, hanging) = match (items.len(), number) {
            (1, _) => (2.0, [5.0, 0.0, -3.0]),
            (_, 0) => (2.0, [6.0, 0.0, -4.0]),
            _ => (5.0, [6.0, 0.0, -1.0]),
        };
        if (findings.start(at) - wanted_start).abs() > 0.6 {
            findings.at(
                at,
                ATTACHMENT_PLACE,
                if number == 0 {
                    "附件说明应当左空二字编排。"
                } else {
                    "附件顺序号应当与上一行的顺序号对齐。"
                },
                "The list of attachments is not indented as it should be.",
                vec![Edit::Indent {
                    paragraph: at,
                    characters: hanging,
                }],
            );
        }
        if items.len() > 1 {
            let name = text
                .trim_start_matches("附件")
                .trim_start_matches([':', '：', ' ']);
            let wanted = format!("{}.", number + 1);
            if !name.starts_with(&wanted) && view.paragraphs[at].label.is_empty() {
                let rest = match numbered(name) {
                    Some(numbered) => name[numbered.mark.len()..].trim_start(),
                    None => name,
                };
                let head = if number == 0 { "附件：" } else { "" };
                let edits = findings.retext(at, &format!("{head}{wanted}{rest}"));
                findings.at(
                    at,
                    ATTACHMENT_NUMBER,
                    format!("多个附件应当用阿拉伯数字标注顺序号，此处应当为“{wanted}”。"),
                    format!("Several attachments are numbered in Arabic digits; here `{wanted}` is wanted."),
                    edits,
                );
            }
        }
    }
}

fn signature(findings: &mut Findings<'_>) {
    let view = findings.view;
    if let Some(at) = view.first(Role::Note) {
        let text = view.text(at);
        if !(text.starts_with('（') && text.ends_with('）')) {
            let inner = text.trim_matches(['(', ')', '（', '）']);
            let edits = findings.retext(at, &format!("（{inner}）"));
            findings.at(
                at,
                NOTE_FORM,
                "附注应当加圆括号编排。",
                "The note must stand in full-width parentheses.",
                edits,
            );
        }
    }
    let Some(at) = view.first(Role::Date) else {
        return;
    };
    let date = view.text(at);
    let wanted = normal::date(date).unwrap_or_else(|| date.to_owned());
    if wanted != date {
        let edits = findings.retext(at, &wanted);
        findings.at(
            at,
            DATE_FORM,
            format!("成文日期“{date}”不规范，应当为“{wanted}”：用阿拉伯数字将年、月、日标全，月、日不编虚位。"),
            format!("The date `{date}` should read `{wanted}`: Arabic digits, full year, no leading zeros."),
            edits,
        );
    }
    let names: Vec<usize> = view.of(Role::Signatory).collect();
    let longest = names
        .iter()
        .map(|name| view.text(*name))
        .max_by(|a, b| layout::width(a).total_cmp(&layout::width(b)))
        .unwrap_or_default();
    let gap = findings.end(at);
    let [sealed, unsealed] = [SealLayout::Sealed, SealLayout::Unsealed]
        .map(|seal| layout::signature(longest, &wanted, seal));
    // Joint documents set their signatures side by side or one below the other; only a single one has one place.
    let name = match names[..] {
        [name] => Some((name, findings.end(name))),
        _ => None,
    };
    let date_is = |(_, wanted): (f64, f64)| (gap - wanted).abs() <= 0.7;
    let name_is = |(wanted, _): (f64, f64)| name.is_none_or(|(_, gap)| (gap - wanted).abs() <= 1.1);
    if [sealed, unsealed]
        .into_iter()
        .any(|layout| date_is(layout) && name_is(layout))
    {
        return;
    }
    // The one of the two that stands right tells which layout is meant.
    let meant = if !date_is(sealed) && name.is_some() && name_is(unsealed) && !name_is(sealed) {
        unsealed
    } else {
        sealed
    };
    let wanted_gap = if longest.is_empty() { 4.0 } else { meant.1 };
    if !date_is(meant) {
        findings.at(
            at,
            DATE_PLACE,
            format!("成文日期右空{gap:.1}字，应当右空{wanted_gap:.0}字编排。"),
            format!("The date stands {gap:.1} characters in from the right; it should be {wanted_gap:.0}."),
            vec![
                Edit::Align { paragraph: at, align: "right" },
                Edit::Indent { paragraph: at, characters: [0.0, wanted_gap, 0.0] },
            ],
        );
    }
    if let Some((name, _)) = name.filter(|_| !name_is(meant)) {
        findings.at(
            name,
            SIGNATORY_PLACE,
            "发文机关署名应当在成文日期之上、以成文日期为准居中编排（不加盖印章时右空二字）。",
            "The signature must stand centred above the date (without a seal: two characters in from the right).",
            vec![
                Edit::Align { paragraph: name, align: "right" },
                Edit::Indent { paragraph: name, characters: [0.0, meant.0, 0.0] },
            ],
        );
    }
}

fn annexes(findings: &mut Findings<'_>) {
    let view = findings.view;
    for at in view.of(Role::AnnexMark) {
        let starts_page = (0..=at)
            .rev()
            .take_while(|before| *before == at || view.roles[*before] == Role::Blank)
            .any(|before| view.paragraphs[before].starts_page);
        if !starts_page {
            findings.at(
                at,
                ANNEX_PAGE,
                "附件应当另面编排。",
                "An annex must begin on a new page.",
                vec![Edit::PageBreak { paragraph: at }],
            );
        }
        findings.face(at, None, Face::Hei, ANNEX_FACE);
        let text = view.text(at);
        if text.ends_with([':', '：']) || findings.start(at).abs() > 0.3 {
            let edits = if text.ends_with([':', '：']) {
                findings.retext(at, text.trim_end_matches([':', '：']))
            } else {
                vec![Edit::Indent {
                    paragraph: at,
                    characters: [0.0; 3],
                }]
            };
            findings.at(
                at,
                ANNEX_MARK,
                "“附件”二字及附件顺序号应当顶格编排，其后不加冒号。",
                "附件 and its number stand flush left without a colon.",
                edits,
            );
        }
    }
    for at in view.of(Role::AnnexTitle) {
        if !findings.is_centred(at) {
            findings.at(
                at,
                ANNEX_TITLE,
                "附件标题应当居中编排。",
                "The title of an annex must be centred.",
                vec![
                    Edit::Align {
                        paragraph: at,
                        align: "center",
                    },
                    Edit::Indent {
                        paragraph: at,
                        characters: [0.0; 3],
                    },
                ],
            );
        }
    }
}

fn imprint(findings: &mut Findings<'_>) {
    let view = findings.view;
    for at in view.of(Role::Copies) {
        findings.size(at, SIZE_4, COPIES_SIZE);
        let text = view.text(at);
        let wanted = format!(
            "{}。",
            text.trim_end_matches(['。', '.', '；', '，'])
                .replacen(':', "：", 1)
        );
        if wanted != text {
            let edits = findings.retext(at, &wanted);
            findings.at(
                at,
                COPIES_FORM,
                "“抄送”二字后应当加全角冒号，最后一个抄送机关名称后应当标句号。",
                "抄送 takes a full-width colon, and a full stop follows the last body.",
                edits,
            );
        }
    }
    for at in view.of(Role::Printing) {
        findings.size(at, SIZE_4, PRINTING_SIZE);
        let text = view.text(at);
        let inner = text
            .trim_end_matches('发')
            .trim_end_matches('印')
            .trim_end();
        let start = inner.char_indices().find(|(start, c)| {
            (c.is_numeric() || "二〇".contains(*c)) && normal::date(&inner[*start..]).is_some()
        });
        let wanted = start.and_then(|(start, _)| {
            Some(format!(
                "{}{}印发",
                &inner[..start],
                normal::date(&inner[start..])?
            ))
        });
        if let Some(wanted) = wanted.filter(|wanted| wanted != text) {
            let edits = findings.retext(at, &wanted);
            findings.at(at, PRINTING_FORM, "印发日期应当用阿拉伯数字将年、月、日标全，月、日不编虚位，后加“印发”二字。", "The date of printing takes Arabic digits without leading zeros and is followed by 印发.", edits);
        }
    }
}

/// Sizes of elements outside the body that all have that of the body.
pub(super) const OF_BODY_SIZE: [Role; 10] = [
    Role::CopyNumber,
    Role::Secrecy,
    Role::Urgency,
    Role::Number,
    Role::Signer,
    Role::Recipients,
    Role::Signatory,
    Role::Date,
    Role::Note,
    Role::AnnexMark,
];

/// The size of those.
pub(super) const BODY_SIZE: u32 = SIZE_3;
