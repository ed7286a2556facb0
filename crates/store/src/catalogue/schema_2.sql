-- Conversations become trees: an edited question or a repeated answer stands beside the message it takes the place of.
CREATE TABLE messages (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    parent_id       INTEGER REFERENCES messages (id) ON DELETE CASCADE,
    role            TEXT NOT NULL,
    content         TEXT NOT NULL,
    citations       TEXT NOT NULL,
    extra           TEXT NOT NULL,
    -- 'up' or 'down', and what the user said to it.
    feedback        TEXT,
    feedback_note   TEXT NOT NULL DEFAULT '',
    created_at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_by_conversation ON messages (conversation_id, parent_id);
CREATE INDEX messages_by_parent ON messages (parent_id);

-- Last message of the branch in use.
ALTER TABLE conversations ADD COLUMN leaf_id INTEGER;
CREATE INDEX conversations_by_change ON conversations (updated_at_ms DESC, id DESC) WHERE deleted_at_ms IS NULL;

-- The turns of before are a branch each. What was kept of an answer gets a name, since more is kept now.
INSERT INTO messages (conversation_id, role, content, citations, extra, created_at_ms)
SELECT conversation_id, role, content, citations,
       CASE WHEN json_type(extra) = 'object' AND json_type(extra, '$.chunk_ids') IS NOT NULL
            THEN json_object('turn', json(extra)) ELSE extra END,
       created_at_ms
FROM turns ORDER BY conversation_id, ordinal;
CREATE TEMP TABLE in_order (id INTEGER PRIMARY KEY, parent_id INTEGER);
INSERT INTO temp.in_order SELECT id, lag(id) OVER (PARTITION BY conversation_id ORDER BY id) FROM messages;
UPDATE messages SET parent_id = (SELECT o.parent_id FROM temp.in_order o WHERE o.id = messages.id);
UPDATE conversations SET leaf_id = (SELECT max(m.id) FROM messages m WHERE m.conversation_id = conversations.id);
DROP TABLE temp.in_order;
DROP TABLE turns;

-- Everything that runs or ran, for the list of jobs. `params` is what a job needs to go on after a restart.
CREATE TABLE jobs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    title      TEXT NOT NULL,
    params     TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('running', 'paused', 'finished', 'failed', 'cancelled')),
    progress   TEXT,
    error      TEXT,
    artifact   TEXT,
    started_ms INTEGER NOT NULL,
    ended_ms   INTEGER
) STRICT;
