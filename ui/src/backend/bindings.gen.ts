// Made from the Rust types by `DESKMATE_WRITE_BINDINGS=1 cargo test --workspace --test bindings`.
// Not to be edited: a test compares it with the types.

export type Anchor = { 
/**
 * Page number, from 1.
 */
page?: number, 
/**
 * Box on the page: left, top, right, bottom in points, origin at the top left.
 */
bbox?: [number, number, number, number], 
/**
 * Slide number, from 1.
 */
slide?: number, 
/**
 * Sheet name.
 */
sheet?: string, 
/**
 * Cell range in A1 notation, e.g. `B2:F40`.
 */
range?: string, 
/**
 * Headings above this place, outermost first.
 */
heading?: Array<string>, 
/**
 * First line in the decoded text, from 1 (plain text, Markdown, CSV, mail bodies).
 */
line?: number, };

export type ArtifactKind = "document" | "deck" | "table" | "quiz" | "lesson_plan" | "worksheet" | "pack" | "comparison";

export type Block = { 
/**
 * Where the block stands.
 */
anchor: Anchor, } & ({ "type": "heading", 
/**
 * Level from 1.
 */
level: number, 
/**
 * Text without numbering marks added by us.
 */
text: string, } | { "type": "paragraph", 
/**
 * The text; a line break inside the paragraph is `\n`.
 */
text: string, } | { "type": "list", 
/**
 * Numbered or bulleted.
 */
ordered: boolean, 
/**
 * Items in order.
 */
items: Array<ListItem>, } | { "type": "table", 
/**
 * Caption or title, if the format links one.
 */
caption?: string, 
/**
 * How many rows at the top are header rows (0 when unknown).
 */
header_rows: number, 
/**
 * Cell texts, row by row.
 */
rows: Array<Array<string>>, } | { "type": "image", 
/**
 * Alternative text or file name, possibly empty.
 */
alt: string, } | { "type": "formula", 
/**
 * The formula.
 */
text: string, } | { "type": "footnote", 
/**
 * Its mark, e.g. `1`.
 */
label: string, 
/**
 * Its text.
 */
text: string, } | { "type": "note", 
/**
 * The text.
 */
text: string, } | { "type": "slide", 
/**
 * Number from 1.
 */
number: number, 
/**
 * Title placeholder's text, possibly empty.
 */
title: string, } | { "type": "sheet", 
/**
 * Name.
 */
name: string, 
/**
 * Hidden in the workbook.
 */
hidden: boolean, });

export type BlockContent = { "type": "heading", 
/**
 * Level from 1.
 */
level: number, 
/**
 * Text without numbering marks added by us.
 */
text: string, } | { "type": "paragraph", 
/**
 * The text; a line break inside the paragraph is `\n`.
 */
text: string, } | { "type": "list", 
/**
 * Numbered or bulleted.
 */
ordered: boolean, 
/**
 * Items in order.
 */
items: Array<ListItem>, } | { "type": "table", 
/**
 * Caption or title, if the format links one.
 */
caption?: string, 
/**
 * How many rows at the top are header rows (0 when unknown).
 */
header_rows: number, 
/**
 * Cell texts, row by row.
 */
rows: Array<Array<string>>, } | { "type": "image", 
/**
 * Alternative text or file name, possibly empty.
 */
alt: string, } | { "type": "formula", 
/**
 * The formula.
 */
text: string, } | { "type": "footnote", 
/**
 * Its mark, e.g. `1`.
 */
label: string, 
/**
 * Its text.
 */
text: string, } | { "type": "note", 
/**
 * The text.
 */
text: string, } | { "type": "slide", 
/**
 * Number from 1.
 */
number: number, 
/**
 * Title placeholder's text, possibly empty.
 */
title: string, } | { "type": "sheet", 
/**
 * Name.
 */
name: string, 
/**
 * Hidden in the workbook.
 */
hidden: boolean, };

export type Citation = { 
/**
 * The number shown in the answer, from 1.
 */
marker: number, 
/**
 * The source.
 */
path: string, 
/**
 * The place.
 */
anchor: Anchor, 
/**
 * The words there, as they stand in the source's text.
 */
quote: string, };

export type Comment = { 
/**
 * Its number in the manuscript.
 */
id: number, 
/**
 * What it says.
 */
text: string, 
/**
 * Dealt with: kept, but neither marked in the text nor exported.
 */
resolved: boolean, 
/**
 * When it was written, milliseconds since 1970.
 */
at_ms: number, };

export type Entry = { 
/**
 * Nesting depth, 0 for the outermost.
 */
level: number, 
/**
 * Counted, or with a bullet.
 */
ordered: boolean, 
/**
 * Its text.
 */
runs: Array<Run>, };

export type ErrorCode = "encrypted_pdf" | "encrypted_file" | "damaged_file" | "partly_damaged" | "empty_file" | "needs_ocr" | "unsupported_format" | "mislabelled_file" | "file_too_large" | "archive_bomb" | "file_vanished" | "leads_elsewhere" | "permission_denied" | "not_found" | "timed_out" | "worker_crashed" | "out_of_memory" | "model_not_installed" | "model_damaged" | "download_failed" | "context_too_long" | "omitted" | "library_damaged" | "library_locked" | "disk_full" | "cancelled" | "invalid_input" | "internal";

