use deskmate_core::ErrorCode;
use deskmate_formats::{OfficialFinding, check_official};

use crate::samples::{NOTICE, fix, laid_out, replaced, report, rules};
use crate::seeds;

/// The figures of the checker: `cargo test -p deskmate-formats --test official seeded -- --nocapture`.
#[test]
fn seeded_errors_are_found_named_and_corrected() {
    let seeds = seeds::all();
    let mut missed = Vec::new();
    let mut uncorrected = Vec::new();
    let mut others = Vec::new();
    for seed in &seeds {
        let found = rules(&seed.bytes);
        if !found.iter().any(|rule| rule == seed.rule) {
            missed.push((seed.name, found.clone()));
        }
        let more: Vec<&String> = found.iter().filter(|rule| *rule != seed.rule).collect();
        if !more.is_empty() {
            others.push((seed.name, format!("{more:?}")));
        }
        let (_, correction) = fix(&seed.bytes).unwrap();
        let left: Vec<&str> = correction
            .left
            .iter()
            .map(|finding| finding.rule.as_str())
            .collect();
        if !left.is_empty() {
            uncorrected.push((seed.name, format!("{left:?}")));
        }
        assert_eq!(rules(&correction.bytes), left);
    }
    println!(
        "seeded errors {}, found {}, corrected in one go {}",
        seeds.len(),
        seeds.len() - missed.len(),
        seeds.len() - uncorrected.len()
    );
    println!("findings beside the seeded one: {others:#?}");
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(uncorrected.is_empty(), "{uncorrected:#?}");
}

#[test]
fn a_finding_has_a_place_a_clause_and_a_sentence_in_both_languages() {
    let bytes = replaced(&laid_out(NOTICE), "2024年3月5日", "2024年03月05日");
    let findings = report(&bytes).findings;
    let [finding] = &findings[..] else {
        panic!("{findings:#?}");
    };
    let OfficialFinding {
        rule,
        clause,
        anchor,
        quote,
        message_zh,
        message_en,
        fixable,
        ..
    } = finding;
    assert_eq!(
        (rule.as_str(), clause.as_str(), *fixable),
        ("date_form", "7.3.5.4", true)
    );
    assert_eq!(quote, "2024年03月05日");
    assert!(anchor.line.is_some_and(|line| line > 20), "{anchor:?}");
    assert_eq!(anchor.heading, ["三、保障措施"]);
    assert!(message_zh.contains("2024年3月5日") && message_en.contains("2024年3月5日"));
}

#[test]
fn many_errors_at_once_are_corrected_in_one_go() {
    let mut bytes = laid_out(NOTICE);
    for (from, to) in [
        (r#"w:top="2098""#, r#"w:top="1440""#),
        ("〔2024〕15号", "[24]第015号"),
        ("各直属机构：", "各直属机构:"),
        ("（一）指导思想", "(一)指导思想"),
        ("保障城市安全运行，", "保障城市安全运行,"),
        ("2024年3月5日", "二〇二四年三月五日"),
        ("市检察院。", "市检察院"),
    ] {
        bytes = replaced(&bytes, from, to);
    }
    let (before, correction) = fix(&bytes).unwrap();
    assert!(before.findings.len() >= 7, "{before:#?}");
    assert_eq!(correction.left, []);
    assert_eq!(correction.corrected.len(), before.findings.len());
}

#[test]
fn a_clean_file_is_given_back_as_it_is() {
    let bytes = laid_out(NOTICE);
    let (report, correction) = fix(&bytes).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(correction.bytes, bytes);
}

#[test]
fn what_is_no_docx_is_refused_with_a_way_out() {
    for bytes in [&b"plain text"[..], b"", b"PK\x03\x04"] {
        let error = check_official(bytes, &Default::default()).unwrap_err();
        assert!(
            matches!(
                error.code,
                ErrorCode::UnsupportedFormat | ErrorCode::DamagedFile
            ),
            "{error:?}"
        );
    }
}

#[test]
fn a_correction_survives_being_sent_as_json() {
    let bytes = replaced(&laid_out(NOTICE), "市检察院。", "市检察院");
    let (_, correction) = fix(&bytes).unwrap();
    let text = serde_json::to_string(&correction).unwrap();
    let back: deskmate_formats::OfficialCorrection = serde_json::from_str(&text).unwrap();
    assert_eq!(back.bytes, correction.bytes);
}
