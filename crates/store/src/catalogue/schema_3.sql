-- What the user writes. The text lies in its versions; the newest is the one in use.
CREATE TABLE manuscripts (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    title         TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    deleted_at_ms INTEGER
) STRICT;
CREATE INDEX manuscripts_by_change ON manuscripts (updated_at_ms DESC, id DESC) WHERE deleted_at_ms IS NULL;

CREATE TABLE manuscript_versions (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    manuscript_id INTEGER NOT NULL REFERENCES manuscripts (id) ON DELETE CASCADE,
    reason        TEXT NOT NULL CHECK (reason IN ('created', 'autosave', 'named', 'restored')),
    -- The user's name for it, empty for none.
    name          TEXT NOT NULL DEFAULT '',
    content       TEXT NOT NULL,
    characters    INTEGER NOT NULL,
    -- An autosave is overwritten by the next ones of the same sitting: when the sitting began, and the last of them.
    began_at_ms   INTEGER NOT NULL,
    at_ms         INTEGER NOT NULL
) STRICT;
CREATE INDEX manuscript_versions_by_manuscript ON manuscript_versions (manuscript_id, id);