export type JobEvent = { "event": "started", 
/**
 * Which job.
 */
job_id: number, } | { "event": "progress" } & Progress | { "event": "sources", 
/**
 * In the order of their markers.
 */
sources: Array<Citation>, } | { "event": "text", 
/**
 * To be appended.
 */
delta: string, } | { "event": "artifact", 
/**
 * Where it lies.
 */
path: string, 
/**
 * What it is.
 */
kind: ArtifactKind, } | { "event": "warning", 
/**
 * Code for the shells.
 */
code: ErrorCode, 
/**
 * One sentence.
 */
message: string, } | { "event": "finished", 
/**
 * What it took.
 */
usage: Usage, } | { "event": "failed" } & WireError | { "event": "cancelled" };

export type ListItem = { 
/**
 * Nesting depth, 0 for the outermost.
 */
level: number, 
/**
 * The item's mark as shown, e.g. `1.` or `（一）`; empty for a bullet.
 */
label?: string, 
/**
 * The item's text.
 */
text: string, };

export type Manuscript = { 
/**
 * Its blocks in reading order.
 */
passages: Array<Passage>, 
/**
 * Comments; a run names those that hang on it. One that no run names lost its text and is kept all the same.
 */
comments: Array<Comment>, 
/**
 * The places behind its citation marks.
 */
citations: Array<Citation>, };

export type Passage = { "type": "heading", 
/**
 * Level from 1.
 */
level: number, 
/**
 * Its text.
 */
runs: Array<Run>, } | { "type": "paragraph", 
/**
 * Its text.
 */
runs: Array<Run>, } | { "type": "list", 
/**
 * Items in order.
 */
items: Array<Entry>, } | { "type": "table", 
/**
 * How many rows at the top are header rows.
 */
header_rows: number, 
/**
 * Cells, row by row, each with its text.
 */
rows: Array<Array<Array<Run>>>, } | { "type": "kept", 
/**
 * The block.
 */
block: BlockContent, };

export type Progress = { 
/**
 * What it does now, e.g. `reading`, `embedding`; a key that the shells translate.
 */
stage: string, 
/**
 * Units done in this stage.
 */
done: number, 
/**
 * Units in all, when known.
 */
total: number | null, 
/**
 * Milliseconds left, when it can be told.
 */
eta_ms: number | null, 
/**
 * The thing worked on, e.g. a file name.
 */
item?: string, };

export type ReadWarning = { 
/**
 * Code for the shells.
 */
code: ErrorCode, 
/**
 * One sentence, lower case, no full stop.
 */
message: string, 
/**
 * Where, if known.
 */
anchor?: Anchor, };

export type Run = { 
/**
 * The text. A citation mark is its number in brackets, `[3]`.
 */
text: string, 
/**
 * Bold.
 */
bold?: boolean, 
/**
 * Italic.
 */
italic?: boolean, 
/**
 * The citation that this is the mark of. Brackets that someone typed cite nothing.
 */
cite?: number, 
/**
 * The comments that hang on it.
 */
comments?: Array<number>, };

export type Usage = { 
/**
 * Tokens of the prompt.
 */
prompt_tokens: number, 
/**
 * Of these, the ones whose state was still there from before.
 */
reused_tokens: number, 
/**
 * Tokens generated.
 */
generated_tokens: number, 
/**
 * Milliseconds to the first token.
 */
ttft_ms: number, 
/**
 * Milliseconds in all.
 */
total_ms: number, };

export type WireError = { 
/**
 * What a program reacts to.
 */
code: ErrorCode, 
/**
 * What failed, lower case, with the file or value in backticks, no full stop.
 */
message: string, 
/**
 * What to do next; empty when there is nothing to say.
 */
hint?: string, };

export type AppInfo = { 
/**
 * Version of the program.
 */
version: string, 
/**
 * Folder of the library.
 */
home: string, 
/**
 * Language of the system, as far as it is one of ours.
 */
system_language: Language, 
/**
 * The settings.
 */
settings: Settings, 
/**
 * Folder of the sample files, when they are bundled.
 */
samples: string | null, };

export type ApplyRewriteParams = { 
/**
 * The rewrite, as the result of the skill has it.
 */
rewrite: Rewrite, 
/**
 * The numbers of the changes to take; all others are left.
 */
accepted: Array<number>, 
/**
 * Where to write the text; absent: a new file in the library's `exports`.
 */
out?: string | null, };

export type Changed = "library" | "conversations" | "manuscripts" | "jobs" | "models" | "settings";

export type BackupSummary = { 
/**
 * The file.
 */
path: string, 
/**
 * Its size in bytes.
 */
bytes: number, 
/**
 * Version of the program that wrote it.
 */
program: string, 
/**
 * When, milliseconds since 1970.
 */
created_at_ms: number, 
/**
 * Files that the library knew.
 */
files: number, 
/**
 * Conversations.
 */
conversations: number, 
/**
 * Files beside the catalogue: prompts, what was pasted and exported, backups of workbooks.
 */
parts: number, };

