-- A hotline closed by hand over a span, with the reason that callers hear. Reopened or taken back, it is kept.
CREATE TABLE hotline_closures (
    id         BLOB    NOT NULL PRIMARY KEY,
    hotline_id BLOB    NOT NULL REFERENCES hotlines (id),
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER, -- none: until further notice
    reason     TEXT    NOT NULL, -- JSON: what callers hear, by language; German is always there
    closed_by  TEXT    NOT NULL, -- usr_…, tok_… or 'system'
    ended_at   INTEGER, -- reopened by hand; before the start: taken back
    created_at INTEGER NOT NULL,
    CHECK (starts_at < ends_at)
) STRICT;
CREATE INDEX hotline_closures_by_hotline ON hotline_closures (hotline_id, starts_at);

-- Counts the changes of a hotline, so that nobody overwrites what they have not seen.
ALTER TABLE hotlines ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
