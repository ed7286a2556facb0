//! Decides, outside the model, whether the files hold an answer.

use crate::retrieve::Evidence;
use crate::terms::fold;

/// Three rules over the evidence, each enough. Either the passage has the question's words: half of them make up for
/// a tenth of cosine.
const SAME_WORDS: Rule = Rule {
    coverage: 0.2,
    needed: 0.933,
};
/// Or it is so near that it need not have them. Both were chosen from the evidence that `deskmate bench abstention`
/// prints of six pairs of sets; the cosines are those of multilingual-e5-small.
const OTHER_WORDS: Rule = Rule {
    coverage: 0.033,
    needed: 0.89,
};

/// Or it stands out from all others so far that it is no accident, as no foreign question's does (at most 0.065).
const STANDS_OUT: f32 = 0.08;
const LEAST_COSINE: f32 = 0.82;

struct Rule {
    /// Cosine that a coverage of 1 makes up for.
    coverage: f32,
    /// Cosine that is needed without any coverage.
    needed: f32,
}

impl Rule {
    fn holds(&self, evidence: &Evidence) -> bool {
        evidence.cosine + self.coverage * evidence.coverage >= self.needed
    }
}

/// True when the evidence is good enough to ask the model.
pub fn has_evidence(evidence: &Evidence) -> bool {
    if !evidence.named_place_found {
        return false;
    }
    if evidence.cosine == 0.0 {
        // Full text alone: no vectors to weigh.
        return evidence.coverage >= 0.35;
    }
    SAME_WORDS.holds(evidence)
        || OTHER_WORDS.holds(evidence)
        || (evidence.margin >= STANDS_OUT && evidence.cosine >= LEAST_COSINE)
}

/// True when the model's words say that the material holds no answer.
pub(crate) fn is_refusal(reply: &str) -> bool {
    let folded = fold(reply);
    let head: String = folded.trim().chars().take(60).collect();
    const SAYS: [&str; 22] = [
        "资料中没有找到",
        "资料中没有",
        "资料里没有",
        "资料中未",
        "资料未提",
        "没有找到相关",
        "未找到相关",
        "未提及",
        "没有提及",
        "没有提到",
        "未提到",
        "无法从资料",
        "没有明确说明",
        "没有相关信息",
        "not found in the material",
        "the material does not",
        "not mentioned in the material",
        "no information",
        "does not mention",
        "is not specified",
        "not provided in the material",
        "the material doesn't",
    ];
    SAYS.iter().any(|said| head.contains(said)) || head.trim_end_matches(['。', '.']) == "没有找到"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_work_that_is_not_there_is_no_evidence() {
        let evidence = Evidence {
            coverage: 1.0,
            cosine: 0.95,
            margin: 0.1,
            named_place_found: false,
        };
        assert!(!has_evidence(&evidence));
    }

    #[test]
    fn a_near_passage_counts_in_other_words_and_a_far_one_only_with_the_same() {
        let holds = |coverage, cosine| {
            has_evidence(&Evidence {
                coverage,
                cosine,
                margin: 0.02,
                named_place_found: true,
            })
        };
        assert!(holds(0.03, 0.90));
        assert!(!holds(0.03, 0.87));
        assert!(holds(0.5, 0.84));
        assert!(!holds(0.5, 0.80));
        let alone = Evidence {
            coverage: 0.1,
            cosine: 0.84,
            margin: 0.09,
            named_place_found: true,
        };
        assert!(has_evidence(&alone));
    }

    #[test]
    fn refusals_are_known_in_both_languages() {
        assert!(is_refusal("资料中没有找到。"));
        assert!(is_refusal("Not found in the material."));
        assert!(!is_refusal("住宿费每天600元。"));
    }
}
