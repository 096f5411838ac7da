-- How an office changes its published rota; without a row, what the program takes for granted.
CREATE TABLE change_terms (
    office_id           TEXT    NOT NULL PRIMARY KEY REFERENCES offices (id),
    swaps_need_approval INTEGER NOT NULL, -- the supervisor has the last word on each
    sick_asks_cover     INTEGER NOT NULL  -- who reports sick within hours of a shift sets off the search for cover
) STRICT;

-- An officer asks to be relieved of a shift or of a part of it. Bound to the shift, not to its time.
CREATE TABLE swaps (
    id          BLOB    NOT NULL PRIMARY KEY,
    office_id   TEXT    NOT NULL REFERENCES offices (id),
    shift_id    BLOB    NOT NULL REFERENCES shifts (id),
    officer_id  BLOB    NOT NULL REFERENCES officers (id), -- who has the shift
    starts_at   INTEGER, -- of the part; none: the whole shift, wherever it is moved
    ends_at     INTEGER,
    asked_id    BLOB    REFERENCES officers (id), -- none: everybody at the office
    return_id   BLOB    REFERENCES shifts (id), -- the shift of the asked one that is wanted in exchange; none: given away
    note        TEXT    NOT NULL,
    state       TEXT    NOT NULL
        CHECK (state IN ('open', 'agreed', 'done', 'declined', 'withdrawn', 'refused', 'expired', 'overtaken')),
    taken_by    BLOB    REFERENCES officers (id),
    why         TEXT    NOT NULL, -- of a refusal
    asked_at    INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    sequence    INTEGER NOT NULL,
    CHECK ((starts_at IS NULL) = (ends_at IS NULL))
) STRICT;
CREATE INDEX swaps_by_office ON swaps (office_id, asked_at);
CREATE INDEX swaps_by_shift ON swaps (shift_id);
CREATE INDEX swaps_to_expire ON swaps (expires_at) WHERE state IN ('open', 'agreed');
-- A whole shift is offered once at a time: the guard that holds under any race.
CREATE UNIQUE INDEX swaps_one_waiting ON swaps (shift_id) WHERE state IN ('open', 'agreed') AND starts_at IS NULL;

-- Somebody is wanted at once, for a published shift whose officer is away or for one that nobody has.
CREATE TABLE covers (
    id         BLOB    NOT NULL PRIMARY KEY,
    office_id  TEXT    NOT NULL REFERENCES offices (id),
    shift_id   BLOB    NOT NULL, -- of shifts or of open_shifts
    hotline_id BLOB    NOT NULL REFERENCES hotlines (id),
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    tier       INTEGER NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('asked', 'taken', 'closed', 'expired')),
    taken_by   BLOB    REFERENCES officers (id),
    asked_at   INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT;
CREATE INDEX covers_by_office ON covers (office_id, asked_at);
CREATE INDEX covers_to_expire ON covers (ends_at) WHERE state = 'asked';
-- The same time is asked for once: the guard that holds under any race.
CREATE UNIQUE INDEX covers_one_asked ON covers (shift_id, starts_at) WHERE state = 'asked';

-- An officer who was asked, and the hash of the secret in their link.
CREATE TABLE cover_asks (
    cover_id    BLOB    NOT NULL REFERENCES covers (id),
    officer_id  BLOB    NOT NULL REFERENCES officers (id),
    secret_hash BLOB    NOT NULL UNIQUE,
    told        TEXT    NOT NULL CHECK (told IN ('sms', 'mail', 'call')), -- call: has left neither number nor address
    declined_at INTEGER,
    PRIMARY KEY (cover_id, officer_id)
) STRICT;

-- An officer was reminded of one time of a shift, or has confirmed it, or both.
CREATE TABLE shift_confirmations (
    shift_id     BLOB    NOT NULL REFERENCES shifts (id),
    officer_id   BLOB    NOT NULL REFERENCES officers (id),
    starts_at    INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    secret_hash  BLOB    UNIQUE, -- of the link; none: confirmed without a reminder
    reminded_at  INTEGER,
    confirmed_at INTEGER,
    PRIMARY KEY (shift_id, officer_id, starts_at, ends_at)
) STRICT;
-- What begins soon, on every hotline: for reminders.
CREATE INDEX shifts_by_start ON shifts (starts_at) WHERE state = 'published';

-- The mail of a day to those who plan an office, on shifts that nobody has or nobody confirmed.
CREATE TABLE rota_alarms (
    office_id TEXT    NOT NULL REFERENCES offices (id),
    day       TEXT    NOT NULL, -- local
    posted_at INTEGER NOT NULL,
    PRIMARY KEY (office_id, day)
) STRICT;
