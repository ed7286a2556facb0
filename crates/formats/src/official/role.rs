//! Which element of an official document each paragraph is, by its words and its place among the others.

use super::line::Line;
use super::normal::{self, pattern};

/// The elements of clause 7, as far as they are paragraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// An empty line.
    Blank,
    /// 份号.
    CopyNumber,
    /// 密级和保密期限.
    Secrecy,
    /// 紧急程度.
    Urgency,
    /// 发文机关标志.
    IssuerMark,
    /// 发文字号, perhaps with 签发人 on the same line.
    Number,
    /// 签发人 on a line of its own.
    Signer,
    /// 标题.
    Title,
    /// 主送机关.
    Recipients,
    /// A numbered paragraph of the body, level 1 to 4.
    Heading(u8),
    /// A plain paragraph of the body.
    Body,
    /// First line of 附件说明.
    Attachments,
    /// A further line of 附件说明.
    AttachmentItem,
    /// 发文机关署名.
    Signatory,
    /// 成文日期.
    Date,
    /// 附注.
    Note,
    /// `附件1` at the head of an annex.
    AnnexMark,
    /// Title of an annex.
    AnnexTitle,
    /// Text of an annex.
    Annex,
    /// 抄送机关.
    Copies,
    /// 印发机关和印发日期.
    Printing,
    /// A cell of a table that is part of the text.
    Cell,
    /// Something before the title that the standard does not know.
    Other,
}

pattern!(COPY_NUMBER, r"^(份号[:：]?\s*)?[0-9]{1,8}$");
pattern!(SECRECY, r"^(绝密|机密|秘密)\s*([★*].*)?$");
pattern!(URGENCY, r"^(特急|加急|平急|特提|紧急)$");
pattern!(SIGNER, r"签发人\s*[:：]");
pattern!(RECIPIENTS, r"^[^。；！？]{2,160}[:：]$");
pattern!(
    KIND,
    r"(决议|决定|命令|令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|函|纪要|办法|规定|方案|细则|条例|要点|规划|计划)([（(][^）)]*[）)])?$"
);
pattern!(
    ANNEX_MARK,
    r"^附\s*件\s*[0-9一二三四五六七八九十]{0,2}\s*[:：]?$"
);
pattern!(ATTACHMENTS, r"^附\s*件\s*[:：]");
pattern!(
    ATTACHMENT_ITEM,
    r"^([0-9]{1,2}\s*[.．、]|[一二三四五六七八九十]+、)"
);
pattern!(COPIES, r"^(主送|抄送|抄报)\s*[:：]");
pattern!(PRINTING, r"日\s*印发?\s*$");
pattern!(NOTE, r"^[（(][^）)]+[）)]$");
pattern!(
    LEVEL_1,
    r"^([一二三四五六七八九十百]{1,4})\s*([、.．,，:：])"
);
pattern!(
    LEVEL_2,
    r"^[（(]\s*([一二三四五六七八九十百]{1,4})\s*[）)]\s*[、.．,，]?"
);
pattern!(LEVEL_3, r"^([0-9０-９]{1,2})\s*([.．、])");
pattern!(LEVEL_4, r"^[（(]\s*([0-9０-９]{1,2})\s*[）)]\s*[、.．,，]?");

/// The number at the beginning of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numbered {
    /// 1 to 4.
    pub(super) level: u8,
    /// Its value.
    pub(super) value: u32,
    /// As it is written.
    pub(super) mark: String,
}

/// Reads the number at the beginning of a paragraph, in the forms that people write.
pub(super) fn numbered(text: &str) -> Option<Numbered> {
    let text = text.trim_start();
    for (level, pattern) in [
        (1, &*LEVEL_1),
        (2, &*LEVEL_2),
        (3, &*LEVEL_3),
        (4, &*LEVEL_4),
    ] {
        let Some(found) = pattern.captures(text) else {
            continue;
        };
        let mark = found[0].to_owned();
        // `3.5万元` and `1.2 目标` are no marks of the third level.
        if level == 3 && text[mark.len()..].starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let value = normal::figure(&found[1])?;
        return Some(Numbered { level, value, mark });
    }
    None
}

