//! The files.

use std::path::PathBuf;

use deskmate_app::{
    Estimate, Explanation, JobRequest, LibraryStatus, SearchHit, SourceContent, SourcePage,
    SourceQuery,
};
use deskmate_core::{CancelToken, ErrorCode, JobEvent, WireError};
use tauri::State;
use tauri::ipc::{Channel, InvokeBody, Request, Response};

use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn library_status(desk: State<'_, Desk>) -> Result<LibraryStatus, WireError> {
    desk.run(|app| app.library_status()).await
}

#[tauri::command]
pub(crate) async fn sources(
    desk: State<'_, Desk>,
    query: SourceQuery,
) -> Result<SourcePage, WireError> {
    desk.run(move |app| app.sources(&query)).await
}

#[tauri::command]
pub(crate) async fn estimate(
    desk: State<'_, Desk>,
    paths: Vec<PathBuf>,
) -> Result<Estimate, WireError> {
    desk.run(move |app| app.estimate(&paths, &CancelToken::new()))
        .await
}

#[tauri::command]
pub(crate) async fn add_paths(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    paths: Vec<PathBuf>,
) -> Result<(), WireError> {
    let request = JobRequest::Add { paths };
    desk.stream(call_id, events, move |app, cancel, sink| {
        app.run_request(&request, cancel, sink)
    })
    .await
}

#[tauri::command]
pub(crate) async fn add_samples(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
) -> Result<(), WireError> {
    desk.stream(call_id, events, |app, cancel, sink| {
        app.add_samples(cancel, sink)
    })
    .await
}

#[tauri::command]
pub(crate) async fn retry(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    path: PathBuf,
) -> Result<(), WireError> {
    let request = JobRequest::Retry { path };
    desk.stream(call_id, events, move |app, cancel, sink| {
        app.run_request(&request, cancel, sink)
    })
    .await
}

#[tauri::command]
pub(crate) async fn forget(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    path: PathBuf,
) -> Result<(), WireError> {
    desk.stream(call_id, events, move |app, _, sink| {
        app.forget_job(&path, sink).map(|_| ())
    })
    .await
}

#[tauri::command]
pub(crate) async fn explain(
    desk: State<'_, Desk>,
    question: String,
    path: PathBuf,
) -> Result<Explanation, WireError> {
    desk.run(move |app| app.explain(&question, &path, &CancelToken::new()))
        .await
}

#[tauri::command]
pub(crate) async fn search(
    desk: State<'_, Desk>,
    query: String,
    limit: usize,
) -> Result<Vec<SearchHit>, WireError> {
    desk.run(move |app| app.search_hits(&query, limit, &CancelToken::new()))
        .await
}

#[tauri::command]
pub(crate) async fn source_content(
    desk: State<'_, Desk>,
    path: PathBuf,
) -> Result<SourceContent, WireError> {
    desk.run(move |app| {
        let content = app.source_content(&path, &CancelToken::new())?;
        Ok(SourceContent::clone(&content))
    })
    .await
}

/// Raw, so that a large PDF does not travel as a list of numbers.
#[tauri::command]
pub(crate) async fn source_bytes(
    desk: State<'_, Desk>,
    path: PathBuf,
) -> Result<Response, WireError> {
    let bytes = desk.run(move |app| app.source_bytes(&path)).await?;
    Ok(Response::new(bytes))
}

/// The bytes are the body of the request, the name is a header, percent-encoded.
#[tauri::command]
pub(crate) async fn keep_attachment(
    desk: State<'_, Desk>,
    request: Request<'_>,
) -> Result<PathBuf, WireError> {
    let name = request.headers().get("x-file-name");
    let name = percent_decoded(name.map_or(&[], |name| name.as_bytes()));
    let InvokeBody::Raw(bytes) = request.body() else {
        let message = "an attachment comes as bytes";
        return Err(WireError::new(ErrorCode::InvalidInput, message));
    };
    let bytes = bytes.clone();
    desk.run(move |app| app.keep_attachment(&name, &bytes))
        .await
}

/// Text from its percent-encoded form; what is not encoded right stays as it is.
fn percent_decoded(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let encoded = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = match encoded {
            Some(byte) => {
                bytes.push(byte);
                &after[2..]
            }
            None => {
                bytes.push(*first);
                after
            }
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_from_its_encoded_form() {
        for (encoded, expected) in [
            ("%E6%8A%A5%E5%91%8A%201.docx", "报告 1.docx"),
            ("plain.txt", "plain.txt"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
        ] {
            assert_eq!(percent_decoded(encoded.as_bytes()), expected);
        }
    }
}
