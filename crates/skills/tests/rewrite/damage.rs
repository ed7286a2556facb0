//! Sixty paragraphs whose facts were marked by hand, damaged one fact at a time in every way.

use deskmate_skills::{Outcome, Rewrite};

use super::{Rewriter, rewrite};

/// Paragraphs with the facts that they state.
fn paragraphs() -> Vec<(&'static str, Vec<&'static str>)> {
    include_str!("paragraphs.tsv")
        .lines()
        .map(|line| {
            let (text, facts) = line.split_once('\t').unwrap();
            (text, facts.split('|').collect())
        })
        .collect()
}

/// The ways to damage a fact of a text.
const WAYS: [&str; 5] = ["drop", "alter", "swap", "scale", "replace"];

/// The text with the fact damaged; `None` where this way says nothing of this fact.
fn damaged(text: &str, facts: &[&str], fact: &str, way: &str) -> Option<String> {
    let has_digit = fact.chars().any(|c| c.is_ascii_digit());
    let han_numeral = fact.chars().any(|c| "一二三四五六七八九十百千".contains(c));
    let is_name = !has_digit && !han_numeral && fact.chars().count() > 1;
    let new = match way {
        "drop" => String::new(),
        "alter" if has_digit => {
            let at = fact.rfind(|c: char| c.is_ascii_digit())?;
            let digit = fact[at..=at].parse::<u32>().ok()?;
            format!("{}{}{}", &fact[..at], (digit + 4) % 10, &fact[at + 1..])
        }
        "alter" if han_numeral => {
            let c = fact
                .chars()
                .rev()
                .find(|c| "一二三四五六七八九".contains(*c))?;
            let other = if c == '六' { '七' } else { '六' };
            fact.replacen(c, &other.to_string(), 1)
        }
        "scale" if fact.ends_with('万') => fact.replace('万', "亿"),
        "scale" if fact.ends_with("million") => fact.replace("million", "billion"),
        "scale" if fact.ends_with('%') => fact.replace('%', ""),
        "replace" if is_name => {
            if fact.is_ascii() {
                "Gregor Amsel".to_string()
            } else {
                "朱全".to_string()
            }
        }
        "swap" => {
            let numeric = |f: &str| f.chars().any(|c| c.is_ascii_digit()) && !f.contains('[');
            let other = facts
                .iter()
                .find(|other| **other != fact && numeric(other) && numeric(fact))?;
            if other.contains(fact) || fact.contains(*other) {
                return None;
            }
            let mark = text.replacen(fact, "\u{1}", 1).replacen(*other, fact, 1);
            return Some(mark.replacen('\u{1}', other, 1));
        }
        _ => return None,
    };
    // A lone digit stands in other facts as well; the one meant is the last that is no part of a longer number.
    let at = text.match_indices(fact).map(|(at, _)| at).find(|at| {
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_digit() && c != '.');
        edge(text[..*at].chars().next_back()) && edge(text[at + fact.len()..].chars().next())
    })?;
    Some(format!("{}{new}{}", &text[..at], &text[at + fact.len()..]))
}

/// Every fact is in the final text, or the paragraph is flagged.
fn is_kept_or_flagged(rewrite: &Rewrite, text: &str, facts: &[&str]) -> bool {
    let paragraph = &rewrite.paragraphs[0];
    let final_text = rewrite.document().text();
    let is_whole = facts.iter().all(|fact| final_text.contains(fact));
    let is_as_it_was = final_text == text;
    (is_whole && is_as_it_was && paragraph.outcome == Outcome::Kept && !paragraph.flags.is_empty())
        || (is_whole
            && paragraph.outcome != Outcome::Kept
            && paragraph.flags.is_empty()
            && is_as_it_was)
}

