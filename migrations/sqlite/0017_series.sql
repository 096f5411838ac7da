-- A Sprechstunde is a series with exceptions, offered by one officer or several, on terms of its own.
-- Those that follow from each other by "from here on" share their lineage.
CREATE TABLE consultation_hours_anew (
    id             BLOB    NOT NULL PRIMARY KEY,
    office_id      TEXT    NOT NULL REFERENCES offices (id),
    opens          TEXT    NOT NULL,
    closes         TEXT    NOT NULL,
    first_day      TEXT    NOT NULL,
    last_day       TEXT,
    slot_minutes   INTEGER NOT NULL CHECK (slot_minutes BETWEEN 5 AND 240),
    topics         TEXT    NOT NULL, -- JSON: ids of topics; empty means every topic
    formats        TEXT    NOT NULL, -- JSON: video, telephone, office
    state          TEXT    NOT NULL CHECK (state IN ('offered', 'ended')),
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    lineage        BLOB    NOT NULL,
    version        INTEGER NOT NULL DEFAULT 0,
    team           TEXT    NOT NULL, -- JSON: the officers, and whether they agreed to be booked by name
    weekdays       TEXT    NOT NULL, -- for instance 135; 1 is Monday (ISO 8601)
    rhythm         TEXT    NOT NULL DEFAULT 'weeks:1', -- weeks:1 to weeks:52, month:1 to month:4, month:last
    exceptions     TEXT    NOT NULL DEFAULT '{}', -- JSON: by day closed, moved or extra
    buffer_minutes INTEGER NOT NULL DEFAULT 0 CHECK (buffer_minutes BETWEEN 0 AND 120),
    notice         TEXT    NOT NULL DEFAULT 'hours:0', -- hours:24, business_days:2
    horizon_weeks  INTEGER NOT NULL DEFAULT 12 CHECK (horizon_weeks BETWEEN 1 AND 12),
    most_web       INTEGER, -- of a day's slots; NULL means as many as there are
    most_hotline   INTEGER,
    most_staff     INTEGER,
    languages      TEXT    NOT NULL DEFAULT '[]', -- JSON: tags; empty means every language
    needs          TEXT    NOT NULL DEFAULT '[]' -- JSON: what can be served
) STRICT;
INSERT INTO consultation_hours_anew
    (id, office_id, opens, closes, first_day, last_day, slot_minutes, topics, formats, state, created_at, updated_at,
    lineage, team, weekdays)
SELECT id, office_id, opens, closes, first_day, last_day, slot_minutes, topics, formats, state, created_at, updated_at,
    id, '[{"officer":"ofc_' || lower(hex(officer_id)) || '","by_name":false}]', CAST(weekday AS TEXT)
FROM consultation_hours;

-- A Termin: one bookable interval of one officer, made from a consultation hour as far ahead as it is offered.
CREATE TABLE slots_anew (
    id         BLOB    NOT NULL PRIMARY KEY,
    hour_id    BLOB    NOT NULL REFERENCES consultation_hours_anew (id),
    office_id  TEXT    NOT NULL REFERENCES offices (id),
    officer_id BLOB    NOT NULL REFERENCES officers (id),
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
    UNIQUE (hour_id, starts_at, officer_id, ends_at),
    CHECK (starts_at < ends_at)
) STRICT;
INSERT INTO slots_anew (id, hour_id, office_id, officer_id, starts_at, ends_at, state)
SELECT id, hour_id, office_id, officer_id, starts_at, ends_at, state FROM slots;

-- A citizen's claim on a slot, from hold to attended: one row, one state machine. A talk can also be at the office.
-- Name, contact and passphrase are sealed, and emptied a short time after the appointment.
CREATE TABLE bookings_anew (
    id           BLOB    NOT NULL PRIMARY KEY,
    office_id    TEXT    NOT NULL REFERENCES offices (id),
    officer_id   BLOB    NOT NULL REFERENCES officers (id),
    slot_id      BLOB    NOT NULL REFERENCES slots_anew (id),
    topic        TEXT    NOT NULL,
    format       TEXT    NOT NULL CHECK (format IN ('video', 'telephone', 'office')),
    language     TEXT    NOT NULL,
    state        TEXT    NOT NULL
        CHECK (state IN ('held', 'requested', 'confirmed', 'attended', 'no_show', 'expired', 'cancelled')),
    starts_at    INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    hold_until   INTEGER, -- while held or requested
    extensions   INTEGER NOT NULL DEFAULT 0,
    reference    TEXT    NOT NULL UNIQUE, -- what a citizen names on the telephone, for instance K7M-2PX
    secret_hash  BLOB    NOT NULL UNIQUE, -- of the link's secret
    person       BLOB, -- sealed JSON: name, contact, passphrase
    contact_hash BLOB, -- keyed, to find a contact's bookings again
    chosen_why   TEXT    NOT NULL, -- why this officer
    sequence     INTEGER NOT NULL DEFAULT 0,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    needs          TEXT    NOT NULL DEFAULT '[]', -- JSON: what the officer has to prepare for
    channel        TEXT    NOT NULL DEFAULT 'web' CHECK (channel IN ('web', 'hotline', 'staff')),
    buffer_minutes INTEGER NOT NULL DEFAULT 0 -- the pause around it
) STRICT;
INSERT INTO bookings_anew
    (id, office_id, officer_id, slot_id, topic, format, language, state, starts_at, ends_at, hold_until, extensions,
    reference, secret_hash, person, contact_hash, chosen_why, sequence, created_at, updated_at)
SELECT id, office_id, officer_id, slot_id, topic, format, language, state, starts_at, ends_at, hold_until, extensions,
    reference, secret_hash, person, contact_hash, chosen_why, sequence, created_at, updated_at
FROM bookings;
DROP TABLE bookings;
DROP TABLE slots;
DROP TABLE consultation_hours;
ALTER TABLE consultation_hours_anew RENAME TO consultation_hours;
ALTER TABLE slots_anew RENAME TO slots;
ALTER TABLE bookings_anew RENAME TO bookings;
CREATE INDEX consultation_hours_by_office ON consultation_hours (office_id);
CREATE INDEX consultation_hours_by_lineage ON consultation_hours (lineage);
CREATE INDEX slots_by_time ON slots (starts_at);
CREATE INDEX slots_by_office ON slots (office_id, starts_at);
-- A slot is never held twice: the guard that holds under any race.
CREATE UNIQUE INDEX bookings_one_per_slot ON bookings (slot_id)
    WHERE state IN ('held', 'requested', 'confirmed', 'attended', 'no_show');
CREATE INDEX bookings_by_office ON bookings (office_id, starts_at);
CREATE INDEX bookings_by_officer ON bookings (officer_id, starts_at);
CREATE INDEX bookings_made ON bookings (officer_id, created_at, state);
CREATE INDEX bookings_held ON bookings (officer_id, hold_until) WHERE state IN ('held', 'requested');
CREATE INDEX bookings_to_forget ON bookings (ends_at) WHERE person IS NOT NULL;

-- A consultation keeps a pause to the officer's other ones.
ALTER TABLE commitments ADD COLUMN buffer_minutes INTEGER NOT NULL DEFAULT 0;
