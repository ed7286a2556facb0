//! What drafting from the prompt and answering several requests at once bring, on the work they are meant for.

use deskmate_core::{CancelToken, GenerationRequest, Message, WireError};
use deskmate_llm::protocol::ComparedFigures;
use serde::Serialize;

use super::score::median;
use crate::app::App;

/// Ratios of one run; each is a median over rounds of times in turns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecodingReport {
    /// The chat model.
    pub model: String,
    /// One row per kind of work.
    pub rows: Vec<DecodingRow>,
}

/// Ratios of one kind of work.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecodingRow {
    /// `rewrite`, `free_chat`, `four_rows`, `eight_rows`.
    pub work: &'static str,
    /// How many times as fast with drafts from the prompt.
    pub drafted_speedup: f64,
    /// Share of answers that drafts leave the same to the letter.
    pub drafted_identical: f64,
    /// How many times as fast at once as one by one.
    pub at_once_speedup: f64,
    /// Share of answers that are the same at once and one by one.
    pub at_once_identical: f64,
}

const PARAGRAPHS: [&str; 4] = [
    "为了规范公司差旅费的管理，厉行节约，根据有关规定，结合公司实际情况，制定本办法。出差人员应当事先填写出差审批单，\
     经部门负责人同意后方可出行；未经批准的出差，费用不予报销。住宿费在限额以内凭发票据实报销，超过限额的部份由个人承担。",
    "本次会议讨论了第三季度的销售情况。华东区完成计划的百分之一百零三，华南区完成百分之九十六，其余各区与去年同期基本持平。\
     会议决定在十一月十五日前完成渠道价格的调整，由市场部负责，财务部配合，下次例会上汇报进展的情况。",
    "The committee reviewed the draft budget for the coming year and agreed that travel costs should be reduced by ten \
     percent. Each department will submits a revised plan to the finance office before the end of the month, and the \
     office will report the total at the next meeting.",
    "All visitors must sign in at the front desk and wear a badge while they are in the building. Staff who recieve \
     visitors are responsible for them during the whole visit and must collect the badge when the visitor leaves.",
];

const COMMENTS: [&str; 8] = [
    "物流很快，包装完好，客服也耐心。",
    "用了三天就坏了，申请退货一直没人理。",
    "价格偏高，不过质量对得起这个价。",
    "颜色和图片差太多，很失望。",
    "第二次购买了，家里人都说好。",
    "说明书只有英文，看不懂，其他还行。",
    "发错了型号，换货花了两个星期。",
    "性能稳定，噪音小，推荐。",
];

/// Measures an installed chat model.
///
/// # Errors
/// `ModelNotInstalled`; those of the engine.
pub fn decoding(
    app: &App,
    rounds: usize,
    cancel: &CancelToken,
) -> Result<DecodingReport, WireError> {
    let chat = app.chat()?;
    let ask = |system: &str, user: &str, max_tokens| {
        GenerationRequest::greedy(
            vec![Message::system(system), Message::user(user)],
            max_tokens,
        )
    };
    let rewrite = PARAGRAPHS.map(|text| {
        ask(
            "Correct the spelling and grammar of the text and change nothing else. 改正错别字和语病，其余照抄。只写改好的文字。",
            text,
            160,
        )
    });
    let free_chat = [
        "写一首关于秋天的短诗。",
        "Explain in a few sentences why the sky is blue.",
    ]
    .map(|text| ask("You are a helpful assistant.", text, 80));
    let rows = COMMENTS.map(|text| {
        ask(
            "判断商品评论的情感，用一句话说明理由，格式：正面/负面/中性：理由。",
            text,
            40,
        )
    });
    let work: [(&str, Vec<GenerationRequest>); 4] = [
        ("rewrite", rewrite.to_vec()),
        ("free_chat", free_chat.to_vec()),
        ("four_rows", rows[..4].to_vec()),
        ("eight_rows", rows.to_vec()),
    ];
    let rows = work
        .into_iter()
        .map(|(work, requests)| Ok(row(work, &chat.compare(requests, rounds.max(1), cancel)?)))
        .collect::<Result<Vec<_>, WireError>>()?;
    Ok(DecodingReport {
        model: chat.info()?.name,
        rows,
    })
}

fn row(work: &'static str, figures: &ComparedFigures) -> DecodingRow {
    let speedup = |other: &[f64]| {
        let ratios = figures
            .plain_ms
            .iter()
            .zip(other)
            .map(|(plain, other)| plain / other.max(1e-6));
        median(ratios.collect())
    };
    DecodingRow {
        work,
        drafted_speedup: speedup(&figures.drafted_ms),
        drafted_identical: figures.drafted_identical,
        at_once_speedup: speedup(&figures.at_once_ms),
        at_once_identical: figures.at_once_identical,
    }
}
