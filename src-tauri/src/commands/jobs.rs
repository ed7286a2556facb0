//! Skills and jobs.

use std::path::PathBuf;

use deskmate_app::{
    ApplyRewriteParams, JobView, SheetAnswer, SheetParams, SkillParams, SkillResult, SkillSpec,
};
use deskmate_core::{JobEvent, WireError};
use tauri::State;
use tauri::ipc::Channel;

use crate::desk::Desk;

#[tauri::command]
pub(crate) fn skills() -> Vec<SkillSpec> {
    deskmate_app::skills()
}

#[tauri::command]
pub(crate) async fn run_skill(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    params: SkillParams,
) -> Result<SkillResult, WireError> {
    desk.stream(call_id, events, move |app, cancel, sink| {
        app.skill_job(&params, cancel, sink)
    })
    .await
}

#[tauri::command]
pub(crate) async fn apply_rewrite(
    desk: State<'_, Desk>,
    params: ApplyRewriteParams,
) -> Result<SkillResult, WireError> {
    desk.run(move |app| app.apply_rewrite(&params)).await
}

#[tauri::command]
pub(crate) async fn ask_sheet(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    paths: Vec<PathBuf>,
    question: String,
) -> Result<SheetAnswer, WireError> {
    let params = SheetParams {
        paths,
        question,
        ..SheetParams::default()
    };
    desk.stream(call_id, events, move |app, cancel, sink| {
        app.sheet_job(&params, cancel, sink)
    })
    .await
}

#[tauri::command]
pub(crate) async fn jobs(desk: State<'_, Desk>) -> Result<Vec<JobView>, WireError> {
    desk.run(|app| app.jobs()).await
}

#[tauri::command]
pub(crate) async fn cancel_job(desk: State<'_, Desk>, id: i64) -> Result<(), WireError> {
    desk.run(move |app| app.cancel_job(id)).await
}

#[tauri::command]
pub(crate) async fn pause_job(desk: State<'_, Desk>, id: i64) -> Result<(), WireError> {
    desk.run(move |app| app.pause_job(id)).await
}

#[tauri::command]
pub(crate) async fn resume_job(desk: State<'_, Desk>, id: i64) -> Result<(), WireError> {
    desk.run(move |app| app.resume_job(id)).await
}

#[tauri::command]
pub(crate) async fn clear_jobs(desk: State<'_, Desk>) -> Result<(), WireError> {
    desk.run(|app| app.clear_jobs()).await
}
