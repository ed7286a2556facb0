//! The guess among legacy encodings: East Asian ones by how usual their characters are, the rest by `chardetng`.

use std::collections::HashSet;
use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS};

use super::Decoded;

/// The most frequent Han characters of Chinese prose and office papers, simplified, then those that differ in
/// traditional and Japanese writing. Counted on laws, news and encyclopedia text.
const COMMON_HAN: &str = "\
的人第法条行和定十应以当有民一理规者管国在业政用关部或会不中务年工为保二地门设公其生上市本作事三建机合对可主院发经等区员\
出制日责施大同产成及物动下资安时全方位权五品是家进由四处他提所水实证元自单依内要利通并得照府查期月护构体于件级任监案分告\
共款据被交开收标个金报审请与供未违能后准海服代化学社检新情取了六相重明向信场立文委表展之程项按职使基前加划组原电企办营高\
受到教外议量活申防过求计费决改律诉性万道车罚七例度境县正督险运专接源持入起城予百限书织域现反支记技名药商长执调八育指医治\
将力采息承省目具间解备环多批网意列强路料式负九知数造罪确特华次根协司质因察面认系犯术况许范集口止害置直从河格需平投各销除\
最偿常价章复线布令财无节额流结核助科给比形导约村非放损房统修疗效小游消子刑来示土措气至担益预台点联参属该登总农船付回旅已\
判但停称障适易筑乡符南养包义增更居续达户算而举影选卫货手转推排西配就验评住没然少纳北果整补序托态售完也送装则容济围港见广\
份控传变天东题救心税债移种类际身问健警老领存材校维必究山此局响测这都好还热别超镇编引先队江站型风军股近创何故劳两团说史世\
色输黄优么获什再禁德值里守病足客识血即张字互众附古签女免满低空街图另食官象争做打我你们她它把让给去吗吧呢啊很想看听说话话爱\
早晚今昨谢您好吃钱买卖朋友喜欢知觉得怎样哪谁试测编码稳健检读取文档甲乙丙丁戊己庚辛标题段落姓名电话地址数字字符\
這個們來為國說時會對學過發後經現當動開種還進頭無點間實業關電長員產體與應機關東車門問題見書場讓話請據從總處報權務設備計畫\
標準規則號資訊網財費預單價額變更檢測試編碼繁體臺灣區縣鄉鎮灣師醫藥護環環認識議論證讀寫講談語詞課歲戰爭軍隊將黨統選舉歷\
專業術創辦買賣錢銀貨幣質量級結組織維護連運輸遠達適遊邊鐵鋼錄鏡陽陰陸階際難離雖風飛飯館馬魚鳥麼黃點齊傳轉載輕較農廣廠廳\
亞歐華蘭聯聲職聽腦舊萬葉號虛蟲衛術裝複親觀覺觸訂訪許訴診詳該認誤調諸謝譯變負責貴貿賀賽購贏趙跡軟輪輸辭邏鄭醬釋針錯鍵\
気国会学生先何時間今日本東京大阪電話円駅図書館読者説売買食飲車新聞漢字仮名私彼女男子供家族年月火水木金土曜朝昼夜週";

/// Frequent syllables of Korean. Chinese read as Korean gives syllables too, but any.
const COMMON_HANGUL: &str = "\
이다는을에의가고하지한로기사인리도대나자어시아를서그일부정전스수은라과보여장제만있해상원주들면구으성안조공게비연동유모니\
오적소거되할계우마신와학방미위문중경회치선생관등물국민내드트업세바러였간음말화용각실분금식년월명무반발재진개강없것같때더\
또데까요습했합입저른려않및감결건산속심영예작준직집최추출통판평표품필행형환후히점르람본레야터카타프파포크코테패김박윤임송\
님";

static HANGUL: LazyLock<HashSet<char>> = LazyLock::new(|| COMMON_HANGUL.chars().collect());

static COMMON: LazyLock<HashSet<char>> = LazyLock::new(|| COMMON_HAN.chars().collect());