export type CellChange = { 
/**
 * Cell, e.g. `F12`.
 */
cell: string, 
/**
 * What it holds.
 */
before: string, 
/**
 * What it will hold; for a formula its value.
 */
after: string, };

export type Check = { 
/**
 * What, as a key.
 */
name: string, 
/**
 * Whether it holds.
 */
passed: boolean, 
/**
 * One sentence with the figures.
 */
detail: string, };

export type ChartChoice = "auto" | "bar" | "line" | "pie" | "none";

export type ChartParams = { 
/**
 * The workbook: xlsx or xlsm.
 */
path: string, 
/**
 * What is asked, e.g. `以月份为横轴，销售额为纵轴画折线图`.
 */
ask: string, 
/**
 * The table, by its name or its sheet's; without one, the one whose columns the ask names.
 */
table: string | null, };

export type ChartPoint = { 
/**
 * What stands below it.
 */
label: string, 
/**
 * Its x value in a scatter chart.
 */
x: number | null, 
/**
 * Its value; none where the cell holds no number.
 */
y: number | null, };

export type ChartProposal = { 
/**
 * Its number, by which it is written.
 */
id: number, 
/**
 * The workbook.
 */
path: string, 
/**
 * The sheet of the ranges.
 */
source: string, 
/**
 * The sheet that the chart stands on.
 */
sheet: string, 
/**
 * The cells that it covers, e.g. `F1:O21`.
 */
range: string, 
/**
 * `column`, `bar` (lying), `line`, `pie`, `area`, `scatter`.
 */
kind: string, 
/**
 * Its title.
 */
title: string | null, 
/**
 * Title of the axis of labels, or of x.
 */
x_title: string | null, 
/**
 * Title of the axis of values.
 */
y_title: string | null, 
/**
 * Where its legend stands: `bottom`, `top`, `left`, `right`; none for none.
 */
legend: string | null, 
/**
 * Several series at one label: `beside`, `stacked`, `percent`.
 */
stacking: string, 
/**
 * What joins its points: `usual`, `straight`, `smooth`.
 */
joined: string, 
/**
 * The values stand at the points.
 */
has_data_labels: boolean, 
/**
 * Its series.
 */
series: Array<ChartSeries>, 
/**
 * The model chose the columns; otherwise they are read from the ask.
 */
is_by_model: boolean, 
/**
 * What the user should know.
 */
notes: Array<string>, };

export type ChartSeries = { 
/**
 * Header of its column.
 */
name: string, 
/**
 * Range of its values, e.g. `B2:B11`.
 */
values: string, 
/**
 * Range of its labels or x values; none when the points are numbered.
 */
labels: string | null, 
/**
 * The curve fitted to it: `linear`, `polynomial`, `exponential`, `logarithmic`, `power`.
 */
trend: string | null, 
/**
 * Its first points, of what the cells hold.
 */
points: Array<ChartPoint>, 
/**
 * Its points in all.
 */
count: number, };

export type Choice = "fast" | "balanced" | "strong";

export type ColumnParams = { 
/**
 * The workbook: xlsx or xlsm.
 */
path: string, 
/**
 * What is asked, e.g. `算同比增长率`.
 */
ask: string, 
/**
 * The table, by its name or its sheet's; without one, the one whose columns the ask names.
 */
table: string | null, 
/**
 * The column, e.g. `F`; without one, the one that the ask names, else the first beside the table.
 */
column: string | null, };

export type ColumnProposal = { 
/**
 * Its number, by which it is written.
 */
id: number, 
/**
 * The workbook.
 */
path: string, 
/**
 * The table's sheet.
 */
sheet: string, 
/**
 * Its last header row and its rows, e.g. `A3:E20`.
 */
range: string, 
/**
 * Header of the new column; of several that are filled down, all.
 */
header: string, 
/**
 * The formula of its first row, with `=`; of several columns, one a line.
 */
formula: string, 
/**
 * The formula in words, by the names of the columns.
 */
explanation: Array<string>, 
/**
 * The model wrote it; otherwise it is one of the program's own for what is asked most.
 */
is_by_model: boolean, 
/**
 * Cells that writing it will change.
 */
cells: number, 
/**
 * The first of them, before and after.
 */
changes: Array<CellChange>, 
/**
 * What the user should know.
 */
notes: Array<string>, };

export type ContentView = "pdf" | "workbook" | "blocks";

export type ContextUse = { 
/**
 * Tokens of the last prompt and its answer.
 */
used: number, 
/**
 * Tokens that there is room for.
 */
window: number, };

export type ConversationPage = { 
/**
 * Conversations that the query finds in all.
 */
total: number, 
/**
 * Those of the page, the one that changed last first.
 */
conversations: Array<ConversationSummary>, };

export type ConversationQuery = { 
/**
 * Stands in the title or in a message; empty for all.
 */
text: string, 
/**
 * Conversations to pass over.
 */
offset: number, 
/**
 * Most conversations to give.
 */
limit: number, };

