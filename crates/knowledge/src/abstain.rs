//! Decides, outside the model, whether the files hold an answer.

use crate::retrieve::Evidence;
use crate::terms::fold;

/// A linear rule over the evidence. The weights were set by hand, not fitted; `deskmate bench abstention` prints how often
/// it refuses, and the evidence to fit better ones.
const COVERAGE_WEIGHT: f32 = 6.0;
const COSINE_WEIGHT: f32 = 30.0;
const THRESHOLD: f32 = 0.0;
const BIAS: f32 = -28.0;

/// True when the evidence is good enough to ask the model.
pub fn has_evidence(evidence: &Evidence) -> bool {
    if !evidence.named_place_found {
        return false;
    }
    if evidence.cosine == 0.0 {
        // Full text alone: no vectors to weigh.
        return evidence.coverage >= 0.35;
    }
    COVERAGE_WEIGHT * evidence.coverage + COSINE_WEIGHT * evidence.cosine + BIAS >= THRESHOLD
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
    fn refusals_are_known_in_both_languages() {
        assert!(is_refusal("资料中没有找到。"));
        assert!(is_refusal("Not found in the material."));
        assert!(!is_refusal("住宿费每天600元。"));
    }
}