/// The likeliest legacy encoding of bytes that are not UTF-8.
pub(super) fn guess(bytes: &[u8]) -> &'static Encoding {
    let (east_asian, score) = best_east_asian(bytes);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(DETECTED_BYTES)], true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    if score >= ENOUGH || (widest(guessed) == east_asian && score > 0.0) {
        return east_asian;
    }
    if guessed.is_single_byte() || !is_east_asian(guessed) {
        return guessed;
    }
    // The detector names an East Asian encoding that the characters do not speak for: keep the better score.
    if score_of(bytes, widest(guessed)) >= score {
        widest(guessed)
    } else {
        east_asian
    }
}

/// True when the bytes are far likelier East Asian text than text of one byte per character.
pub(super) fn looks_multi_byte(bytes: &[u8]) -> bool {
    best_east_asian(bytes).1 >= ENOUGH
}

/// The superset in which an encoding is read.
pub(super) fn widest(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

/// The name to show.
pub(super) fn display_name(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 {
        "GB18030"
    } else {
        encoding.name()
    }
}

/// Share of the characters that are usual in a Chinese text, ASCII included.
pub(super) fn chinese_share(text: &str) -> f64 {
    let (mut hits, mut all) = (0_usize, 0_usize);
    for c in text.chars() {
        all += 1;
        hits += usize::from(
            c.is_ascii_graphic() || c == '\n' || is_east_asian_mark(c) || COMMON.contains(&c),
        );
    }
    if all == 0 {
        0.0
    } else {
        hits as f64 / all as f64
    }
}

/// Decodes HZ, the seven-bit form of GB2312 that old mail and news used: `~{` … `~}`.
pub(super) fn hz(bytes: &[u8]) -> Option<Decoded> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    let mut found = false;
    while let Some(start) = rest.windows(2).position(|pair| pair == b"~{") {
        let length = rest[start + 2..]
            .windows(2)
            .position(|pair| pair == b"~}")?;
        let inner = &rest[start + 2..start + 2 + length];
        if length % 2 == 1 || !inner.iter().all(|byte| (0x21..=0x7E).contains(byte)) {
            return None;
        }
        out.extend_from_slice(&rest[..start]);
        out.extend(inner.iter().map(|byte| byte | 0x80));
        rest = &rest[start + length + 4..];
        found |= length > 0;
    }
    if !found {
        return None;
    }
    out.extend_from_slice(rest);
    let (text, had_errors) = GB18030.decode_without_bom_handling(&out);
    (!had_errors).then(|| Decoded {
        text: text.into_owned(),
        encoding: "HZ-GB-2312",
        had_errors,
    })
}

/// Bytes that the detector sees; its time grows with them.
const DETECTED_BYTES: usize = 32 << 10;

/// Score from which on the characters are plainly those of the encoding. Text of other encodings read as an East
/// Asian one stays below 0.35 on the samples of the detector projects, real text lies above 0.6.
const ENOUGH: f64 = 0.45;

/// In this order: GB18030 wins a draw.
const EAST_ASIAN: [&Encoding; 5] = [GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR];

fn is_east_asian(encoding: &'static Encoding) -> bool {
    EAST_ASIAN.contains(&widest(encoding))
}

fn best_east_asian(bytes: &[u8]) -> (&'static Encoding, f64) {
    let mut best = (GB18030, score_of(bytes, GB18030));
    for encoding in &EAST_ASIAN[1..] {
        let score = score_of(bytes, encoding);
        if score > best.1 {
            best = (encoding, score);
        }
    }
    best
}

/// Bytes that are scored: a few thousand characters settle the question.
const SCORED_BYTES: usize = 8 << 10;