export type ConversationSummary = { 
/**
 * Its number.
 */
id: number, 
/**
 * Its title.
 */
title: string, 
/**
 * When it began, milliseconds since 1970.
 */
created_at_ms: number, 
/**
 * When it changed last, milliseconds since 1970.
 */
updated_at_ms: number, 
/**
 * Messages in it, those of other branches included.
 */
turn_count: number, };

export type ConversationView = { 
/**
 * What the list shows of it.
 */
summary: ConversationSummary, 
/**
 * The branch in use, oldest first.
 */
messages: Array<MessageView>, };

export type AskParams = { 
/**
 * The question; of no meaning with `regenerate`.
 */
question: string, 
/**
 * What of the files it is asked of.
 */
scope: Scope, 
/**
 * The conversation; none begins one.
 */
conversation: number | null, 
/**
 * The message that the question follows; none for the newest of the branch.
 */
parent: number | null, 
/**
 * The question that this one is an edited version of; it follows the same message.
 */
edit?: number | null, 
/**
 * Answer the question of this message once more instead of adding a question.
 */
regenerate: number | null, 
/**
 * Only the answer itself, in few words.
 */
brief?: boolean, };

export type AskResult = { 
/**
 * Their conversation.
 */
conversation: number, 
/**
 * The question.
 */
question: MessageView, 
/**
 * The answer.
 */
answer: MessageView, 
/**
 * How full the context window is.
 */
context: ContextUse, };

export type Draft = { 
/**
 * What it is.
 */
kind: DraftKind, 
/**
 * `zh-CN` or `en-US`.
 */
language: string, 
/**
 * Its title.
 */
title: string, 
/**
 * To whom it goes; may be empty.
 */
recipients: string, 
/**
 * Who signs; may be empty.
 */
sender: string, 
/**
 * Its date; may be empty.
 */
date: string, 
/**
 * Length that was asked for, in characters (Chinese) or words.
 */
target_length: number, 
/**
 * Its sections.
 */
sections: Array<DraftSection>, 
/**
 * The places behind the markers `[1]`, `[2]` … of the sections.
 */
citations: Array<Citation>, };

export type DraftKind = "notice" | "request" | "official_report" | "official_letter" | "meeting_summary" | "work_summary" | "plan" | "mail" | "letter" | "memo" | "report" | "proposal";

export type DraftSection = { 
/**
 * Its heading, without a number.
 */
heading: string, 
/**
 * What it is to say.
 */
points: Array<string>, 
/**
 * What it says, with markers.
 */
paragraphs: Array<string>, 
/**
 * Nothing usable came of the model: the text is a mark for the user to fill.
 */
is_gap: boolean, 
/**
 * Figures in it that neither the points nor the sources have; marked in the text as well.
 */
unverified: Array<string>, };

export type EmptyCell = { 
/**
 * Cell, e.g. `F12`.
 */
cell: string, 
/**
 * Why: `blank_row`, `not_told`, `wrong_type`, `not_in_row`, `too_long`, `row_too_long`, `engine_failed`.
 */
reason: string, };

export type Estimate = { 
/**
 * Files that would be read.
 */
files: number, 
/**
 * Their size.
 */
bytes: number, 
/**
 * Files of kinds that are not read.
 */
unsupported: number, 
/**
 * How long it would take; none when nothing was measured on this machine yet.
 */
seconds: number | null, };

export type ExplainedChunk = { 
/**
 * Its text.
 */
text: string, 
/**
 * Its place.
 */
anchor: Anchor, 
/**
 * Score among the chunks of this file.
 */
score: number, 
/**
 * Nearness by meaning, -1 to 1.
 */
cosine: number | null, 
/**
 * Nearness by words.
 */
bm25: number | null, 
/**
 * Its place among all chunks of the library, from 1; none when it is far down.
 */
rank: number | null, };

export type ExplainedState = "unknown" | SourceState;

export type Explanation = { 
/**
 * The file.
 */
path: string, 
/**
 * How far it is; `unknown` when it is not in the library.
 */
state: ExplainedState, 
/**
 * Why it failed or was left out.
 */
error: WireError | null, 
/**
 * Words of the question that stand in the file.
 */
words_found: Array<string>, 
/**
 * Words of the question that do not.
 */
words_missing: Array<string>, 
/**
 * The file's chunks nearest to the question, best first.
 */
chunks: Array<ExplainedChunk>, };

export type ExportFormat = "docx" | "md" | "html" | "pdf";

export type ExportManuscriptParams = { 
/**
 * The manuscript.
 */
id: number, 
/**
 * As what.
 */
format: ExportFormat, 
/**
 * The folder for a new file with the manuscript's title as its name; absent: the library's `exports`.
 */
folder?: string | null, };

export type ExportedManuscript = { 
/**
 * The file.
 */
path: string, 
/**
 * Comments that the file holds.
 */
comments: number, 
/**
 * Sources that the file names.
 */
citations: number, };

