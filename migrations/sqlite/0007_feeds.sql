-- A secret calendar address: of one officer, or of an office's duty plan. Revoked, it answers no more.
CREATE TABLE feeds (
    id         BLOB    NOT NULL PRIMARY KEY,
    office_id  TEXT    NOT NULL REFERENCES offices (id),
    officer_id BLOB REFERENCES officers (id), -- none: the office's duty plan
    token_hash BLOB    NOT NULL UNIQUE,
    opened_by  TEXT    NOT NULL, -- usr_…, tok_… or 'system'
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX feeds_by_office ON feeds (office_id);
