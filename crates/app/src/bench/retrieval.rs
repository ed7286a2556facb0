//! Recall of the right document, and the evidence on which abstention is decided.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use deskmate_core::{CancelToken, Hit, SourceId, WireError};
use deskmate_knowledge::{Evidence, Rankings, RetrieveOptions, has_evidence};
use serde::Serialize;

use super::score::term_share;
use super::set::{EvaluationSet, Query};
use crate::app::App;
use crate::ingest::{AddReport, FileStatus, Sink};

/// Recall over a set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RetrievalReport {
    /// One row per kind of question and ranking.
    pub rows: Vec<RecallRow>,
    /// Files that could not be found.
    pub files_not_ready: Vec<PathBuf>,
    /// Seconds for indexing (0 when the library had everything).
    pub indexing_seconds: f64,
    /// Of these, seconds of embedding.
    pub embedding_seconds: f64,
    /// Questions whose right document was not among the first five.
    pub missed: Vec<String>,
}

/// Recall of one kind of questions under one ranking.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecallRow {
    /// Kind of questions, `all` for all.
    pub kind: String,
    /// `fused`, `words`, `vectors`.
    pub ranking: &'static str,
    /// How many.
    pub questions: usize,
    /// Share whose right document is first.
    pub recall_at_1: f64,
    /// … among the first five documents.
    pub recall_at_5: f64,
    /// … among the first ten.
    pub recall_at_10: f64,
    /// Mean of 1 ÷ rank.
    pub mrr: f64,
    /// For laws: share whose right article stands in one of the first five passages.
    pub article_at_5: Option<f64>,
}

#[derive(Default)]
struct Tally {
    questions: usize,
    at: [usize; 3],
    reciprocal: f64,
    article: (usize, usize),
}

