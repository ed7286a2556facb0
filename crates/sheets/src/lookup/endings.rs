//! Names that a question says in part: without their last word where the question asks in other words for what that
//! word says, without what two names side by side share, by a part that no other name has.

/// Last words of names, and the words that ask for such a thing: 首飞日期 is what 什么时候首飞 asks for.
#[rustfmt::skip]
const ENDINGS: [(&[&str], &[&str]); 9] = [
    (&["负责人", "联系人", "人员", "姓名", "人", "者", "员"],
     &["谁", "哪个人", "哪位", "哪些人", "什么人", "何人"]),
    (&["人群", "对象"], &["谁", "哪些人", "什么人", "何人"]),
    (&["所在地", "地址", "地点", "场所", "住所", "地区", "地"],
     &["哪里", "哪儿", "在哪", "于哪", "自哪", "什么地方", "哪个地方", "哪些地方", "哪个城市", "哪座城市", "哪个省"]),
    (&["日期", "时间", "年月", "年份", "期间", "日"],
     &["什么时候", "啥时候", "何时", "哪天", "哪一天", "哪日", "哪年", "哪一年", "哪月", "哪个月", "几号", "几点", "多久", "什么时间"]),
    (&["金额", "价格", "单价", "售价", "数额", "余额", "总额", "数量"], &["多少", "几个", "几家"]),
    (&["占比", "比例", "比率", "比重", "百分比"],
     &["百分之", "多大比例", "比例", "比重", "占比", "比率", "百分比", "占多少", "占多大"]),
    (&["原因", "理由", "事由"], &["为什么", "因为什么", "为何", "为啥", "原因", "理由", "因何"]),
    (&["厂家", "厂商", "单位", "公司", "企业", "商"],
     &["哪个厂", "哪家", "哪个公司", "哪些公司", "哪个单位", "哪个企业", "厂家", "谁"]),
    (&["方法", "方式", "办法"], &["怎么", "如何", "怎样"]),
];

/// Last words that say what is asked for, whatever else the question says.
#[rustfmt::skip]
const OTHER_THINGS: [&str; 18] = [
    "金额", "价格", "单价", "售价", "数额", "余额", "总额", "数量", "日期", "时间", "地址", "地点", "占比", "比例", "比率", "比重", "方式",
    "方法",
];

/// Names as a whole, and the words that ask for them.
#[rustfmt::skip]
const ASKED_AS: [(&[&str], &[&str]); 13] = [
    (&["国籍"], &["哪国人", "哪个国家的人", "哪国的"]),
    (&["重量", "体重", "净重"], &["多重"]),
    (&["高度", "身高"], &["多高"]),
    (&["长度", "全长"], &["多长"]),
    (&["宽度"], &["多宽"]),
    (&["厚度"], &["多厚"]),
    (&["深度"], &["多深"]),
    (&["速度"], &["多快"]),
    (&["面积"], &["面积多大", "多大面积"]),
    (&["年龄"], &["多大年纪", "多少岁", "几岁"]),
    (&["价格", "单价", "售价"], &["多少钱"]),
    (&["联系电话", "电话", "手机", "手机号", "联系方式"], &["联系方式", "怎么联系"]),
    (&["原因", "理由", "事由"], &["为什么", "因为什么", "为何", "为啥"]),
];

/// Words that join names.
const JOINERS: [&str; 6] = ["以及", "和", "与", "及", "或", "跟"];

/// Words that name nothing in a question about a table.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "我想查一下", "我想问一下", "我想知道", "我想问问", "我想问下", "麻烦问一下", "麻烦问下", "麻烦告诉我", "能告诉我", "请告诉我", "告诉我",
    "帮忙查一下", "帮我查一下", "帮我查询下", "帮我查下", "查一下", "请问一下", "请问", "问一下", "你知道", "知道", "麻烦", "我看",
    "是什么时候", "什么时候", "啥时候", "什么时间", "什么地方", "哪个地方", "什么原因", "因为什么", "为什么", "是多少", "有多少", "为多少", "达到了", "达到",
    "百分之多少", "百分之几", "相比", "多少钱", "多少", "多大", "多高", "多长", "多重", "多远", "多久", "多快", "是什么", "叫什么", "什么样", "什么", "是哪些", "有哪些", "哪些",
    "那些", "哪个", "哪家", "哪里", "哪儿", "哪天", "哪一天", "哪年", "哪位", "哪种", "哪类", "哪", "是谁", "谁", "啥", "几个", "几",
    "包括", "包含", "内容", "具体", "分别", "各自", "各是", "各为", "各占", "各", "都是", "都有", "一下", "怎么样", "怎样", "如何", "怎么", "情况", "余额", "金额", "数额",
    "还是", "属于", "对应", "时候", "上面", "其中", "这个", "这家", "公司", "该", "本", "的话", "的", "是", "为", "有", "在", "了", "吗", "呢", "呀", "啊", "下", "一",
];

