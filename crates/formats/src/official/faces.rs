//! The faces of the standard: their names, what stands in where one is missing, and telling them apart.

/// A face that the standard names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// 仿宋, the body.
    FangSong,
    /// 黑体, first-level headings.
    Hei,
    /// 楷体, second-level headings.
    Kai,
    /// 小标宋, title and issuing body.
    BiaoSong,
    /// 宋体, page numbers.
    Song,
}

impl Face {
    /// The name that is written.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::FangSong => "仿宋",
            Self::Hei => "黑体",
            Self::Kai => "楷体",
            Self::BiaoSong => "方正小标宋简体",
            Self::Song => "宋体",
        }
    }

    /// Names that stand in on machines without it, best first.
    pub(super) fn alternatives(self) -> &'static str {
        match self {
            Self::FangSong => "仿宋_GB2312,FangSong,STFangsong,FandolFang,Noto Serif CJK SC",
            Self::Hei => "SimHei,STHeiti,Noto Sans CJK SC",
            Self::Kai => "楷体_GB2312,KaiTi,STKaiti,FandolKai,Noto Serif CJK SC",
            Self::BiaoSong => "FZXiaoBiaoSong-B05S,方正小标宋_GBK,华文中宋,宋体,Noto Serif CJK SC",
            Self::Song => "SimSun,STSong,Noto Serif CJK SC",
        }
    }

    /// Name for findings.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::FangSong => ("仿宋", "FangSong"),
            Self::Hei => ("黑体", "Hei"),
            Self::Kai => ("楷体", "Kai"),
            Self::BiaoSong => ("小标宋", "XiaoBiaoSong"),
            Self::Song => ("宋体", "Song"),
        }
    }

    /// Whether a font of this name is of this face, whoever made it.
    pub(super) fn is(self, font: &str) -> bool {
        let name = font.to_lowercase().replace([' ', '-', '_'], "");
        let any = |words: &[&str]| words.iter().any(|word| name.contains(word));
        match self {
            Self::FangSong => any(&["仿宋", "fangsong", "simfang", "fandolfang"]),
            // 微软雅黑 and its kin are screen faces, not 黑体.
            Self::Hei => any(&["黑体", "simhei", "heiti", "fandolhei"]) && !any(&["雅黑", "yahei"]),
            Self::Kai => any(&["楷", "kai"]),
            Self::BiaoSong => any(&["标宋", "biaosong"]),
            Self::Song => {
                any(&["宋体", "simsun", "songti", "stsong", "书宋"])
                    && !any(&["仿宋", "标宋", "中宋"])
            }
        }
    }
}

/// Inside of `w:fonts`: each face with what may stand in.
pub(super) fn font_table() -> String {
    [Face::FangSong, Face::Hei, Face::Kai, Face::BiaoSong, Face::Song]
        .into_iter()
        .map(|face| {
            let family = match face {
                Face::Hei | Face::FangSong | Face::Kai => "modern",
                Face::BiaoSong | Face::Song => "roman",
            };
            format!(
                "<w:font w:name=\"{}\"><w:altName w:val=\"{}\"/><w:charset w:val=\"86\"/><w:family w:val=\"{family}\"/><w:pitch w:val=\"auto\"/></w:font>",
                face.name(),
                face.alternatives()
            )
        })
        .collect()
}
