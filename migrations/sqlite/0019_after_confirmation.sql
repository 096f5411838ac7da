-- What happens to a booking after it is confirmed.

-- The office asked the citizen for another time then: the old one does not take place. None: the time stands.
ALTER TABLE bookings ADD COLUMN asked_at INTEGER;
-- What begins soon: for reminders.
CREATE INDEX bookings_to_come ON bookings (starts_at) WHERE state = 'confirmed';

-- Further links to a booking, one a message that the office sends by itself: the hash of each one's secret.
CREATE TABLE booking_links (
    secret_hash BLOB    NOT NULL PRIMARY KEY,
    booking_id  BLOB    NOT NULL REFERENCES bookings (id),
    expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX booking_links_by_end ON booking_links (expires_at);

-- The office asks a citizen for another time, and keeps some for the answer.
CREATE TABLE proposals (
    id          BLOB    NOT NULL PRIMARY KEY,
    booking_id  BLOB    NOT NULL REFERENCES bookings (id),
    office_id   TEXT    NOT NULL REFERENCES offices (id),
    officer_id  BLOB    NOT NULL REFERENCES officers (id), -- who had the booking
    starts_at   INTEGER NOT NULL, -- the time that does not take place
    reason      TEXT    NOT NULL CHECK (reason IN ('deployed', 'absent', 'hour_changed')),
    state       TEXT    NOT NULL CHECK (state IN ('open', 'taken', 'declined', 'expired')),
    told        TEXT    NOT NULL CHECK (told IN ('mail', 'sms', 'call', 'called')), -- call: nobody has told the citizen yet
    made_at     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    answered_at INTEGER
) STRICT;
CREATE UNIQUE INDEX proposals_one_open ON proposals (booking_id) WHERE state = 'open';
CREATE INDEX proposals_by_booking ON proposals (booking_id);
CREATE INDEX proposals_to_expire ON proposals (expires_at) WHERE state = 'open';
CREATE INDEX proposals_by_office ON proposals (office_id, made_at);

-- A proposed time. Its id is that of the officer's commitment that keeps it.
CREATE TABLE proposed_times (
    id          BLOB    NOT NULL PRIMARY KEY,
    proposal_id BLOB    NOT NULL REFERENCES proposals (id),
    place       INTEGER NOT NULL, -- 1 is the best
    slot_id     BLOB    NOT NULL REFERENCES slots (id),
    office_id   TEXT    NOT NULL REFERENCES offices (id),
    officer_id  BLOB    NOT NULL REFERENCES officers (id),
    starts_at   INTEGER NOT NULL,
    ends_at     INTEGER NOT NULL,
    why         TEXT    NOT NULL, -- why this officer
    UNIQUE (proposal_id, place)
) STRICT;

-- A booking that a colleague took over at the same time.
CREATE TABLE handovers (
    booking_id BLOB    NOT NULL REFERENCES bookings (id),
    office_id  TEXT    NOT NULL REFERENCES offices (id),
    from_id    BLOB    NOT NULL REFERENCES officers (id),
    to_id      BLOB    NOT NULL REFERENCES officers (id),
    reason     TEXT    NOT NULL CHECK (reason IN ('deployed', 'absent')),
    at         INTEGER NOT NULL,
    PRIMARY KEY (booking_id, at)
) STRICT;
CREATE INDEX handovers_by_office ON handovers (office_id, at);

-- A reminder that was posted, for one time of one booking: written in the transaction that posts it.
CREATE TABLE reminders (
    booking_id BLOB    NOT NULL REFERENCES bookings (id),
    kind       TEXT    NOT NULL CHECK (kind IN ('day', 'hour')),
    starts_at  INTEGER NOT NULL,
    posted_at  INTEGER NOT NULL
) STRICT;
-- Each reminder goes out once: the guard that holds on several nodes.
CREATE UNIQUE INDEX reminders_once ON reminders (booking_id, kind, starts_at);

-- How an appointment went, in a word of the list; no citizen's data.
CREATE TABLE outcomes (
    booking_id BLOB    NOT NULL PRIMARY KEY REFERENCES bookings (id),
    outcome    TEXT    NOT NULL CHECK (outcome IN ('attended', 'no_show', 'too_short', 'referred')),
    ending     TEXT    NOT NULL, -- a code of the list of endings
    noted_at   INTEGER NOT NULL
) STRICT;

-- An officer comes later to this appointment, as they said; the time itself does not move.
CREATE TABLE delays (
    booking_id BLOB    NOT NULL PRIMARY KEY REFERENCES bookings (id),
    starts_at  INTEGER NOT NULL, -- of which time it was said
    minutes    INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 60),
    said_at    INTEGER NOT NULL
) STRICT;