/// Endings of a firm's name: shared by firms that are different ones.
const OF_FIRMS: [&str; 6] = ["股份", "有限", "责任", "公司", "集团", "中心"];

/// A name without its last word, where the question asks for that in its own words.
pub(super) fn without_ending(name: &[char], question: &str) -> Option<Vec<char>> {
    let name: String = name.iter().collect();
    ENDINGS.iter().find_map(|(endings, words)| {
        let stem = endings
            .iter()
            .find_map(|ending| name.strip_suffix(ending))?;
        let is_asked = words.iter().any(|word| question.contains(word));
        let stem: Vec<char> = stem.chars().collect();
        (is_asked && stem.len() >= 2 && goes_on_freely(&stem, question)).then_some(stem)
    })
}

/// False where another last word follows the stem: 采购数量 does not ask for 采购金额.
fn goes_on_freely(stem: &[char], question: &str) -> bool {
    let stem: String = stem.iter().collect();
    question.match_indices(&stem).any(|(at, _)| {
        let after = &question[at + stem.len()..];
        !OTHER_THINGS.iter().any(|ending| after.starts_with(ending))
    })
}

/// The words with which the question asks for a name: 多重 for 重量.
pub(super) fn asked_as(name: &[char], question: &str) -> Option<&'static str> {
    let name: String = name.iter().collect();
    ASKED_AS.iter().find_map(|(names, words)| {
        let mut said = words.iter().filter(|word| question.contains(**word));
        names
            .contains(&name.as_str())
            .then(|| said.next().copied())?
    })
}

/// The one Chinese part of a name with letters or digits beside it: 三段母线 of 35kV三段母线, three characters or more.
pub(super) fn part(name: &str) -> Option<String> {
    let kind = |character: char| match character {
        _ if !character.is_alphanumeric() => 0,
        _ if character.is_ascii() => 1,
        _ => 2,
    };
    let mut parts: Vec<(u8, String)> = Vec::new();
    for character in name.chars() {
        match parts.last_mut() {
            Some((own, part)) if *own == kind(character) => part.push(character),
            _ => parts.push((kind(character), character.to_string())),
        }
    }
    let own: Vec<&String> = parts
        .iter()
        .filter(|(kind, _)| *kind == 2)
        .map(|(_, part)| part)
        .collect();
    match own.as_slice() {
        [part] if parts.len() > 1 && (3..=20).contains(&part.chars().count()) => {
            Some((*part).clone())
        }
        _ => None,
    }
}

/// Names that the question says without what they share with a name beside them, with the place of what it does say:
/// 经营 before 投资活动净额, 电压 after 额定电流.
pub(super) fn elided(
    text: &[char],
    said: &[(usize, Vec<char>)],
    unsaid: &[Vec<char>],
) -> Vec<(usize, usize, Vec<char>)> {
    let mut found = Vec::new();
    for (place, name) in said {
        let mut begin = *place;
        while let Some((own, length, other)) = before(&text[..begin], name, unsaid) {
            found.push((own, length, other));
            begin = own;
        }
        if let Some(other) = after(text, place + name.len(), name, unsaid) {
            found.push(other);
        }
    }
    found
}

fn before(text: &[char], name: &[char], unsaid: &[Vec<char>]) -> Option<(usize, usize, Vec<char>)> {
    let mut end = text.len();
    for joiner in JOINERS {
        let joiner: Vec<char> = joiner.chars().collect();
        if text[..end].ends_with(&joiner) {
            end -= joiner.len();
            break;
        }
    }
    let mut best: Option<(usize, usize, Vec<char>)> = None;
    for other in unsaid {
        // The part that differs is what is said; one that is longer says more.
        let own = (2..other.len().saturating_sub(1))
            .rev()
            .find(|own| name.ends_with(&other[*own..]) && text[..end].ends_with(&other[..*own]));
        let Some(own) = own else {
            continue;
        };
        if best.as_ref().is_none_or(|(_, length, _)| own > *length) {
            best = Some((end - own, own, other.clone()));
        }
    }
    best
}