/// Gives each line its role.
pub(super) fn classify(lines: &[Line]) -> Vec<Role> {
    let mut roles: Vec<Role> = lines
        .iter()
        .map(|line| {
            if line.is_blank() {
                Role::Blank
            } else {
                Role::Other
            }
        })
        .collect();
    let Some((first, last)) = title(lines) else {
        return roles;
    };
    for (index, line) in lines[..first].iter().enumerate() {
        if roles[index] != Role::Blank {
            roles[index] = head_role(line);
        }
    }
    for (role, line) in roles[first..=last].iter_mut().zip(&lines[first..=last]) {
        if !line.is_blank() {
            *role = Role::Title;
        }
    }
    let tail = tail(lines, last + 1);
    let mut body = last + 1;
    if let Some(index) = next_text(lines, body)
        && index < tail.start
        && is_recipients(lines[index].trimmed())
    {
        roles[index] = Role::Recipients;
        body = index + 1;
    }
    classify_body(lines, &mut roles, body, &tail);
    classify_tail(lines, &mut roles, &tail);
    roles
}

fn next_text(lines: &[Line], from: usize) -> Option<usize> {
    (from..lines.len()).find(|index| !lines[*index].is_blank())
}

fn is_recipients(text: &str) -> bool {
    RECIPIENTS.is_match(text)
        && numbered(text).is_none()
        && !ATTACHMENTS.is_match(text)
        && !COPIES.is_match(text)
        && !SIGNER.is_match(text)
}

/// The role of a line before the title.
fn head_role(line: &Line) -> Role {
    let text = line.trimmed();
    if COPY_NUMBER.is_match(text) {
        Role::CopyNumber
    } else if SECRECY.is_match(text) {
        Role::Secrecy
    } else if URGENCY.is_match(text) {
        Role::Urgency
    } else if number_and_signer(text).0.is_some() {
        Role::Number
    } else if SIGNER.is_match(text) {
        Role::Signer
    } else if text.chars().count() <= 30 && !text.contains(['。', '，']) {
        Role::IssuerMark
    } else {
        Role::Other
    }
}

/// The document number and the signer of a line that may hold both.
pub(super) fn number_and_signer(text: &str) -> (Option<String>, Option<String>) {
    let (before, signer) = match SIGNER.find(text) {
        Some(found) => (
            &text[..found.start()],
            Some(text[found.end()..].trim().to_owned()),
        ),
        None => (text, None),
    };
    let before = before.trim();
    let number = normal::number(before).map(|_| before.to_owned());
    (number, signer)
}

/// First and last line of the title.
fn title(lines: &[Line]) -> Option<(usize, usize)> {
    let is_head = |index: usize| {
        let text = lines[index].trimmed();
        let role = head_role(&lines[index]);
        lines[index].in_table
            || !matches!(role, Role::IssuerMark | Role::Other)
            || text.ends_with("文件")
    };
    let limit = lines.len().min(40);
    let recipients = (1..limit).find(|index| {
        !lines[*index].in_table
            && is_recipients(lines[*index].trimmed())
            && (0..*index).any(|before| !lines[before].is_blank() && !is_head(before))
    });
    // A colon far below belongs to the text.
    let styled = (0..limit).find(|index| {
        lines[*index].heading == Some(1)
            && !lines[*index].is_blank()
            && numbered(lines[*index].trimmed()).is_none()
    });
    if let Some(recipients) = recipients
        && styled.is_none_or(|styled| styled < recipients)
    {
        let mut last = recipients;
        while last > 0 && lines[last - 1].is_blank() {
            last -= 1;
        }
        let last = last.checked_sub(1)?;
        let is_title = |index: usize| {
            let text = lines[index].trimmed();
            !lines[index].is_blank()
                && !is_head(index)
                && text.chars().count() <= 60
                && !text.ends_with('。')
        };
        if is_title(last) {
            let mut first = last;
            while first > 0 && last - first < 4 && is_title(first - 1) {
                first -= 1;
            }
            return Some((first, last));
        }
    }
    let first = styled
        .or_else(|| {
            (0..limit).find(|index| {
                let text = lines[*index].trimmed();
                KIND.is_match(text)
                    && text.chars().count() <= 80
                    && !is_head(*index)
                    && numbered(text).is_none()
            })
        })
        .or_else(|| (0..lines.len()).find(|index| !lines[*index].is_blank() && !is_head(*index)))?;
    let mut last = first;
    // A title over two lines, of which only the second has the kind of document.
    while last + 1 < lines.len()
        && last - first < 3
        && !KIND.is_match(lines[last].trimmed())
        && lines[last + 1].trimmed().chars().count() <= 30
        && KIND.is_match(lines[last + 1].trimmed())
        && numbered(lines[last + 1].trimmed()).is_none()
    {
        last += 1;
    }
    Some((first, last))
}

