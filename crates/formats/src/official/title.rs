//! Titles over several lines: balanced, and broken where a reader would pause.

/// Characters of 2号 on a line of 156 mm, less one on each side.
const WIDEST: usize = 19;

/// Words of titles that a line must not cut; without a dictionary these are the ones that come again and again.
const WORDS: &[&str] = &[
    "城市", "建设", "管理", "工作", "发展", "加强", "进一", "一步", "实施", "意见", "通知", "方案",
    "办法", "规划", "计划", "安全", "生产", "教育", "经济", "社会", "服务", "保障", "政策", "资金",
    "项目", "企业", "市场", "监督", "检查", "开展", "推进", "促进", "做好", "落实", "完善", "改革",
    "创新", "行动", "专项", "领导", "小组", "人民", "政府", "部门", "单位", "印发", "调整", "成立",
    "申请", "请示", "报告", "公布", "表彰", "决定", "批复", "制度", "体系", "机制", "能力", "质量",
    "环境", "保护", "应急", "救灾", "防汛", "补助", "预算", "下达", "农村", "农业", "科技", "数据",
    "信息", "网络", "干部", "人才", "培训", "会议", "活动", "年度",
];

/// Breaks a title into lines of nearly equal length, none inside a book title or a word that we know to be one.
pub(super) fn lines(title: &str) -> Vec<String> {
    let characters: Vec<char> = title.chars().collect();
    let count = characters.len().div_ceil(WIDEST).max(1);
    let mut out = Vec::new();
    let mut start = 0;
    for left in (1..=count).rev() {
        let remaining = characters.len() - start;
        if left == 1 {
            out.push(characters[start..].iter().collect());
            break;
        }
        let ideal = remaining.div_ceil(left);
        let lowest = remaining.saturating_sub(WIDEST * (left - 1)).max(1);
        let highest = WIDEST.min(remaining - 1);
        let length = (lowest..=highest)
            .min_by_key(|length| {
                let distance = length.abs_diff(ideal) as i64;
                distance * 3 + cost(&characters, start + length)
            })
            .unwrap_or(ideal);
        out.push(characters[start..start + length].iter().collect());
        start += length;
    }
    out
}

/// How much a break before this character disturbs.
fn cost(characters: &[char], at: usize) -> i64 {
    let (before, after) = (characters[at - 1], characters[at]);
    let head: String = characters[..at].iter().collect();
    let tail: String = characters[at..].iter().collect();
    let open = head.matches('《').count() > head.matches('》').count()
        || head.matches('（').count() > head.matches('）').count()
        || head.matches('“').count() > head.matches('”').count();
    if open {
        return 40;
    }
    // A line begins neither with `的` nor with the kind of the document alone, nor with punctuation.
    if "的、，》）”".contains(after) || before == '《' {
        return 30;
    }
    if tail.chars().count() <= 3 {
        return 20;
    }
    if head.ends_with("关于") || tail.starts_with("关于") {
        return 0;
    }
    let pair: String = [before, after].iter().collect();
    if WORDS.contains(&pair.as_str()) {
        return 25;
    }
    if "的和与及、》”".contains(before) || tail.starts_with("工作") || tail.starts_with('《')
    {
        return 4;
    }
    12
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn short_titles_stay_on_one_line_and_long_ones_are_balanced() {
        assert_eq!(lines("关于做好防汛工作的通知").len(), 1);
        let long = lines("××市人民政府办公室关于进一步加强城市地下管线建设管理工作的实施意见");
        assert_eq!(long.len(), 2);
        let (first, second) = (long[0].chars().count(), long[1].chars().count());
        assert!(first.abs_diff(second) <= 6, "{long:?}");
        let quoted = lines(
            "××省发展和改革委员会关于印发《××省推动大规模设备更新和消费品以旧换新行动实施方案》的通知",
        );
        assert!(
            quoted.iter().all(|line| line.chars().count() <= 19),
            "{quoted:?}"
        );
    }
}