#[test]
fn sixty_of_sixty_paragraphs_keep_their_facts_or_are_flagged() {
    let all = paragraphs();
    assert_eq!(all.len(), 60);
    let (mut tried, mut good) = (0, 0);
    let mut lost = Vec::new();
    for (text, facts) in &all {
        let mut is_good = true;
        for fact in facts {
            assert!(text.contains(fact), "{fact} is not in {text}");
            for way in WAYS {
                let Some(bad) = damaged(text, facts, fact, way).filter(|bad| bad != text) else {
                    continue;
                };
                tried += 1;
                let generator = Rewriter::new(|_, _| bad.clone());
                let rewrite = rewrite(&generator, &[("text", text), ("mode", "polish")]);
                if !is_kept_or_flagged(&rewrite, text, facts) {
                    is_good = false;
                    lost.push(format!("{way} {fact}: {bad}"));
                }
            }
        }
        good += usize::from(is_good);
    }
    assert!(tried > 350, "{tried}");
    assert!(
        good == 60,
        "{good} of 60 after {tried} damages\n{}",
        lost.join("\n")
    );
}

#[test]
fn a_model_that_mends_its_mistake_is_taken() {
    for (text, facts) in paragraphs() {
        let bad = damaged(text, &facts, facts[0], "drop").unwrap_or_default();
        let mended = match text.strip_suffix('。') {
            Some(head) => format!("{head}，特此说明。"),
            None => format!("In short, {}{}", text[..1].to_lowercase(), &text[1..]),
        };
        let generator = Rewriter::new(|_, asked| match asked {
            0 => bad.clone(),
            _ => mended.clone(),
        });
        let rewrite = rewrite(&generator, &[("text", text), ("mode", "polish")]);
        let paragraph = &rewrite.paragraphs[0];
        // A name that opened the sentence now begins in lower case, which is a change of a name.
        let is_renamed = !text.starts_with(|c: char| c.is_ascii_uppercase())
            || facts.iter().any(|fact| text.starts_with(fact));
        if !is_renamed || text.ends_with('。') {
            assert_eq!(
                paragraph.outcome,
                Outcome::Rewritten,
                "{text} {:?}",
                paragraph.flags
            );
            assert!(paragraph.flags.is_empty());
        }
    }
}

#[test]
fn honest_rewrites_raise_no_alarm() {
    for (old, new) in [
        (
            "公司全年预算为三百二十万元，由财务部统一管理。",
            "全年预算320万元由财务部统一管理。",
        ),
        (
            "本规定自二〇二四年七月一日起施行。",
            "自2024年7月1日起，本规定开始施行。",
        ),
        (
            "这个项目弄得差不多了，大家要抓紧时间。",
            "该项目已接近完成，请各位抓紧推进。",
        ),
        (
            "由李明负责系统迁移，6月30日前完成18台服务器的切换。",
            "系统迁移由李明负责，须于6月30日前完成18台服务器的切换工作。",
        ),
        (
            "经理级员工住宿费上限为每天480元，超出部分自理[2]。",
            "经理级员工每天的住宿费不得超过480元，超出部分由个人承担[2]。",
        ),
        (
            "Revenue was $51.2 million, up 10.2%.",
            "Revenue came to $51.2 million, which is 10.2 percent more.",
        ),
        (
            "Every traveller files a report within ten working days.",
            "Each traveller must file a report within 10 working days.",
        ),
        (
            "The committee met on March 5, 2024 and approved the plan.",
            "Meeting on 5 March 2024, the committee approved the plan.",
        ),
        (
            "Dr. Priya Nair joined the board in May 2022.",
            "In May 2022 Dr. Priya Nair became a member of the board.",
        ),
    ] {
        let generator = Rewriter::new(|_, _| new.to_string());
        let rewrite = rewrite(&generator, &[("text", old), ("mode", "polish")]);
        let paragraph = &rewrite.paragraphs[0];
        assert_eq!(
            paragraph.outcome,
            Outcome::Rewritten,
            "{new} {:?}",
            paragraph.flags
        );
        assert!(paragraph.flags.is_empty(), "{new} {:?}", paragraph.flags);
        assert_eq!(rewrite.document().text(), new);
    }
}