/// Where the parts after the body begin.
#[derive(Debug)]
struct Tail {
    /// First line that is no longer body: 附件说明, 署名 or what follows.
    start: usize,
    attachments: Option<usize>,
    date: Option<usize>,
    annex: usize,
    imprint: usize,
}

fn tail(lines: &[Line], from: usize) -> Tail {
    let imprint = (from..lines.len())
        .find(|index| {
            let text = lines[*index].trimmed();
            COPIES.is_match(text) || (PRINTING.is_match(text) && text.chars().count() <= 60)
        })
        .unwrap_or(lines.len());
    let mut date = None;
    let mut annex = imprint;
    for (index, line) in lines.iter().enumerate().take(imprint).skip(from) {
        if line.in_table {
            continue;
        }
        let text = line.trimmed();
        if date.is_some() && ANNEX_MARK.is_match(text) {
            annex = index;
            break;
        }
        if normal::date(text).is_some() {
            date = Some(index);
        }
    }
    let mut start = date.unwrap_or(annex);
    if date.is_some() {
        let mut index = start;
        let mut found = 0;
        while index > from && found < 4 {
            let line = &lines[index - 1];
            if line.is_blank() {
                if found > 0 {
                    break;
                }
            } else if is_signatory(line) {
                found += 1;
                start = index - 1;
            } else {
                break;
            }
            index -= 1;
        }
    }
    let attachments = (from..start)
        .rev()
        .find(|index| !lines[*index].in_table && ATTACHMENTS.is_match(lines[*index].trimmed()));
    if let Some(index) = attachments {
        start = index;
    }
    Tail {
        start,
        attachments,
        date,
        annex,
        imprint,
    }
}

fn is_signatory(line: &Line) -> bool {
    let text = line.trimmed();
    !line.in_table
        && line.heading.is_none()
        && text.chars().count() <= 40
        && !text.contains(['。', '；', '：', ':', '，', ';'])
        && numbered(text).is_none()
        && !ATTACHMENTS.is_match(text)
        && !text.starts_with("附件")
}

fn classify_body(lines: &[Line], roles: &mut [Role], from: usize, tail: &Tail) {
    for index in from..tail.start {
        if roles[index] == Role::Blank {
            continue;
        }
        roles[index] = if lines[index].in_table {
            Role::Cell
        } else {
            body_role(&lines[index])
        };
    }
}

fn body_role(line: &Line) -> Role {
    match numbered(line.trimmed()) {
        Some(numbered) => Role::Heading(numbered.level),
        None => Role::Body,
    }
}

fn classify_tail(lines: &[Line], roles: &mut [Role], tail: &Tail) {
    let mut in_attachments = false;
    for index in tail.start..tail.annex.min(tail.imprint) {
        let line = &lines[index];
        let text = line.trimmed();
        if roles[index] == Role::Blank {
            in_attachments = false;
            continue;
        }
        roles[index] = if Some(index) == tail.attachments {
            in_attachments = true;
            Role::Attachments
        } else if Some(index) == tail.date {
            Role::Date
        } else if in_attachments && (ATTACHMENT_ITEM.is_match(text) || !is_signatory(line)) {
            Role::AttachmentItem
        } else if tail.date.is_some_and(|date| index > date) {
            if NOTE.is_match(text) {
                Role::Note
            } else {
                Role::Body
            }
        } else if is_signatory(line) {
            Role::Signatory
        } else if line.in_table {
            Role::Cell
        } else {
            body_role(line)
        };
    }
    let mut after_mark = false;
    for index in tail.annex..tail.imprint {
        if roles[index] == Role::Blank {
            continue;
        }
        roles[index] = if lines[index].in_table {
            Role::Cell
        } else if ANNEX_MARK.is_match(lines[index].trimmed()) {
            after_mark = true;
            Role::AnnexMark
        } else if std::mem::take(&mut after_mark) {
            Role::AnnexTitle
        } else {
            Role::Annex
        };
    }
    for index in tail.imprint..lines.len() {
        let text = lines[index].trimmed();
        roles[index] = if roles[index] == Role::Blank {
            Role::Blank
        } else if COPIES.is_match(text) {
            Role::Copies
        } else if PRINTING.is_match(text) {
            Role::Printing
        } else if lines[index].in_table {
            Role::Cell
        } else {
            Role::Annex
        };
    }
}
