//! The command line as it is written.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Answers from your own files, on this machine alone.
#[derive(Debug, Parser)]
#[command(name = "deskmate", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Folder of the library (default: DESKMATE_HOME, else the platform's application data)
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// Print exactly one JSON object on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add files and folders to the library
    Add {
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Look again at everything that was added
    Sync,
    /// Show how the library stands
    Status,
    /// Take a file or folder out of the library, with everything kept of it
    Forget { path: PathBuf },
    /// Write the whole library to one file, also while it is in use
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Backup {
        /// The file, or a folder for a file named after the day; models are left out
        #[arg(required = true)]
        file: Option<PathBuf>,
        #[command(subcommand)]
        command: Option<BackupCommand>,
    },
    /// Bring a library back from a backup
    Restore {
        file: PathBuf,
        /// Even where there is a library; that one is kept in a folder beside it
        #[arg(long)]
        replace: bool,
    },
    /// Find passages
    Search {
        query: String,
        /// Number of passages
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=100))]
        top: u16,
        /// Only in this file or folder (may be repeated)
        #[arg(long = "file", value_name = "PATH")]
        files: Vec<PathBuf>,
    },
    /// Answer a question from the files
    Ask {
        question: String,
        /// Only from this file or folder (may be repeated)
        #[arg(long = "file", value_name = "PATH")]
        files: Vec<PathBuf>,
        /// Only the answer itself, in as few words as it takes
        #[arg(long)]
        brief: bool,
        /// Go on with a conversation: its number, a name of your own, or `new`
        #[arg(long, value_name = "ID")]
        conversation: Option<String>,
    },
    /// List the files of the library with how far they are, or explain what becomes of them
    #[command(subcommand)]
    Files(FilesCommand),
    /// List, show and change conversations
    #[command(subcommand)]
    Conversations(ConversationsCommand),
    /// Write: documents with their versions, from files and to files
    #[command(subcommand)]
    Document(DocumentCommand),
    /// List what runs or ran in the window, or forget what has ended
    #[command(subcommand)]
    Jobs(JobsCommand),
    /// Show or change the settings that the window shares
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// Show what of this program is connected to anything beyond this machine
    Network,
    /// Show what is read of a file
    Read { path: PathBuf },
    /// Ask workbooks, or show what is understood of them
    #[command(subcommand)]
    Sheet(SheetCommand),
    /// Run a skill, or list them
    #[command(subcommand)]
    Skill(SkillCommand),
    /// List, fill in, save and exchange prompts
    #[command(subcommand)]
    Prompts(PromptsCommand),
    /// List, get, add and verify models
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Tell what this machine offers and what is used of it, and why
    Doctor {
        /// Also run the installed chat models and compare with the prediction
        #[arg(long)]
        measure: bool,
    },
    /// Print figures: speed, retrieval, answers
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Index the samples in a fresh library and ask three questions
    Demo {
        /// Folder of the samples
        #[arg(long, default_value = "assets/samples", value_name = "DIR")]
        samples: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum FilesCommand {
    /// List files, by path
    List {
        /// Only files whose path holds this
        #[arg(long, default_value = "")]
        text: String,
        /// Only files of this state: pending, reading, words, ready, failed, skipped
        #[arg(long, default_value = "all")]
        state: String,
        #[arg(long, default_value_t = 0)]
        offset: usize,
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Tell what adding files and folders would take
    Estimate {
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Read a file again that failed or was left out
    Retry { path: PathBuf },
    /// Tell why a text of a file was or was not found
    Explain { question: String, path: PathBuf },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConversationsCommand {
    /// List conversations, the one that changed last first
    List {
        /// Only those with this in their title or in what was said
        #[arg(long, default_value = "")]
        text: String,
        #[arg(long, default_value_t = 0)]
        offset: usize,
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show the branch in use, with the numbers of the messages
    Show { id: i64 },
    /// Ask a question anew in other words; what was asked and answered stays beside it
    Edit {
        id: i64,
        message: i64,
        question: String,
    },
    /// Answer a question once more
    Repeat { id: i64, message: i64 },
    /// Take the branch through a message into use
    Select { id: i64, message: i64 },
    /// Give a conversation another title
    Rename { id: i64, title: String },
    /// Delete a conversation
    Delete { id: i64 },
    /// Take a deletion back
    Restore { id: i64 },
    /// Keep what you think of an answer
    Judge {
        message: i64,
        /// `up`, `down`, or `none` to take it back
        verdict: String,
        #[arg(long, default_value = "")]
        note: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DocumentCommand {
    /// List documents, the one that changed last first
    List,
    /// Begin a document: empty, or with what a file holds (the result of a skill, docx, md, txt …)
    New {
        /// The file; it stays as it is
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// Its title (default: the file's)
        #[arg(long)]
        title: Option<String>,
    },
    /// Show a document as Markdown
    Show {
        id: i64,
        /// One of its older versions
        #[arg(long, value_name = "N")]
        version: Option<i64>,
    },
    /// Put the text of a file in the place of what stands in a document; what stood there stays a version
    Save { id: i64, file: PathBuf },
    /// Give a document another title
    Rename { id: i64, title: String },
    /// List the versions, the newest first
    Versions { id: i64 },
    /// Give the newest version a name, by which it stays as it is
    Name { id: i64, name: String },
    /// Make an older version the newest again; what was there before stays a version
    Restore { id: i64, version: i64 },
    /// Delete a document
    Delete { id: i64 },
    /// Take a deletion back
    Undelete { id: i64 },
    /// Write a document to a new file
    Export {
        id: i64,
        /// The file: .docx with footnotes and comments, .pdf with footnotes, .md or .html
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    /// List jobs, the newest first
    List,
    /// Forget those that have ended
    Clear,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SettingsCommand {
    /// Show all settings
    Show,
    /// Change one, e.g. `set theme dark`; a value is JSON or a word
    Set { key: String, value: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SheetCommand {
    /// Answer a question by calculation over all rows: one or more workbooks, then the question
    Ask {
        /// Workbooks (xlsx, xls, ods, csv …), and last the question
        #[arg(required = true, num_args = 2.., value_name = "PATH... QUESTION")]
        paths_and_question: Vec<String>,
        /// A question asked before, `QUESTION=>SQL` (may be repeated, oldest first)
        #[arg(long, value_name = "TURN")]
        after: Vec<String>,
        /// Queries written for the question and compared; 1 is faster
        #[arg(long, value_parser = clap::value_parser!(u8).range(1..=3))]
        votes: Option<u8>,
    },
    /// Show the tables that are found, with their columns, types and units
    Show {
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Put the result of a question into the workbook: a sheet with a table and a chart, written only when told to
    Result {
        /// The workbook (xlsx, xlsm), others to ask beside it, and last the question
        #[arg(required = true, num_args = 2.., value_name = "PATH... QUESTION")]
        paths_and_question: Vec<String>,
        /// The query that answered the question, as `sheet ask` gives it (default: the question is asked)
        #[arg(long, value_name = "SELECT")]
        sql: Option<String>,
        /// The chart beside the table
        #[arg(long, value_name = "KIND", default_value = "auto",
            value_parser = ["auto", "bar", "line", "pie", "none"])]
        chart: String,
        /// Name of the new sheet (default: 结果 or Result)
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Write into the workbook itself; a backup is kept
        #[arg(long, conflicts_with = "copy")]
        write: bool,
        /// Write into a copy
        #[arg(long, value_name = "FILE")]
        copy: Option<PathBuf>,
    },
    /// Put a native chart of the columns named onto a sheet, written only when told to
    Chart {
        /// The workbook (xlsx, xlsm)
        path: PathBuf,
        /// What to draw, e.g. "以月份为横轴，销售额为纵轴画折线图"
        ask: String,
        /// The table, by its name or its sheet's (default: the one whose columns are named)
        #[arg(long, value_name = "NAME")]
        table: Option<String>,
        /// Write into the workbook itself; a backup is kept
        #[arg(long, conflicts_with = "copy")]
        write: bool,
        /// Write into a copy
        #[arg(long, value_name = "FILE")]
        copy: Option<PathBuf>,
    },
    /// Find the formula for a column, show its values, and write it only when told to
    Column {
        /// The workbook (xlsx, xlsm)
        path: PathBuf,
        /// What to calculate, e.g. "在 F 列算同比增长率"
        ask: String,
        /// The table, by its name or its sheet's (default: the one whose columns are named)
        #[arg(long, value_name = "NAME")]
        table: Option<String>,
        /// The column, e.g. F (default: the first one beside the table)
        #[arg(long, value_name = "LETTERS")]
        column: Option<String>,
        /// Write into the workbook itself; a backup is kept
        #[arg(long, conflicts_with = "copy")]
        write: bool,
        /// Write into a copy
        #[arg(long, value_name = "FILE")]
        copy: Option<PathBuf>,
    },
    /// Fill a column by the model, row by row: classify, extract, translate, comment; written only when told to
    Fill {
        /// The workbook (xlsx, xlsm)
        path: PathBuf,
        /// What to fill in, e.g. "按投诉内容分类：质量、物流、服务、其他"
        ask: String,
        /// The table, by its sheet or its name (default: the one whose columns are named)
        #[arg(long, value_name = "NAME")]
        sheet: Option<String>,
        /// Header of the column; where there is one, its blank cells are filled (default: made of the request)
        #[arg(long, value_name = "HEADER")]
        into: Option<String>,
        /// Place of a new column, e.g. F (default: the first that is free beside the table)
        #[arg(long, value_name = "LETTERS")]
        column: Option<String>,
        /// Type of the cells: choice, number, date, yes_no, text (default: read from the request)
        #[arg(long = "type", value_name = "TYPE")]
        kind: Option<String>,
        /// The choices, divided by commas (default: those that the request names)
        #[arg(long, value_delimiter = ',', value_name = "A,B,C")]
        choices: Vec<String>,
        /// Only so many rows, spread over the table, to see how it goes
        #[arg(long, value_name = "ROWS", conflicts_with_all = ["write", "copy"])]
        sample: Option<usize>,
        /// Ask the model again for what it has filled before
        #[arg(long)]
        again: bool,
        /// Write into the workbook itself; a backup is kept
        #[arg(long, conflicts_with = "copy")]
        write: bool,
        /// Write into a copy
        #[arg(long, value_name = "FILE")]
        copy: Option<PathBuf>,
    },
    /// Say in words what a formula does
    Explain {
        /// The formula, e.g. '=SUM(B2:B9)/COUNT(B2:B9)'
        formula: String,
        /// In English instead of Chinese
        #[arg(long)]
        english: bool,
    },
    /// List the changes of workbooks that can be undone
    Changes,
    /// Bring a workbook back to what it was before a change
    Undo {
        /// The change, by its number (default: the newest)
        id: Option<u64>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Compare a backup with its checksums
    Verify { file: PathBuf },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SkillCommand {
    /// List the skills
    List,
    /// Run a skill
    Run {
        id: String,
        /// An input, `key=value`, or `key=@FILE` for the text of a file (may be repeated)
        #[arg(long = "input", value_name = "K=V")]
        inputs: Vec<String>,
        /// A file to work on (may be repeated)
        #[arg(long = "file", value_name = "PATH")]
        files: Vec<PathBuf>,
        /// Where to write the result (default: the library's exports folder)
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Write a rewritten text with some of its changes: all but those rejected, or only those accepted
    Apply {
        /// The JSON that `skill run rewrite --json` printed
        result: PathBuf,
        /// The number of a change to take (may be repeated)
        #[arg(long = "accept", value_name = "N", conflicts_with = "reject")]
        accept: Vec<u32>,
        /// The number of a change to leave (may be repeated)
        #[arg(long = "reject", value_name = "N")]
        reject: Vec<u32>,
        /// Where to write the text (default: the library's exports folder)
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PromptsCommand {
    /// List all prompts, ready-made and your own
    List,
    /// Show a prompt with its variables
    Show { id: String },
    /// Print a prompt with its variables filled in
    Render {
        id: String,
        /// A value, `name=text`, or `name=@FILE` for the text of a file (may be repeated)
        #[arg(long = "value", value_name = "K=V")]
        values: Vec<String>,
    },
    /// Save a file as a prompt of your own; one of the same name goes to the trash
    Save { id: String, file: PathBuf },
    /// Move a prompt of your own to the trash
    Delete { id: String },
    /// Bring back what was deleted or replaced last
    Restore { id: String },
    /// Take prompts in from a folder, a zip or a file; nothing is overwritten
    Import { from: PathBuf },
    /// Write your prompts to a new folder or zip
    Export {
        to: PathBuf,
        /// The ready-made ones as well
        #[arg(long)]
        all: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// List all models
    List,
    /// Download a model of the catalogue (the only command that uses the network)
    Get { id: String },
    /// Add a model file of your own
    Add { file: PathBuf },
    /// Compare model files with their checksums
    Verify { id: Option<String> },
    /// Show what fits this machine, how fast, and what is in use
    Show,
    /// Take an installed chat model into use
    Use { id: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// Speed of generation against a bare loop, of follow-ups against first turns
    Speed {
        /// Pairs of runs
        #[arg(long, default_value_t = 5)]
        rounds: usize,
    },
    /// First word about a long document: read whole, asked again, opened in a new process
    Reopen {
        /// About how many tokens the document has
        #[arg(long, default_value_t = 2_000)]
        tokens: usize,
        /// Documents, one after the other
        #[arg(long, default_value_t = 3)]
        rounds: usize,
    },
    /// All figures of speed that can be measured here, as the page docs/benchmarks.md
    Figures {
        /// Rounds of each measurement
        #[arg(long, default_value_t = 3)]
        rounds: usize,
    },
    /// What drafting from the prompt and answering several requests at once bring
    Decoding {
        /// Times that each way is measured, in turns
        #[arg(long, default_value_t = 3)]
        rounds: usize,
    },
    /// The chat model held to a form, stopped at any moment, beside indexing, and its memory
    Engine {
        /// Rounds of each comparison
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Answers that are stopped; each takes up to three seconds
        #[arg(long, default_value_t = 50)]
        stops: usize,
    },
    /// Time of adding a folder of made-up files against the time of their vectors alone
    Indexing {
        /// How many files
        #[arg(long, default_value_t = 2_000)]
        files: usize,
    },
    /// Hours of work: questions, files that change, and what that does to memory, handles and threads
    Soak {
        /// How long
        #[arg(long, default_value_t = 60.0)]
        minutes: f64,
        /// Seconds from one question to the next; ten files change meanwhile
        #[arg(long, default_value_t = 60)]
        every: u64,
    },
    /// How writing, searching and the disk grow with the library (made-up texts and vectors, no model)
    Scale {
        /// Sizes in chunks, growing
        #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000, 100_000])]
        chunks: Vec<usize>,
    },
    /// Recall of the right document over a set of documents and questions
    Retrieval {
        /// Folder with docs.jsonl and queries.jsonl
        set: PathBuf,
        /// Most questions
        #[arg(long, default_value_t = 100_000)]
        limit: usize,
        /// Only documents of this language; the right one is then the translation of the gold one
        #[arg(long)]
        cross: bool,
        /// Also as `ask` searches: once more with the model's words where the files say it in other words (needs the
        /// chat model; only the fused ranking)
        #[arg(long)]
        expand: bool,
    },
    /// Answers to questions over a set of documents
    Answers {
        /// Folder with docs.jsonl and queries.jsonl
        set: PathBuf,
        /// Questions, evenly taken from the set
        #[arg(long, default_value_t = 100)]
        limit: usize,
        /// Ask with --brief
        #[arg(long)]
        brief: bool,
        /// Take the questions from this folder instead: they have no answer in the set
        #[arg(long, value_name = "DIR")]
        foreign: Option<PathBuf>,
    },
    /// The sample questions with their expected answers
    Samples {
        /// Folder of the samples
        #[arg(default_value = "assets/samples", value_name = "DIR")]
        folder: PathBuf,
        /// About how many questions, evenly taken
        #[arg(long, default_value_t = 1_000)]
        limit: usize,
    },
    /// Questions about tables: right, and wrong without a flag
    Tables {
        /// Folder with questions.jsonl and the tables it names
        set: PathBuf,
        /// Questions, evenly taken from the set
        #[arg(long, default_value_t = 40)]
        limit: usize,
        /// Queries written for each question and compared
        #[arg(long, value_parser = clap::value_parser!(u8).range(1..=3))]
        votes: Option<u8>,
    },
    /// Evidence for and against answering, without the language model
    Abstention {
        /// Folder with docs.jsonl and queries.jsonl
        set: PathBuf,
        /// Folder whose questions have no answer in the set
        foreign: PathBuf,
        /// Most questions of each kind
        #[arg(long, default_value_t = 300)]
        limit: usize,
    },
}
