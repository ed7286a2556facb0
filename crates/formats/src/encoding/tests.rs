use encoding_rs::{BIG5, EUC_JP, EUC_KR, GBK, SHIFT_JIS, WINDOWS_1252};

use super::*;

fn check(bytes: &[u8], encoding: &str, text: &str) {
    let decoded = decode(bytes);
    assert_eq!((decoded.encoding, decoded.text.as_str()), (encoding, text));
    assert!(!decoded.had_errors);
    assert!(is_text(bytes), "{encoding} bytes are text");
}

fn wide(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| {
            if little {
                unit.to_le_bytes()
            } else {
                unit.to_be_bytes()
            }
        })
        .collect()
}

#[test]
fn a_short_chinese_line_in_gbk_is_read_as_chinese() {
    check(
        &GBK.encode("部门,人数\n财务部,3\n").0,
        "GB18030",
        "部门,人数\n财务部,3\n",
    );
    check(&GBK.encode("會議紀要").0, "GB18030", "會議紀要");
}

#[test]
fn traditional_chinese_in_big5_is_read() {
    check(
        &BIG5.encode("中文編碼測試，標記文本。").0,
        "Big5",
        "中文編碼測試，標記文本。",
    );
}

#[test]
fn japanese_and_korean_are_told_from_chinese() {
    let japanese = "これは日本語のテキストです。検索の試験に使います。";
    check(&SHIFT_JIS.encode(japanese).0, "Shift_JIS", japanese);
    check(&EUC_JP.encode(japanese).0, "EUC-JP", japanese);
    let korean = "이것은 한국어 문장입니다. 검색 시험에 사용합니다.";
    check(&EUC_KR.encode(korean).0, "EUC-KR", korean);
}

#[test]
fn french_in_one_byte_per_character_stays_french() {
    let text = "Le café était fermé, nous sommes allés à l'hôtel près de la forêt.";
    check(&WINDOWS_1252.encode(text).0, "windows-1252", text);
}

#[test]
fn utf_16_is_found_with_and_without_its_mark() {
    let text = "第一章 总则\nArticle 1\n";
    check(&wide(text, true), "UTF-16LE", text);
    check(&wide(text, false), "UTF-16BE", text);
    let mut marked = vec![0xFF, 0xFE];
    marked.extend(wide(text, true));
    check(&marked, "UTF-16LE", text);
    // Without a single ASCII character there is no zero byte to see.
    let han = "中华人民共和国的法律，由全国人民代表大会制定。";
    check(&wide(han, true), "UTF-16LE", han);
    check(&wide(han, false), "UTF-16BE", han);
}

#[test]
fn utf_32_and_hz_are_read() {
    let text = "中文 text\n";
    let bytes: Vec<u8> = text
        .chars()
        .flat_map(|c| u32::from(c).to_le_bytes())
        .collect();
    check(&bytes, "UTF-32LE", text);
    check(b"~{VPND~} 2025", "HZ-GB-2312", "中文 2025");
}

#[test]
fn a_mark_and_nul_characters_do_not_stay_in_the_text() {
    assert_eq!(decode(b"\xEF\xBB\xBFabc").text, "abc");
    assert_eq!(decode("标记\0文本".as_bytes()).text, "标记文本");
}

#[test]
fn utf_8_cut_inside_a_character_says_so() {
    let bytes = "中文编码测试".as_bytes();
    let decoded = decode(&bytes[..bytes.len() - 1]);
    assert_eq!((decoded.encoding, decoded.had_errors), ("UTF-8", true));
    assert!(decoded.text.starts_with("中文编码测"));
}

#[test]
fn two_encodings_in_one_file_are_read_line_by_line() {
    let mut bytes = "第一行是统一码文本\n".as_bytes().to_vec();
    bytes.extend_from_slice(&GBK.encode("第二行是国标编码的文本\n").0);
    assert_eq!(
        decode(&bytes).text,
        "第一行是统一码文本\n第二行是国标编码的文本\n"
    );
    assert!(decode(&bytes).had_errors);
}

#[test]
fn a_wrong_declaration_is_dropped() {
    let gbk = GBK.encode("标记文本，用于检查。").0;
    assert_eq!(
        decode_declared(&gbk, Some("utf-8")).text,
        "标记文本，用于检查。"
    );
    assert_eq!(
        decode_declared(&gbk, Some("iso-8859-1")).text,
        "标记文本，用于检查。"
    );
    assert_eq!(decode_declared("标记".as_bytes(), Some("gbk")).text, "标记");
    assert_eq!(decode_declared(b"caf\xE9", Some("iso-8859-1")).text, "café");
}

#[test]
fn random_bytes_and_binary_magic_are_not_text() {
    // A fixed linear congruence: bytes without order, the same in every run.
    let mut state = 12_345_u32;
    let noise: Vec<u8> = (0..20_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    assert!(!is_text(&noise));
    assert!(!is_text(b"PK\x03\x04 and so on"));
    assert!(!is_text(b""));
}

#[test]
fn a_chinese_table_of_unusual_words_is_not_korean() {
    let text = "物料编码,物料名称,仓库,期初数量,安全库存,单价\nWL0001,冷却液（A级）,一号仓,362,76,874.87\nWL0002,传送带（A级）,三号仓,125,90,96.6\nWL0003,轴承,二号仓,7,155,12\nWL0004,密封圈,二号仓,9,40,3.5\nWL0005,螺栓（镀锌）,一号仓,88,60,0.8\n";
    check(&GBK.encode(text).0, "GB18030", text);
}
