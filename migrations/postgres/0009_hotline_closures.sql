-- A hotline closed by hand over a span, with the reason that callers hear. Reopened or taken back, it is kept.
CREATE TABLE hotline_closures (
    id         UUID    NOT NULL PRIMARY KEY,
    hotline_id UUID    NOT NULL REFERENCES hotlines (id),
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT, -- none: until further notice
    reason     JSONB   NOT NULL, -- JSON: what callers hear, by language; German is always there
    closed_by  TEXT    NOT NULL, -- usr_…, tok_… or 'system'
    ended_at   BIGINT, -- reopened by hand; before the start: taken back
    created_at BIGINT NOT NULL,
    CHECK (starts_at < ends_at)
);
CREATE INDEX hotline_closures_by_hotline ON hotline_closures (hotline_id, starts_at);

-- Counts the changes of a hotline, so that nobody overwrites what they have not seen.
ALTER TABLE hotlines ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
