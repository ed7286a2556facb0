//! Pieces taken and left, translation, continuation, bad replies.

use std::collections::BTreeSet;

use deskmate_core::ErrorCode;
use deskmate_skills::{FactProblem, Outcome, Piece};

use super::{Rewriter, rewrite, run};

#[test]
fn each_change_can_be_taken_alone() {
    let generator = Rewriter::new(|_, _| "本次会议于周一由张磊召集并主持。".to_string());
    let text = "会议在周一由张磊主持。";
    let rewrite = rewrite(&generator, &[("text", text)]);
    assert_eq!(rewrite.apply(&BTreeSet::new()).document.text(), text);
    assert_eq!(
        rewrite.document().text(),
        "本次会议于周一由张磊召集并主持。"
    );
    let ids = rewrite.change_ids();
    assert_eq!(ids.len(), 3, "{:?}", rewrite.paragraphs[0].pieces);
    let second = BTreeSet::from([*ids.iter().nth(1).unwrap()]);
    assert_eq!(
        rewrite.apply(&second).document.text(),
        "会议于周一由张磊主持。"
    );
    // What crosses to the window and comes back is the same.
    let json = serde_json::to_string(&rewrite).unwrap();
    assert_eq!(
        serde_json::from_str::<deskmate_skills::Rewrite>(&json).unwrap(),
        rewrite
    );
}

#[test]
fn half_a_change_that_loses_a_number_is_told() {
    let generator = Rewriter::new(|_, _| "今年用了5万元，比去年少。".to_string());
    let rewrite = rewrite(&generator, &[("text", "用了5万元，今年比去年少。")]);
    assert!(rewrite.paragraphs[0].flags.is_empty());
    let applied = rewrite.apply(&rewrite.change_ids());
    assert!(applied.flags.is_empty());
    // A change made by hand in what comes back from the window.
    let mut broken = rewrite.clone();
    broken.paragraphs[0].pieces = vec![Piece::Change {
        id: 1,
        old: "用了5万元，今年比去年少。".into(),
        new: "今年比去年少。".into(),
    }];
    let applied = broken.apply(&BTreeSet::from([1]));
    assert_eq!(applied.flags[0].1.problem, FactProblem::Missing);
}

#[test]
fn a_translation_keeps_numbers_and_follows_the_glossary() {
    let zh = "数据安全管理办法由信息中心于2024年3月5日发布，罚款最高50万元。";
    let good = "The Data Security Measures were published by the Information Centre on March 5, 2024; the highest fine is 500,000 yuan.";
    let inputs = [
        ("text", zh),
        ("mode", "to-en"),
        (
            "glossary",
            "数据安全管理办法=Data Security Measures\n信息中心=Information Centre",
        ),
    ];
    let generator = Rewriter::new(|_, _| good.to_string());
    let translated = rewrite(&generator, &inputs);
    assert_eq!(
        translated.paragraphs[0].outcome,
        Outcome::Rewritten,
        "{:?}",
        translated.paragraphs[0].flags
    );
    assert_eq!(translated.document().text(), good);

    let wrong = good.replace("500,000", "50,000");
    let generator = Rewriter::new(|_, _| wrong.clone());
    let kept = rewrite(&generator, &inputs);
    assert_eq!(kept.paragraphs[0].outcome, Outcome::Kept);
    assert_eq!(kept.paragraphs[0].refused.as_deref(), Some(wrong.as_str()));

    let loose = good.replace("Information Centre", "IT office");
    let generator = Rewriter::new(|_, _| loose.clone());
    let kept = rewrite(&generator, &inputs);
    assert!(
        kept.paragraphs[0]
            .flags
            .iter()
            .any(|flag| flag.problem == FactProblem::Glossary)
    );
}

#[test]
fn a_continuation_adds_a_paragraph_and_invents_no_figure() {
    let text = "值班人员每天巡查两次，发现问题立即报告。";
    let generator = Rewriter::new(|_, asked| match asked {
        0 => "去年共发现问题37个，全部得到了及时处理。".to_string(),
        _ => "巡查记录应当完整，由当班负责人签字后归档，以便日后查阅。".to_string(),
    });
    let rewrite = rewrite(&generator, &[("text", text), ("mode", "continue")]);
    let new = rewrite.document().text();
    assert_eq!(
        new,
        format!("{text}\n巡查记录应当完整，由当班负责人签字后归档，以便日后查阅。")
    );
    assert_eq!(rewrite.apply(&BTreeSet::new()).document.text(), text);
}

#[test]
fn nonsense_leaves_the_text_as_it_was() {
    let text = "The plan needs the consent of both parties before any work begins on the site.";
    for reply in [
        "",
        "的",
        "好的好的好的好的好的好的好的好的好的好的",
        ">>>",
        "No.",
    ] {
        let generator = Rewriter::new(|_, _| reply.to_string());
        let rewrite = rewrite(&generator, &[("text", text)]);
        assert_eq!(rewrite.paragraphs[0].outcome, Outcome::Kept, "{reply}");
        assert_eq!(rewrite.document().text(), text);
    }
}

#[test]
fn a_long_paragraph_is_rewritten_in_parts_and_nothing_of_it_is_lost() {
    let text = "各单位要按时报送材料，不得拖延。".repeat(120);
    let generator = Rewriter::new(|part, _| part.replace("不得拖延", "不得延误"));
    let rewrite = rewrite(&generator, &[("text", &text)]);
    assert_eq!(
        rewrite.document().text(),
        text.replace("不得拖延", "不得延误")
    );
}

#[test]
fn no_text_is_an_error_that_says_so() {
    let generator = Rewriter::new(|_, _| String::new());
    let error = run(&generator, &[("text", "  ")]).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
}

#[test]
fn citation_markers_that_the_model_drops_are_put_back_where_they_stood() {
    for (old, reply, expected) in [
        (
            "预算三百二十万元不太够用[1]。大家都同意增加。",
            "预算320万元不足。与会人员同意增加。",
            "预算320万元不足[1]。与会人员同意增加。",
        ),
        (
            "The budget of 320 dollars is not enough [2, 3].",
            "A budget of 320 dollars will not be enough.",
            "A budget of 320 dollars will not be enough [2, 3].",
        ),
    ] {
        let generator = Rewriter::new(|_, _| reply.to_string());
        let rewrite = rewrite(&generator, &[("text", old)]);
        assert_eq!(rewrite.document().text(), expected);
    }
}
