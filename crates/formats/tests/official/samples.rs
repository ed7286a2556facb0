//! Drafts, and docx files changed by hand.

use std::io::{Cursor, Read, Write};

use deskmate_core::{ReadLimits, WireError};
use deskmate_formats::{
    OfficialDocument, OfficialReport, check_official, parse_official, read, render_official,
};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// A draft as plain text, read by the text reader.
pub(crate) fn parse(draft: &str) -> OfficialDocument {
    let (_, parsed) = read(draft.as_bytes(), "txt", &ReadLimits::default()).unwrap();
    parse_official(&parsed.document)
}

/// The same, laid out.
pub(crate) fn laid_out(draft: &str) -> Vec<u8> {
    render_official(&parse(draft)).unwrap()
}

pub(crate) fn report(bytes: &[u8]) -> OfficialReport {
    check_official(bytes, &ReadLimits::default()).unwrap()
}

pub(crate) fn rules(bytes: &[u8]) -> Vec<String> {
    report(bytes)
        .findings
        .into_iter()
        .map(|finding| finding.rule)
        .collect()
}

/// Text of a part.
pub(crate) fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// The docx with a part changed; the change must do something.
pub(crate) fn changed(bytes: &[u8], name: &str, change: &dyn Fn(&str) -> String) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut done = false;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let own = file.name().unwrap().to_string();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        if own == name {
            let old = String::from_utf8(content).unwrap();
            let new = change(&old);
            assert_ne!(old, new, "the change to {name} does nothing");
            content = new.into_bytes();
            done = true;
        }
        writer
            .start_file(own.as_str(), SimpleFileOptions::default())
            .unwrap();
        writer.write_all(&content).unwrap();
    }
    assert!(done, "there is no part {name}");
    writer.finish().unwrap().into_inner()
}

/// Replaces the first occurrence in the text's part.
pub(crate) fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    changed(bytes, "word/document.xml", &|text| {
        text.replacen(from, to, 1)
    })
}

/// Changes the paragraph that holds these words.
pub(crate) fn paragraph(bytes: &[u8], words: &str, change: &dyn Fn(&str) -> String) -> Vec<u8> {
    changed(bytes, "word/document.xml", &|text| {
        let at = text
            .find(words)
            .unwrap_or_else(|| panic!("no paragraph holds {words}"));
        let start = text[..at].rfind("<w:p>").unwrap();
        let end = at + text[at..].find("</w:p>").unwrap() + "</w:p>".len();
        format!(
            "{}{}{}",
            &text[..start],
            change(&text[start..end]),
            &text[end..]
        )
    })
}

pub(crate) fn fix(
    bytes: &[u8],
) -> Result<(OfficialReport, deskmate_formats::OfficialCorrection), WireError> {
    deskmate_formats::fix_official(bytes, &ReadLimits::default())
}

pub(crate) const NOTICE: &str = "\
000123
机密★1年
特急
××市人民政府文件
×政发〔2024〕15号

××市人民政府关于进一步加强城市地下管线建设管理工作的通知

各区县人民政府，市政府各部门、各直属机构：
　　为切实加强城市地下管线建设管理，保障城市安全运行，提高城市综合承载能力，现就有关事项通知如下。
　　一、总体要求
　　（一）指导思想
　　深入贯彻落实国务院有关要求，适应城镇化快速发展需要，统筹地下管线规划建设、管理维护和应急防灾，坚持先地下后地上、先规划后建设，科学编制城市地下管线规划，加大老旧管线改造力度。
　　（二）基本原则。规划引领，统筹建设；强化管理，消除隐患。
　　二、主要任务
　　1.编制综合规划。各区县应当在2025年6月30日前完成本地区地下管线普查，建立综合管理信息系统，总投资1.2万元以上的项目逐一登记。
　　（1）开展普查。普查成果应当按照规定集中统一管理。
　　（2）建立档案。
　　2.加强维修养护。
　　三、保障措施
　　各部门要加强组织领导，落实责任，确保各项任务按期完成。

　　附件：1.地下管线普查工作方案
　　　　　2.地下管线综合管理信息系统建设标准及数据共享交换办法（试行）

××市人民政府
2024年3月5日
（此件公开发布）

附件1
地下管线普查工作方案
一、工作目标
全面查清城市范围内的地下管线现状。

抄送：市委各部门，市人大常委会办公室，市政协办公室，市法院，市检察院。
××市人民政府办公室　　2024年3月6日印发
";

pub(crate) const REQUEST: &str = "\
××县人民政府文件
×政〔2023〕8号　　　　签发人：王建国

××县人民政府关于申请防汛救灾补助资金的请示

市人民政府：
　　今年7月以来，我县连续遭受强降雨袭击，直接经济损失3500万元。恳请市政府拨付补助资金800万元，用于水毁工程修复。
　　妥否，请批示。

××县人民政府
2023年8月12日
（联系人：李明，电话：12345678）
";

pub(crate) const LETTER: &str = "\
关于商请支持开展联合检查的函

市公安局：
　　为做好节前安全工作，拟于近期开展联合检查，商请贵局派员参加。现将有关安排函告如下：
　　一、检查时间
　　2024年9月20日至25日。
　　二、检查内容
　　重点检查人员密集场所消防安全责任落实情况。
　　特此函达，请予支持。

××市应急管理局办公室
2024年9月12日
";