export type Exported = { 
/**
 * Prompts in it.
 */
exported: number, 
/**
 * The folder or zip.
 */
path: string, };

export type Fact = { 
/**
 * What it is.
 */
kind: FactKind, 
/**
 * As written.
 */
text: string, };

export type FactFlag = { 
/**
 * What is the matter.
 */
problem: FactProblem, 
/**
 * With which facts.
 */
facts: Array<Fact>, };

export type FactKind = "number" | "date" | "name" | "citation";

export type FactProblem = "missing" | "added" | "reordered" | "unchecked" | "glossary" | "no_reply";

export type Feedback = { 
/**
 * Good or not.
 */
value: Verdict, 
/**
 * In the user's words, possibly empty.
 */
note: string, };

export type ImportedManuscript = { 
/**
 * What of the file is not in it.
 */
warnings: Array<ReadWarning>, 
/**
 * What the list shows of it.
 */
summary: ManuscriptSummary, 
/**
 * The version that this is.
 */
version: ManuscriptVersion, 
/**
 * What stands in it.
 */
content: Manuscript, };

export type FillParams = { 
/**
 * The workbook: xlsx or xlsm.
 */
path: string, 
/**
 * What is asked, e.g. `按投诉内容分类：质量、物流、服务、其他`.
 */
ask: string, 
/**
 * The table, by its name or its sheet's; without one, the one whose columns the ask names.
 */
table: string | null, 
/**
 * Header of the column; where the table has one of this name, its blank cells are filled. Without one, it is made
 * of the ask.
 */
into: string | null, 
/**
 * Place of a new column, e.g. `F`; without one, the first that is free beside the table.
 */
column: string | null, 
/**
 * Type of the cells: `choice`, `number`, `date`, `yes_no`, `text`; without one, it is read from the ask.
 */
kind: string | null, 
/**
 * The choices; with some the type is `choice`.
 */
choices: Array<string>, 
/**
 * Only so many rows, spread over the table, to see how it goes; such a proposal cannot be written.
 */
sample: number | null, 
/**
 * Ask the model again for what it has filled before.
 */
again: boolean, };

export type FillProposal = { 
/**
 * Its number, by which it is written; none for a sample, or where nothing could be filled.
 */
id: number | null, 
/**
 * The workbook.
 */
path: string, 
/**
 * The table's sheet.
 */
sheet: string, 
/**
 * Its last header row and its rows, e.g. `A3:E20`.
 */
range: string, 
/**
 * Header of the column.
 */
header: string, 
/**
 * Type of its cells.
 */
kind: string, 
/**
 * What they may be, for the type `choice`.
 */
choices: Array<string>, 
/**
 * Headers of the columns that the model saw.
 */
reads: Array<string>, 
/**
 * Rows to be filled in all.
 */
rows: number, 
/**
 * Rows of this run: all, or those of the sample.
 */
tried: number, 
/**
 * Of these the rows with a value.
 */
filled: number, 
/**
 * Of these the rows whose cell was known from an earlier run or another row that says the same.
 */
known: number, 
/**
 * Rows whose cell held something already and stays.
 */
kept: number, 
/**
 * Cells that stay empty, from the top.
 */
empty: Array<EmptyCell>, 
/**
 * Every cell that writing it changes, the header too, before and after.
 */
changes: Array<CellChange>, 
/**
 * How quick the model was; none when it was not asked.
 */
rows_per_minute: number | null, 
/**
 * What the user should know.
 */
notes: Array<string>, };

export type ImportReport = { 
/**
 * Ids that are new; one that was taken already has a number behind it.
 */
added: Array<string>, 
/**
 * Ids whose prompt was there already, word for word.
 */
unchanged: Array<string>, 
/**
 * Files that are no prompts, with the reason.
 */
refused: Array<string>, };

export type InputKind = "text" | "choice" | "number" | "file";

export type InputSpec = { 
/**
 * Its key on the command line.
 */
key: string, 
/**
 * What it holds.
 */
kind: InputKind, 
/**
 * Used when it is not given.
 */
default: string, 
/**
 * The values of a choice.
 */
choices: Array<string>, 
/**
 * One sentence for people.
 */
description: string, };

export type JobKind = "add" | "sync" | "ask" | "skill" | "model_get" | "model_add" | "sheet" | "forget";

export type JobState = "running" | "paused" | "finished" | "failed" | "cancelled";

export type JobView = { 
/**
 * Its number.
 */
id: number, 
/**
 * What it does.
 */
kind: JobKind, 
/**
 * What it works on, for people.
 */
title: string, 
/**
 * Where it is.
 */
state: JobState, 
/**
 * How far it is.
 */
progress: Progress | null, 
/**
 * What ended it.
 */
error: WireError | null, 
/**
 * A file that it produced.
 */
artifact: string | null, 
/**
 * When it began, milliseconds since 1970.
 */
started_ms: number, 
/**
 * When it ended.
 */
ended_ms: number | null, };

export type Language = "zh-CN" | "en";

