//! Recall of the right document, and the evidence on which abstention is decided.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use deskmate_core::{CancelToken, Embedder, Hit, SourceId, WireError};
use deskmate_knowledge::{
    Engines, Evidence, Rankings, RetrieveOptions, has_evidence, retrieve_expanded,
};
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
    /// … in one of the first ten.
    pub article_at_10: Option<f64>,
}

#[derive(Default)]
struct Tally {
    questions: usize,
    at: [usize; 3],
    reciprocal: f64,
    /// Questions that name an article; of these, found among the first five and ten passages.
    article: (usize, [usize; 2]),
}

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub struct RetrievalParams<'a> {
    /// Folder of the set.
    pub folder: &'a Path,
    /// Most questions.
    pub limit: usize,
    /// Only among documents of the other language.
    pub cross: bool,
    /// Also with the model's words where the files say in other words what is asked.
    pub expand: bool,
}

/// Hits that are looked through: all that the rankings give.
const DEPTH: usize = 200;

/// Measures recall over a set.
///
/// # Errors
/// Those of reading the set, of the library and the engine; with `expand` `ModelNotInstalled` without a chat model.
pub fn retrieval(
    app: &App,
    params: RetrievalParams<'_>,
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<RetrievalReport, WireError> {
    let RetrievalParams {
        folder,
        limit,
        cross,
        expand,
    } = params;
    let set = EvaluationSet::read(folder)?;
    let chat = expand.then(|| app.chat()).transpose()?;
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
                limit: DEPTH,
                scope,
                per_source: DEPTH,
                rankings,
            };
            let mut found = app.retrieve(&query.question, options, cancel)?;
            if let Some(chat) = chat.as_ref().filter(|_| rankings == Rankings::Both) {
                let embedder = app.embedder();
                let engines = Engines {
                    index: app.library(),
                    embedder: embedder.as_deref().map(|e| e as &dyn Embedder),
                    generator: &**chat,
                };
                (found, _) = retrieve_expanded(&query.question, found, engines, options, cancel)?;
            }
            let hits = found.hits;
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
            self.article.0 += 1;
            let place = hits.iter().position(|hit| {
                let text = &hit.stored.chunk.text;
                query
                    .gold_article
                    .iter()
                    .any(|article| text.contains(article.as_str()))
                    && term_share(evidence, text) >= 0.5
            });
            for (slot, top) in [5, 10].into_iter().enumerate() {
                self.article.1[slot] += usize::from(place.is_some_and(|place| place < top));
            }
        }
    }

    fn row(self, kind: String, ranking: &'static str) -> RecallRow {
        let share = |count: usize| count as f64 / self.questions.max(1) as f64;
        let (articles, found) = self.article;
        let article = |slot: usize| (articles > 0).then(|| found[slot] as f64 / articles as f64);
        RecallRow {
            kind,
            ranking,
            questions: self.questions,
            recall_at_1: share(self.at[0]),
            recall_at_5: share(self.at[1]),
            recall_at_10: share(self.at[2]),
            mrr: self.reciprocal / self.questions.max(1) as f64,
            article_at_5: article(0),
            article_at_10: article(1),
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