fn after(
    text: &[char],
    place: usize,
    name: &[char],
    unsaid: &[Vec<char>],
) -> Option<(usize, usize, Vec<char>)> {
    let rest = text.get(place..)?;
    let joiner = JOINERS
        .iter()
        .map(|joiner| joiner.chars().collect::<Vec<char>>())
        .find(|joiner| rest.starts_with(joiner))?;
    let rest = &rest[joiner.len()..];
    unsaid.iter().find_map(|other| {
        let shared = name.iter().zip(other).take_while(|(a, b)| a == b).count();
        let own = other.len().checked_sub(shared)?;
        (shared >= 2 && own >= 2 && rest.starts_with(&other[shared..]))
            .then(|| (place + joiner.len(), own, other.clone()))
    })
}

/// Where the question says a name's end, half of it and more than what firms share: 与本公司的关系 of a longer name.
pub(super) fn second_half(text: &[char], name: &[char]) -> Option<(usize, usize)> {
    let half = name.len().div_ceil(2).max(5);
    if name.len() <= half || name.len() > 40 {
        return None;
    }
    let piece = &name[name.len() - half..];
    let mut telling: String = piece.iter().collect();
    for word in OF_FIRMS {
        telling = telling.replace(word, "");
    }
    let is_telling = telling.chars().filter(|c| !c.is_ascii_digit()).count() >= 3;
    let place = text.windows(half).position(|window| window == piece)?;
    is_telling.then_some((place, half))
}

/// Whether a name is that of a change in points, as 本期与上期金额变动比例, and the question asks for one.
pub(super) fn is_asked_change(name: &str, question: &str) -> bool {
    const CHANGES: [&str; 8] = [
        "变动", "增减", "增长", "增加", "减少", "下降", "上升", "变化",
    ];
    const POINTS: [&str; 5] = ["比例", "百分", "幅度", "率", "%"];
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let of_times = has(
        name,
        &[
            "比上", "比期", "比本", "与上", "与期", "与本", "较上", "较期", "同比",
        ],
    );
    let compares = has(question, &["比上期", "与上期", "较上期", "相比", "期初"]);
    (of_times || question.contains("相比"))
        && has(name, &CHANGES)
        && has(name, &POINTS)
        && has(question, &CHANGES)
        && (has(question, &POINTS) || compares)
}

/// Words that ask for a place or a time, with what names and values of such things hold.
#[rustfmt::skip]
const THINGS: [(&[&str], &[&str], &[&str]); 2] = [
    (&["哪里", "哪儿", "什么地方", "哪个地方"],
     &["地", "址", "处", "住所", "场所", "区", "位置", "范围", "城", "省", "市", "国", "籍"],
     &["省", "市", "区", "县", "镇", "村", "路", "街"]),
    (&["什么时候", "啥时候", "何时", "哪天", "哪一天", "哪年"],
     &["日", "时", "年", "月", "期", "间"],
     &["年", "月", "日", "-", "/", ":", ".", "点", "时"]),
];

/// Whether the question asks for a place or a time and neither these names nor these values are of one.
pub(super) fn asks_for_another_thing(question: &str, names: &str, values: &str) -> bool {
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    THINGS.iter().any(|(words, of_names, of_values)| {
        has(question, words) && !has(names, of_names) && !has(values, of_values)
    })
}

/// What is left of a piece of a question without the words that name nothing.
pub(super) fn without_fillers(piece: &str) -> String {
    let mut piece = piece.to_owned();
    for filler in FILLERS {
        piece = piece.replace(filler, " ");
    }
    piece
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect()
}

/// Whether a piece of the question joins something that no name was found for.
pub(super) fn joins_more(rest: &str) -> bool {
    let words = ["还有", "以及", "和", "及", "与", "又", "、", " and "];
    let has_joiner = words.iter().any(|word| rest.contains(word));
    let mut left = rest.to_owned();
    for word in words {
        left = left.replace(word, " ");
    }
    has_joiner && !without_fillers(&left).is_empty()
}