export type LibraryStatus = { 
/**
 * Files that can be found.
 */
files_ready: number, 
/**
 * Files found by words alone.
 */
files_words_only: number, 
/**
 * Files that could not be read.
 */
files_failed: number, 
/**
 * Files left out on purpose.
 */
files_skipped: number, 
/**
 * Files that wait to be read.
 */
files_pending: number, 
/**
 * Chunks in all.
 */
chunks: number, 
/**
 * Bytes on disk: index and catalogue.
 */
bytes: number, 
/**
 * What the user added.
 */
roots: Array<RootView>, 
/**
 * The embedding model in use.
 */
embedding_model: string | null, };

export type MachineReport = { 
/**
 * Name of the processor.
 */
processor: string, 
/**
 * Physical cores.
 */
physical_cores: number, 
/**
 * Memory.
 */
memory_total_bytes: number, 
/**
 * Name of the graphics device in use; none: the processor.
 */
graphics: string | null, 
/**
 * Why this device, one sentence.
 */
reason: string, 
/**
 * Which build of the engine runs, e.g. `zen4`.
 */
cpu_variant: string | null, };

export type ManuscriptSummary = { 
/**
 * Its number.
 */
id: number, 
/**
 * Its title.
 */
title: string, 
/**
 * When it was begun, milliseconds since 1970.
 */
created_at_ms: number, 
/**
 * When it changed last, milliseconds since 1970.
 */
updated_at_ms: number, 
/**
 * Characters in it, blanks not counted.
 */
characters: number, };

export type ManuscriptVersion = { 
/**
 * Its number.
 */
id: number, 
/**
 * Why it was kept.
 */
reason: VersionReason, 
/**
 * The user's name for it, empty for none.
 */
name: string, 
/**
 * When it was written last, milliseconds since 1970.
 */
at_ms: number, 
/**
 * Characters in it, blanks not counted.
 */
characters: number, };

export type MessageView = { 
/**
 * Its number.
 */
id: number, 
/**
 * The message it follows.
 */
parent: number | null, 
/**
 * Who speaks.
 */
role: "user" | "assistant", 
/**
 * What is said, with its markers.
 */
content: string, 
/**
 * The places behind the markers.
 */
citations: Array<Citation>, 
/**
 * Sentences without support, as they stand in `content`.
 */
unsupported: Array<string>, 
/**
 * The whole question that was answered, where the one asked only named another thing.
 */
understood: string | null, 
/**
 * The files do not hold an answer.
 */
abstained: boolean, 
/**
 * Something of it was erased, since a file that it rests on was forgotten.
 */
forgotten: boolean, 
/**
 * The user stopped it, or an error did: the text is what came until then.
 */
stopped: Stopped | null, 
/**
 * What it took.
 */
usage: Usage | null, 
/**
 * The calculation behind it.
 */
sql: unknown, 
/**
 * What the user thinks of it.
 */
feedback: Feedback | null, 
/**
 * All messages at the same place, itself included, oldest first.
 */
siblings: Array<number>, 
/**
 * When, milliseconds since 1970.
 */
created_at_ms: number, };

export type ModelKind = "chat" | "embedding" | "rerank" | "vision" | "speech" | "ocr";

export type ModelView = { 
/**
 * Short name.
 */
id: string, 
/**
 * What it does.
 */
kind: ModelKind, 
/**
 * Name for people.
 */
name: string, 
/**
 * SPDX name of its licence; empty for the user's own.
 */
license: string, 
/**
 * Size of its file.
 */
bytes: number, 
/**
 * It is here.
 */
installed: boolean, 
/**
 * Its file has the right checksum; none when that was not looked at.
 */
sha256_ok: boolean | null, 
/**
 * It fits into this machine's memory.
 */
fits: boolean, 
/**
 * Memory it takes.
 */
needed_bytes: number, 
/**
 * Tokens per second that are expected.
 */
predicted_tokens_per_second: number | null, 
/**
 * Tokens per second of the last answers.
 */
measured_tokens_per_second: number | null, 
/**
 * One of the three choices that are offered on this machine.
 */
tier: Choice | null, 
/**
 * In use as the chat or the embedding model.
 */
active: boolean, 
/**
 * In memory now.
 */
loaded: boolean, 
/**
 * Bytes that a download has brought; none when none is begun.
 */
downloaded_bytes: number | null, };

export type NetworkFeature = { 
/**
 * What it is: `model_download` is the only one there is.
 */
id: "model_download", 
/**
 * It runs now.
 */
running: boolean, };

export type NetworkReport = { 
/**
 * Connections of this program and its workers to other machines, as the system lists them.
 */
open_connections: number, 
/**
 * Attempts to reach other machines that were not let.
 */
refused_attempts: number, 
/**
 * Whatever may open a connection, and whether it does.
 */
features: Array<NetworkFeature>, };

export type NewManuscriptParams = { 
/**
 * Its title, possibly empty.
 */
title: string, 
/**
 * What stands in it at first.
 */
content: Manuscript, };

export type Outcome = "rewritten" | "unchanged" | "kept";

export type Persona = "office" | "teacher" | "secure" | "explore";

