//! Kinds of documents: language, usual length, what stands around the sections, and the outline where a model gives none.

use deskmate_knowledge::Language;
use serde::{Deserialize, Serialize};

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DraftKind {
    /// 通知.
    Notice,
    /// 请示.
    Request,
    /// 报告, to a higher body.
    OfficialReport,
    /// 函.
    OfficialLetter,
    /// 会议纪要.
    MeetingSummary,
    /// 工作总结.
    WorkSummary,
    /// 方案.
    Plan,
    /// A mail.
    Mail,
    /// A letter.
    Letter,
    /// A memo.
    Memo,
    /// A report.
    Report,
    /// A proposal.
    Proposal,
}

impl DraftKind {
    /// The kind of an input's value, which is its name.
    pub(super) fn of(name: Option<&str>) -> Self {
        match name {
            Some("请示") => Self::Request,
            Some("报告") => Self::OfficialReport,
            Some("函") => Self::OfficialLetter,
            Some("会议纪要") => Self::MeetingSummary,
            Some("工作总结") => Self::WorkSummary,
            Some("方案") => Self::Plan,
            Some("邮件") => Self::Mail,
            Some("letter") => Self::Letter,
            Some("memo") => Self::Memo,
            Some("report") => Self::Report,
            Some("proposal") => Self::Proposal,
            Some(_) | None => Self::Notice,
        }
    }

    /// What people call it.
    pub(super) fn name(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Notice, Language::Chinese) => "通知",
            (Self::Notice, Language::English) => "notice",
            (Self::Request, Language::Chinese) => "请示",
            (Self::Request, Language::English) => "request for a decision",
            (Self::OfficialReport, Language::Chinese) => "报告",
            (Self::OfficialReport | Self::Report, Language::English) => "report",
            (Self::OfficialLetter, Language::Chinese) => "函",
            (Self::OfficialLetter, Language::English) => "official letter",
            (Self::MeetingSummary, Language::Chinese) => "会议纪要",
            (Self::MeetingSummary, Language::English) => "minutes of a meeting",
            (Self::WorkSummary, Language::Chinese) => "工作总结",
            (Self::WorkSummary, Language::English) => "summary of work",
            (Self::Plan, Language::Chinese) => "方案",
            (Self::Plan, Language::English) => "plan",
            (Self::Mail, Language::Chinese) => "邮件",
            (Self::Mail, Language::English) => "mail",
            (Self::Letter, Language::Chinese) => "信函",
            (Self::Letter, Language::English) => "letter",
            (Self::Memo, Language::Chinese) => "备忘录",
            (Self::Memo, Language::English) => "memo",
            (Self::Report, Language::Chinese) => "报告",
            (Self::Proposal, Language::Chinese) => "建议书",
            (Self::Proposal, Language::English) => "proposal",
        }
    }

    /// The language it is usually written in; `None` where the topic decides.
    pub(super) fn language(self) -> Option<Language> {
        match self {
            Self::Notice
            | Self::Request
            | Self::OfficialReport
            | Self::OfficialLetter
            | Self::MeetingSummary
            | Self::WorkSummary
            | Self::Plan => Some(Language::Chinese),
            Self::Letter | Self::Memo | Self::Report | Self::Proposal => Some(Language::English),
            Self::Mail => None,
        }
    }

    /// Whether it is laid out by GB/T 9704-2012.
    pub fn is_official(self) -> bool {
        match self {
            Self::Notice
            | Self::Request
            | Self::OfficialReport
            | Self::OfficialLetter
            | Self::MeetingSummary => true,
            Self::WorkSummary
            | Self::Plan
            | Self::Mail
            | Self::Letter
            | Self::Memo
            | Self::Report
            | Self::Proposal => false,
        }
    }

    /// Whether its sections show their headings.
    pub(super) fn has_headings(self) -> bool {
        !matches!(self, Self::Mail | Self::Letter | Self::OfficialLetter)
    }

    /// Usual length in characters or words.
    pub(super) fn usual_length(self, language: Language) -> usize {
        let characters = match self {
            Self::Mail | Self::OfficialLetter | Self::Letter => 350,
            Self::Notice | Self::Request | Self::Memo => 600,
            Self::OfficialReport | Self::MeetingSummary => 900,
            Self::WorkSummary | Self::Plan | Self::Report | Self::Proposal => 1_200,
        };
        match language {
            Language::Chinese => characters,
            // An English word says about what two characters say.
            Language::English => characters / 2,
        }
    }

    /// The sentence that closes it.
    pub(super) fn closing(self, language: Language) -> Option<&'static str> {
        match (self, language) {
            (Self::Notice, Language::Chinese) => Some("特此通知。"),
            (Self::Request, Language::Chinese) => Some("妥否，请批示。"),
            (Self::OfficialReport, Language::Chinese) => Some("特此报告。"),
            (Self::OfficialLetter, Language::Chinese) => Some("特此函达，请予支持为盼。"),
            _ => None,
        }
    }

    /// Headings that every such document could have.
    pub(super) fn usual_headings(self, language: Language) -> &'static [&'static str] {
        match language {
            Language::English => match self {
                Self::Mail | Self::Letter | Self::OfficialLetter => {
                    &["Reason for writing", "Details", "Next steps"]
                }
                Self::Proposal | Self::Plan | Self::Request => {
                    &["Background", "Proposal", "Resources", "Next steps"]
                }
                Self::Notice
                | Self::OfficialReport
                | Self::MeetingSummary
                | Self::WorkSummary
                | Self::Memo
                | Self::Report => &["Background", "Findings", "Assessment", "Next steps"],
            },
            Language::Chinese => match self {
                Self::Notice => &["总体要求", "具体安排", "工作要求"],
                Self::Request => &["基本情况", "请示事项", "有关说明"],
                Self::OfficialReport | Self::Report => {
                    &["基本情况", "主要做法", "存在问题", "下一步打算"]
                }
                Self::OfficialLetter | Self::Letter | Self::Mail => {
                    &["来函缘由", "具体事项", "联系安排"]
                }
                Self::MeetingSummary => &["会议概况", "议定事项", "工作分工"],
                Self::WorkSummary => &["工作完成情况", "主要成效", "存在问题", "下一步计划"],
                Self::Plan | Self::Proposal => &["目标任务", "实施步骤", "职责分工", "保障措施"],
                Self::Memo => &["背景", "事项", "后续安排"],
            },
        }
    }
}
