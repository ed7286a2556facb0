use deskmate_core::{ErrorCode, ReadLimits};

use crate::build::{W, content_types, docx, package, read, texts};
use crate::workbook::xlsx;

const BILLION_LAUGHS: &str = r#"<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>"#;

fn code(bytes: &[u8], extension: &str) -> ErrorCode {
    read(bytes, extension).unwrap_err().code
}

#[test]
fn entities_are_refused_in_documents_and_workbooks() {
    let types = content_types("word/document.xml", "wordprocessingml.document.main");
    let document = format!(
        r#"<?xml version="1.0"?>{BILLION_LAUGHS}<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&c;</w:t></w:r></w:p></w:body></w:document>"#
    );
    let file = package(&[
        ("[Content_Types].xml", &types),
        ("word/document.xml", &document),
    ]);
    assert_eq!(code(&file, "docx"), ErrorCode::DamagedFile);

    let sheet = format!("{BILLION_LAUGHS}<sheetData/>");
    assert_eq!(
        code(&xlsx(&[("S", "visible", &sheet)]), "xlsx"),
        ErrorCode::DamagedFile
    );
}

#[test]
fn parts_that_unpack_to_far_more_are_refused() {
    let spaces = " ".repeat(32 << 20);
    assert_eq!(code(&docx(&spaces, &[]), "docx"), ErrorCode::ArchiveBomb);
    let sheet = format!("<sheetData>{spaces}</sheetData>");
    assert_eq!(
        code(&xlsx(&[("S", "visible", &sheet)]), "xlsx"),
        ErrorCode::ArchiveBomb
    );
}

#[test]
fn the_sum_of_all_parts_is_limited() {
    let text = "文字".repeat(1000);
    let file = docx(&format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"), &[]);
    let limits = ReadLimits {
        max_expanded_bytes: 1000,
        ..ReadLimits::default()
    };
    let error = deskmate_formats::read(&file, "docx", &limits).unwrap_err();
    assert_eq!(error.code, ErrorCode::ArchiveBomb);
}

#[test]
fn elements_nested_without_end_are_refused() {
    let deep = format!(
        "{}{}",
        "<w:sdt>".repeat(100_000),
        "</w:sdt>".repeat(100_000)
    );
    assert!(read(&docx(&deep, &[]), "docx").is_err());
}

#[test]
fn too_many_entries_are_refused() {
    let limits = ReadLimits {
        max_entries: 2,
        ..ReadLimits::default()
    };
    let error = deskmate_formats::read(&docx("", &[]), "docx", &limits).unwrap_err();
    assert_eq!(error.code, ErrorCode::ArchiveBomb);
}

#[test]
fn a_cut_off_document_gives_what_is_left() {
    let filler: String = (0_u32..4000)
        .map(|number| {
            format!(
                "<w:p><w:r><w:t>第{}段</w:t></w:r></w:p>",
                number.wrapping_mul(2_654_435_761)
            )
        })
        .collect();
    let file = docx(&filler, &[]);
    let parsed = read(&file[..file.len() * 7 / 10], "docx").unwrap();
    assert!(texts(&parsed).len() > 1000);
    assert!(
        parsed
            .warnings
            .iter()
            .any(|warning| warning.code == ErrorCode::PartlyDamaged)
    );
    // Too little is left for anything: an error, never a panic.
    for length in [4, 30, 100, 300] {
        assert!(read(&file[..length], "docx").is_err());
    }
}

#[test]
fn a_document_without_its_main_part_is_damaged() {
    let types = content_types("word/document.xml", "wordprocessingml.document.main");
    assert_eq!(
        code(&package(&[("[Content_Types].xml", &types)]), "docx"),
        ErrorCode::DamagedFile
    );
}

#[test]
fn an_encrypted_package_asks_for_the_password_to_be_removed() {
    let error = read(&compound(&["EncryptionInfo", "EncryptedPackage"]), "docx").unwrap_err();
    assert_eq!(error.code, ErrorCode::EncryptedFile);
    assert!(error.hint.contains("remove the password"));
}

#[test]
fn a_document_under_another_name_is_read_and_noted() {
    let body = "<w:p><w:r><w:t>文</w:t></w:r></w:p>";
    let parsed = read(&docx(body, &[]), "doc").unwrap();
    assert_eq!(parsed.warnings[0].code, ErrorCode::MislabelledFile);
}

/// A compound file with empty streams of these names.
fn compound(names: &[&str]) -> Vec<u8> {
    let mut file = vec![0_u8; 512 * 3];
    file[..8].copy_from_slice(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    file[30] = 9;
    // One allocation sector (number 0), the directory in sector 1, no further allocation sectors.
    file[48] = 1;
    file[68..72].copy_from_slice(&0xFFFF_FFFE_u32.to_le_bytes());
    file[76..512].fill(0xFF);
    file[76..80].copy_from_slice(&0_u32.to_le_bytes());
    file[512..1024].fill(0xFF);
    file[516..520].copy_from_slice(&0xFFFF_FFFE_u32.to_le_bytes());
    // The root points to the first stream, and each stream to the next.
    file[1024 + 66] = 5;
    file[1024 + 76] = 1;
    for (index, name) in (1..).zip(names) {
        let entry = &mut file[1024 + 128 * index..1024 + 128 * (index + 1)];
        for (place, unit) in name.encode_utf16().enumerate() {
            entry[2 * place..2 * place + 2].copy_from_slice(&unit.to_le_bytes());
        }
        entry[64] = u8::try_from(2 * name.len() + 2).unwrap();
        entry[66] = 2;
        entry[72..76].copy_from_slice(&(u32::try_from(index).unwrap() + 1).to_le_bytes());
    }
    file
}