export type Piece = { "type": "same", 
/**
 * The text.
 */
text: string, } | { "type": "change", 
/**
 * Its number, from 1, unique in the rewrite.
 */
id: number, 
/**
 * The text before; empty for an insertion.
 */
old: string, 
/**
 * The text after; empty for a deletion.
 */
new: string, };

export type RestoreReport = { 
/**
 * Folder that holds the library that was there before; none when there was nothing.
 */
kept_aside: string | null, 
/**
 * The file.
 */
path: string, 
/**
 * Its size in bytes.
 */
bytes: number, 
/**
 * Version of the program that wrote it.
 */
program: string, 
/**
 * When, milliseconds since 1970.
 */
created_at_ms: number, 
/**
 * Files that the library knew.
 */
files: number, 
/**
 * Conversations.
 */
conversations: number, 
/**
 * Files beside the catalogue: prompts, what was pasted and exported, backups of workbooks.
 */
parts: number, };

export type ResultParams = { 
/**
 * The workbooks asked; the result goes into the first, an xlsx or xlsm.
 */
paths: Array<string>, 
/**
 * The question.
 */
question: string, 
/**
 * The query that answered it; without one the question is asked.
 */
sql: string | null, 
/**
 * The chart beside the result.
 */
chart: ChartChoice, 
/**
 * Name of the new sheet; without one, `结果` or `Result`. A number is added where there is such a sheet.
 */
name: string | null, };

export type ResultProposal = { 
/**
 * Its number, by which it is written.
 */
id: number, 
/**
 * The workbook.
 */
path: string, 
/**
 * Name of the new sheet.
 */
sheet: string, 
/**
 * Its table with the header, e.g. `A3:B9`.
 */
range: string, 
/**
 * The answer in a sentence.
 */
answer: string, 
/**
 * The query that gave it.
 */
sql: string, 
/**
 * Headers of the table.
 */
columns: Array<string>, 
/**
 * The first of its rows, as they will be shown.
 */
rows: Array<Array<string>>, 
/**
 * Its rows in all.
 */
row_count: number, 
/**
 * The chart: `column`, `bar` (lying), `line`, `pie`; none for none.
 */
chart: string | null, 
/**
 * The lines below the table: ranges read, query, rows left out, checks that did not pass.
 */
notes: Array<string>, };

export type PromptEntry = { 
/**
 * Its folders and name, divided by `/`, e.g. `writing/notice`.
 */
id: string, 
/**
 * Whether it comes with the program; such a one is changed by saving one's own under its id.
 */
is_ready_made: boolean, 
/**
 * Why its file cannot be used; everything else is then empty.
 */
broken?: string, 
/**
 * Name for people.
 */
title: string, 
/**
 * One sentence on what it is for; may be empty.
 */
description: string, 
/**
 * `zh`, `en`, or empty.
 */
language: string, 
/**
 * What is filled in, in the order of the form. Every variable of the text is among them.
 */
variables: Array<PromptVariable>, 
/**
 * The text.
 */
text: string, };

export type PromptFile = { 
/**
 * Name for people.
 */
title: string, 
/**
 * One sentence on what it is for; may be empty.
 */
description: string, 
/**
 * `zh`, `en`, or empty.
 */
language: string, 
/**
 * What is filled in, in the order of the form. Every variable of the text is among them.
 */
variables: Array<PromptVariable>, 
/**
 * The text.
 */
text: string, };

export type PromptVariable = { 
/**
 * Its name in the text, without the braces.
 */
name: string, 
/**
 * One sentence for people; may be empty.
 */
description: string, 
/**
 * Used when nothing is filled in; empty: it must be.
 */
default: string, };

export type Rewrite = { 
/**
 * What was done.
 */
mode: RewriteMode, 
/**
 * Name of the text; may be empty.
 */
title: string, 
/**
 * The text as it was.
 */
blocks: Array<Block>, 
/**
 * Every paragraph that was looked at, in order.
 */
paragraphs: Array<RewrittenParagraph>, };

export type RewriteMode = "polish" | "shorten" | "expand" | "formal" | "plain" | "continue" | "grammar" | "to-en" | "to-zh";

export type RewrittenParagraph = { 
/**
 * Its block.
 */
block: number, 
/**
 * Its item of a list or row of a table.
 */
item?: number, 
/**
 * Its cell of the row.
 */
cell?: number, 
/**
 * What became of it.
 */
outcome: Outcome, 
/**
 * The old and the new text in one.
 */
pieces: Array<Piece>, 
/**
 * What the user should look at.
 */
flags: Array<FactFlag>, 
/**
 * The model's text where it was not taken.
 */
refused?: string, };

export type RootView = { 
/**
 * Where it lies.
 */
path: string, 
/**
 * Changes on the disk are seen at once; else at the next start.
 */
watched: boolean, 
/**
 * It is there, e.g. its drive is plugged in.
 */
present: boolean, };

export type SaveManuscriptParams = { 
/**
 * The manuscript.
 */
id: number, 
/**
 * Its title, possibly empty.
 */
title: string, 
/**
 * What stands in it now.
 */
content: Manuscript, };