/// Measures recall over a set; `cross` looks only among documents of the other language.
///
/// # Errors
/// Those of reading the set, of the library and the engine.
pub fn retrieval(
    app: &App,
    folder: &Path,
    limit: usize,
    cross: bool,
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<RetrievalReport, WireError> {
    let set = EvaluationSet::read(folder)?;
    let (ids, added) = set.load(app, None, cancel, sink)?;
    let scopes = if cross {
        Some(languages(app, &set, &ids)?)
    } else {
        None
    };
    let mut tallies: BTreeMap<(String, &'static str), Tally> = BTreeMap::new();
    let mut missed = Vec::new();
    let questions: Vec<&Query> = set
        .queries
        .iter()
        .filter(|q| q.is_answerable())
        .take(limit)
        .collect();
    for query in questions {
        let scope = scopes.as_ref().and_then(|scopes| {
            let other = if query.lang.as_deref() == Some("zh") {
                "en"
            } else {
                "zh"
            };
            scopes.get(other).map(Vec::as_slice)
        });
        let mut gold = query.gold();
        gold.extend(query.cross_doc_id.as_deref());
        for (name, rankings) in [
            ("fused", Rankings::Both),
            ("words", Rankings::Terms),
            ("vectors", Rankings::Vectors),
        ] {
            let options = RetrieveOptions {
                limit: 40,
                scope,
                per_source: 2,
                rankings,
            };
            let hits = app.retrieve(&query.question, options, cancel)?.hits;
            let rank = rank_of(&hits, &ids, &gold);
            if name == "fused" && rank.is_none_or(|rank| rank > 5) {
                missed.push(format!("{} {}", query.qid, query.question));
            }
            let kind = query.kind.clone().unwrap_or_default();
            for kind in ["all".to_string(), kind] {
                if !kind.is_empty() {
                    let tally = tallies.entry((kind, name)).or_default();
                    tally.count(rank, query, &hits);
                }
            }
        }
    }
    Ok(RetrievalReport {
        rows: tallies
            .into_iter()
            .map(|((kind, name), tally)| tally.row(kind, name))
            .collect(),
        files_not_ready: not_ready(&added),
        indexing_seconds: added.seconds,
        embedding_seconds: added.embedding_seconds,
        missed,
    })
}

fn not_ready(added: &AddReport) -> Vec<PathBuf> {
    added
        .files
        .iter()
        .filter(|file| matches!(file.status, FileStatus::Failed | FileStatus::Skipped))
        .map(|file| file.path.clone())
        .collect()
}

fn languages(
    app: &App,
    set: &EvaluationSet,
    ids: &HashMap<PathBuf, String>,
) -> Result<HashMap<String, Vec<SourceId>>, WireError> {
    let language: HashMap<&str, &str> = set
        .docs
        .iter()
        .filter_map(|doc| Some((doc.doc_id.as_str(), doc.lang.as_deref()?)))
        .collect();
    let mut scopes: HashMap<String, Vec<SourceId>> = HashMap::new();
    for source in app.library().sources()? {
        if let Some(language) = ids
            .get(&source.path)
            .and_then(|id| language.get(id.as_str()))
        {
            scopes
                .entry((*language).to_string())
                .or_default()
                .push(source.id);
        }
    }
    Ok(scopes)
}

/// The rank of the first right document, each document counted once.
fn rank_of(hits: &[Hit], ids: &HashMap<PathBuf, String>, gold: &[&str]) -> Option<usize> {
    let mut seen: Vec<&str> = Vec::new();
    for hit in hits {
        let Some(id) = ids.get(&hit.stored.path) else {
            continue;
        };
        if gold.contains(&id.as_str()) {
            return Some(seen.len() + 1);
        }
        if !seen.contains(&id.as_str()) {
            seen.push(id);
        }
    }
    None
}

impl Tally {
    fn count(&mut self, rank: Option<usize>, query: &Query, hits: &[Hit]) {
        self.questions += 1;
        if let Some(rank) = rank {
            for (slot, top) in [1, 5, 10].into_iter().enumerate() {
                self.at[slot] += usize::from(rank <= top);
            }
            self.reciprocal += 1.0 / rank as f64;
        }
        let evidence = query.evidence.first().and_then(serde_json::Value::as_str);
        if let (false, Some(evidence)) = (query.gold_article.is_empty(), evidence) {
            self.article.1 += 1;
            let found = hits.iter().take(5).any(|hit| {
                let text = &hit.stored.chunk.text;
                query
                    .gold_article
                    .iter()
                    .any(|article| text.contains(article.as_str()))
                    && term_share(evidence, text) >= 0.5
            });
            self.article.0 += usize::from(found);
        }
    }

    fn row(self, kind: String, ranking: &'static str) -> RecallRow {
        let share = |count: usize| count as f64 / self.questions.max(1) as f64;
        RecallRow {
            kind,
            ranking,
            questions: self.questions,
            recall_at_1: share(self.at[0]),
            recall_at_5: share(self.at[1]),
            recall_at_10: share(self.at[2]),
            mrr: self.reciprocal / self.questions.max(1) as f64,
            article_at_5: (self.article.1 > 0)
                .then(|| self.article.0 as f64 / self.article.1 as f64),
        }
    }
}

/// The evidence of questions with and without an answer in the library.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AbstentionReport {
    /// Share of answerable questions for which the rule abstains.
    pub answerable_abstained: f64,
    /// Share of foreign questions for which the rule abstains.
    pub foreign_abstained: f64,
    /// Share of the set's own unanswerable questions for which it abstains.
    pub unanswerable_abstained: Option<f64>,
    /// The figures behind it: kind of question, evidence.
    pub evidence: Vec<(String, Evidence)>,
}

/// Measures the rule that decides to answer, without the language model.
///
/// # Errors
/// As [`retrieval`].
pub fn abstention(
    app: &App,
    folder: &Path,
    foreign: &Path,
    limit: usize,
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<AbstentionReport, WireError> {
    let set = EvaluationSet::read(folder)?;
    set.load(app, None, cancel, sink)?;
    let foreign = EvaluationSet::read(foreign)?;
    let mut evidence = Vec::new();
    let own = set.queries.iter().map(|query| {
        let kind = if query.is_answerable() {
            "answerable"
        } else {
            "unanswerable"
        };
        (kind, query)
    });
    let others = foreign.queries.iter().map(|query| ("foreign", query));
    let mut taken: HashMap<&str, usize> = HashMap::new();
    for (kind, query) in own.chain(others) {
        let count = taken.entry(kind).or_default();
        if *count >= limit {
            continue;
        }
        *count += 1;
        let options = RetrieveOptions {
            limit: 8,
            scope: None,
            per_source: 4,
            rankings: Rankings::Both,
        };
        let found = app.retrieve(&query.question, options, cancel)?.evidence;
        evidence.push((kind.to_string(), found));
    }
    let share = |kind: &str| {
        let of_kind: Vec<&Evidence> = evidence
            .iter()
            .filter(|(k, _)| k == kind)
            .map(|(_, e)| e)
            .collect();
        let abstained = of_kind
            .iter()
            .filter(|evidence| !has_evidence(evidence))
            .count();
        (!of_kind.is_empty()).then(|| abstained as f64 / of_kind.len() as f64)
    };
    Ok(AbstentionReport {
        answerable_abstained: share("answerable").unwrap_or(0.0),
        foreign_abstained: share("foreign").unwrap_or(0.0),
        unanswerable_abstained: share("unanswerable"),
        evidence,
    })
}
