-- A Beratungstelefon: a number, its call flow, its opening hours.
CREATE TABLE hotlines (
    id           BLOB    NOT NULL PRIMARY KEY,
    office_id    TEXT    NOT NULL REFERENCES offices (id),
    name         TEXT    NOT NULL,
    number       TEXT    NOT NULL UNIQUE, -- E.164
    flow         TEXT    NOT NULL, -- file name in ivr-flows/ without its ending
    hours        TEXT    NOT NULL, -- JSON: the weekly opening hours
    ring_seconds INTEGER NOT NULL CHECK (ring_seconds BETWEEN 5 AND 60),
    active       INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX hotlines_by_office ON hotlines (office_id);

-- One officer on one hotline over a span. Tier 1 is rung first; within a tier, the lower position.
CREATE TABLE shifts (
    id         BLOB    NOT NULL PRIMARY KEY,
    hotline_id BLOB    NOT NULL REFERENCES hotlines (id),
    officer_id BLOB    NOT NULL REFERENCES officers (id),
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    tier       INTEGER NOT NULL CHECK (tier BETWEEN 1 AND 9),
    position   INTEGER NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('published', 'removed')),
    sequence   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (starts_at < ends_at),
    CHECK (ends_at - starts_at <= 93600000000) -- 26 hours: a day of the autumn clock change has 25
) STRICT;
CREATE INDEX shifts_by_hotline ON shifts (hotline_id, starts_at);
CREATE INDEX shifts_by_officer ON shifts (officer_id, starts_at);