export type Scope = { 
/**
 * Files and folders; empty for the whole library.
 */
paths: Array<string>, };

export type SearchHit = { 
/**
 * Its file.
 */
path: string, 
/**
 * Higher is better.
 */
score: number, 
/**
 * Its text.
 */
text: string, 
/**
 * Its place.
 */
anchor: Anchor, };

export type SendWith = "enter" | "ctrl_enter";

export type Settings = { 
/**
 * None: not chosen yet, so the first run is shown.
 */
persona: Persona | null, 
/**
 * None: that of the system.
 */
language: Language | null, 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * Percent of the normal text size, 80 to 160.
 */
text_size: number, 
/**
 * The key that sends.
 */
send_with: SendWith, 
/**
 * Shows the settings for experts.
 */
expert: boolean, 
/**
 * Shortcuts that differ from the defaults, by command.
 */
shortcuts: { [key in string]: string }, 
/**
 * The chat model in use; none: the best that is installed.
 */
chat_model: string | null, 
/**
 * Most MiB on the disk for prompts that the model has read, so that it need not read them again; 0 keeps none.
 */
saved_prompts_mib: number, };

export type SkillArtifact = { 
/**
 * What it is.
 */
kind: ArtifactKind, 
/**
 * Where it lies.
 */
path: string, };

export type SkillParams = { 
/**
 * The skill.
 */
id: string, 
/**
 * Its inputs.
 */
inputs: { [key in string]: string }, 
/**
 * The files it works on; they need not be in the library.
 */
files: Array<string>, 
/**
 * Where to write the result; absent: a new file in the library's `exports`.
 */
out?: string | null, };

export type SkillResult = { 
/**
 * The file.
 */
artifact: SkillArtifact, 
/**
 * Its text.
 */
text: string, 
/**
 * The places behind its markers.
 */
citations: Array<Citation>, 
/**
 * What was checked.
 */
checks: Array<Check>, 
/**
 * What it took.
 */
usage: Usage, 
/**
 * The changes of a rewrite, each to be taken or left.
 */
rewrite?: Rewrite, 
/**
 * A draft as a value, of which one section can be written again.
 */
draft?: Draft, };

export type SkillSpec = { 
/**
 * Short name for the command line.
 */
id: string, 
/**
 * Name for people, Chinese.
 */
name_zh: string, 
/**
 * Name for people, English.
 */
name_en: string, 
/**
 * One sentence on what it does, English.
 */
description: string, 
/**
 * How many files it takes at least.
 */
min_files: number, 
/**
 * Whether it asks the language model; one that does not is not started for it.
 */
needs_model: boolean, 
/**
 * Whether its files are checked against the standard of official documents before it runs.
 */
inspects_official: boolean, 
/**
 * Whether it makes several files, written into a folder.
 */
makes_pack: boolean, 
/**
 * Its inputs.
 */
inputs: Array<InputSpec>, };

export type SourceContent = { 
/**
 * Where it lies.
 */
path: string, 
/**
 * How to show it.
 */
view: ContentView, 
/**
 * Its title.
 */
title: string | null, 
/**
 * Its blocks in reading order.
 */
blocks: Array<Block>, 
/**
 * What could not be read of it.
 */
warnings: Array<ReadWarning>, };

export type SourcePage = { 
/**
 * Files that the query finds in all.
 */
total: number, 
/**
 * Those of the page.
 */
sources: Array<SourceView>, };

export type SourceQuery = { 
/**
 * Stands in the path; empty for all.
 */
text: string, 
/**
 * How far they are.
 */
state: StateFilter, 
/**
 * Files to pass over.
 */
offset: number, 
/**
 * Most files to give.
 */
limit: number, };

export type SourceState = "pending" | "reading" | "words" | "ready" | "failed" | "skipped";

export type SourceView = { 
/**
 * Where it lies.
 */
path: string, 
/**
 * How far it is.
 */
state: SourceState, 
/**
 * Its size.
 */
bytes: number, 
/**
 * When it was changed, milliseconds since 1970.
 */
modified_ms: number, 
/**
 * Its chunks.
 */
chunks: number, 
/**
 * Why it failed or was left out.
 */
error: WireError | null, 
/**
 * What could not be read of it.
 */
warnings: Array<ReadWarning>, };

export type StateFilter = "all" | SourceState;

export type Stopped = StoppedBy | WireError;

export type StoppedBy = "user";

export type StoredManuscript = { 
/**
 * What the list shows of it.
 */
summary: ManuscriptSummary, 
/**
 * The version that this is.
 */
version: ManuscriptVersion, 
/**
 * What stands in it.
 */
content: Manuscript, };

export type Theme = "light" | "dark" | "system";

export type Verdict = "up" | "down";

export type VersionReason = "created" | "autosave" | "named" | "restored";

export type WorkbookChange = { 
/**
 * Its number; later changes have greater ones.
 */
id: number, 
/**
 * The file written.
 */
path: string, 
/**
 * The backup of what it was before; none for a copy.
 */
backup: string | null, };