/// How usual the characters are that an encoding makes of the bytes: about 1 for its own prose, about 0 or below
/// for another's. The mean over the characters beyond ASCII.
fn score_of(bytes: &[u8], encoding: &'static Encoding) -> f64 {
    let start = bytes
        .iter()
        .position(|byte| !byte.is_ascii())
        .unwrap_or(bytes.len());
    let bytes = &bytes[start..bytes.len().min(start + SCORED_BYTES)];
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let other_han = 0.6 * first_level_share(bytes, encoding) - 0.3;
    let (mut sum, mut count) = (0.0, 0_usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        count += 1;
        sum += weight(c, encoding, other_han);
    }
    if text.ends_with('\u{FFFD}') {
        // The sample may end inside a character.
        sum -= weight('\u{FFFD}', encoding, other_han);
        count -= 1;
    }
    if count == 0 { 0.0 } else { sum / count as f64 }
}

fn weight(c: char, encoding: &'static Encoding, other_han: f64) -> f64 {
    match c {
        '\u{FFFD}' => -6.0,
        '\u{E000}'..='\u{F8FF}' => -3.0,
        '\u{80}'..='\u{9F}' => -3.0,
        _ if is_east_asian_mark(c) => 1.0,
        // Kana lie at the same bytes in GB18030 and EUC-JP: there the Han characters must decide.
        '\u{3041}'..='\u{30FF}' if encoding == SHIFT_JIS || encoding == EUC_JP => 1.0,
        '\u{3041}'..='\u{30FF}' => 0.0,
        '\u{FF61}'..='\u{FF9F}' => -0.8,
        _ if HANGUL.contains(&c) => 1.0,
        '\u{AC00}'..='\u{D7A3}' => 0.2,
        '\u{4E00}'..='\u{9FFF}' if encoding == EUC_KR => -1.0,
        _ if COMMON.contains(&c) => 1.0,
        '\u{4E00}'..='\u{9FFF}' => other_han,
        '\u{B7}' | '\u{2014}' | '\u{2018}'..='\u{201D}' | '\u{2026}' | '\u{B0}' | '\u{D7}' => 0.7,
        '\u{2460}'..='\u{249B}' | '\u{2160}'..='\u{217F}' | '\u{2190}'..='\u{2193}' => 0.5,
        _ => -0.5,
    }
}

/// Share of the two-byte Han characters that lie in the first level of their standard. The standards order their
/// characters by use, and the first level holds what a newspaper prints.
fn first_level_share(bytes: &[u8], encoding: &'static Encoding) -> f64 {
    let is_first_level = |lead: u8, trail: u8| {
        if encoding == GB18030 {
            (0xB0..=0xD7).contains(&lead) && trail >= 0xA1
        } else if encoding == BIG5 {
            (0xA4..=0xC6).contains(&lead)
        } else if encoding == SHIFT_JIS {
            (0x88..=0x97).contains(&lead)
        } else {
            (0xB0..=0xCF).contains(&lead)
        }
    };
    // Marks, kana and Greek stand before the Han characters in all of them.
    let first_han = if encoding == SHIFT_JIS {
        0x88
    } else if encoding == BIG5 {
        0xA4
    } else {
        0xB0
    };
    let (mut first, mut han, mut at) = (0_usize, 0_usize, 0);
    while let Some(lead) = bytes.get(at).copied() {
        let is_single = lead < 0x81 || (encoding == SHIFT_JIS && (0xA1..=0xDF).contains(&lead));
        let Some(trail) = bytes.get(at + 1).copied().filter(|_| !is_single) else {
            at += 1;
            continue;
        };
        at += 2;
        if lead >= first_han || (encoding == GB18030 && lead < 0xA1) {
            han += 1;
            first += usize::from(is_first_level(lead, trail));
        }
    }
    if han == 0 {
        0.0
    } else {
        first as f64 / han as f64
    }
}

fn is_east_asian_mark(c: char) -> bool {
    matches!(
        c,
        '\u{3000}'..='\u{3002}' | '\u{3008}'..='\u{3011}' | '\u{FF01}' | '\u{FF08}' | '\u{FF09}' | '\u{FF0C}' | '\u{FF1A}' | '\u{FF1B}' | '\u{FF1F}'
    )
}
