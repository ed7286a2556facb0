//! Changes of a user's workbook: shown, written, undone.

use std::path::PathBuf;

use deskmate_app::{
    ChartParams, ChartProposal, ColumnParams, ColumnProposal, FillParams, FillProposal,
    ResultParams, ResultProposal, WorkbookChange,
};
use deskmate_core::{CancelToken, JobEvent, WireError};
use tauri::State;
use tauri::ipc::Channel;

use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn suggest_column(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    params: ColumnParams,
) -> Result<ColumnProposal, WireError> {
    desk.stream(call_id, events, move |app, cancel, sink| {
        app.suggest_column(&params, cancel, sink)
    })
    .await
}

#[tauri::command]
pub(crate) async fn write_column(
    desk: State<'_, Desk>,
    proposal: u64,
    copy: Option<PathBuf>,
) -> Result<WorkbookChange, WireError> {
    desk.run(move |app| app.write_column(proposal, copy.as_deref(), &CancelToken::new()))
        .await
}

#[tauri::command]
pub(crate) async fn undo_workbook_change(
    desk: State<'_, Desk>,
    id: u64,
) -> Result<WorkbookChange, WireError> {
    desk.run(move |app| app.undo_workbook_change(Some(id)))
        .await
}

#[tauri::command]
pub(crate) async fn suggest_fill(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    params: FillParams,
) -> Result<FillProposal, WireError> {
    desk.stream(call_id, events, move |app, cancel, sink| {
        app.fill_job(&params, cancel, sink)
    })
    .await
}

#[tauri::command]
pub(crate) async fn suggest_chart(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    params: ChartParams,
) -> Result<ChartProposal, WireError> {
    desk.stream(call_id, events, move |app, cancel, sink| {
        app.suggest_chart(&params, cancel, sink)
    })
    .await
}

#[tauri::command]
pub(crate) async fn suggest_result(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    params: ResultParams,
) -> Result<ResultProposal, WireError> {
    desk.stream(call_id, events, move |app, cancel, sink| {
        app.suggest_result(&params, cancel, sink)
    })
    .await
}
