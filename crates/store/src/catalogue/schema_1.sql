-- A user's file. `path` as it was added, absolute.
CREATE TABLE sources (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    path          TEXT NOT NULL UNIQUE,
    size          INTEGER NOT NULL,
    mtime_ns      INTEGER NOT NULL,
    content_hash  BLOB,
    format        TEXT NOT NULL DEFAULT '',
    title         TEXT,
    state         TEXT NOT NULL CHECK (state IN ('pending', 'words', 'ready', 'failed', 'skipped')),
    error_code    TEXT,
    error_message TEXT,
    error_hint    TEXT,
    warnings      TEXT NOT NULL DEFAULT '[]',
    chunk_count   INTEGER NOT NULL DEFAULT 0,
    crash_count   INTEGER NOT NULL DEFAULT 0,
    added_at_ms   INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX sources_by_state ON sources (state);

-- Folders the user added, looked through by `sync`.
CREATE TABLE roots (
    path TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: a number is never used again, so a stale row of the index cannot point to another text.
CREATE TABLE chunks (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    ordinal   INTEGER NOT NULL,
    heading   TEXT NOT NULL,
    text      TEXT NOT NULL,
    spans     TEXT NOT NULL,
    text_hash BLOB NOT NULL,
    UNIQUE (source_id, ordinal)
) STRICT;
CREATE INDEX chunks_by_text_hash ON chunks (text_hash);

-- Embeddings by text and model, half precision, so that no text is embedded twice.
CREATE TABLE vectors (
    text_hash BLOB NOT NULL,
    model_id  TEXT NOT NULL,
    vector    BLOB NOT NULL,
    PRIMARY KEY (text_hash, model_id)
) STRICT;

CREATE TABLE conversations (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    title         TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    deleted_at_ms INTEGER
) STRICT;

CREATE TABLE turns (
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    ordinal         INTEGER NOT NULL,
    role            TEXT NOT NULL,
    content         TEXT NOT NULL,
    citations       TEXT NOT NULL,
    extra           TEXT NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, ordinal)
) STRICT;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The library's own notes, e.g. that an index rebuild has begun.
CREATE TABLE notes (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
