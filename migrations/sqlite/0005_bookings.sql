-- A Sprechstunde: a weekly window in which one officer offers slots.
CREATE TABLE consultation_hours (
    id           BLOB    NOT NULL PRIMARY KEY,
    office_id    TEXT    NOT NULL REFERENCES offices (id),
    officer_id   BLOB    NOT NULL REFERENCES officers (id),
    weekday      INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7), -- 1 is Monday (ISO 8601)
    opens        TEXT    NOT NULL,
    closes       TEXT    NOT NULL,
    first_day    TEXT    NOT NULL,
    last_day     TEXT,
    slot_minutes INTEGER NOT NULL CHECK (slot_minutes BETWEEN 5 AND 240),
    topics       TEXT    NOT NULL, -- JSON: ids of topics; empty means every topic
    formats      TEXT    NOT NULL, -- JSON: video, telephone
    state        TEXT    NOT NULL CHECK (state IN ('offered', 'ended')),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX consultation_hours_by_office ON consultation_hours (office_id);
CREATE INDEX consultation_hours_by_officer ON consultation_hours (officer_id);

-- A Termin: one bookable interval of one officer, made from a consultation hour twelve weeks ahead.
CREATE TABLE slots (
    id         BLOB    NOT NULL PRIMARY KEY,
    hour_id    BLOB    NOT NULL REFERENCES consultation_hours (id),
    office_id  TEXT    NOT NULL REFERENCES offices (id),
    officer_id BLOB    NOT NULL REFERENCES officers (id),
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
    UNIQUE (hour_id, starts_at),
    CHECK (starts_at < ends_at)
) STRICT;
CREATE INDEX slots_by_time ON slots (starts_at);
CREATE INDEX slots_by_office ON slots (office_id, starts_at);

-- A citizen's claim on a slot, from hold to attended: one row, one state machine.
-- Name, contact and passphrase are sealed, and emptied a short time after the appointment.
CREATE TABLE bookings (
    id           BLOB    NOT NULL PRIMARY KEY,
    office_id    TEXT    NOT NULL REFERENCES offices (id),
    officer_id   BLOB    NOT NULL REFERENCES officers (id),
    slot_id      BLOB    NOT NULL REFERENCES slots (id),
    topic        TEXT    NOT NULL,
    format       TEXT    NOT NULL CHECK (format IN ('video', 'telephone')),
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
    updated_at   INTEGER NOT NULL
) STRICT;
-- A slot is never held twice: the guard that holds under any race.
CREATE UNIQUE INDEX bookings_one_per_slot ON bookings (slot_id)
    WHERE state IN ('held', 'requested', 'confirmed', 'attended', 'no_show');
CREATE INDEX bookings_by_office ON bookings (office_id, starts_at);
CREATE INDEX bookings_by_officer ON bookings (officer_id, starts_at);
CREATE INDEX bookings_made ON bookings (officer_id, created_at, state);
CREATE INDEX bookings_held ON bookings (officer_id, hold_until) WHERE state IN ('held', 'requested');
CREATE INDEX bookings_to_forget ON bookings (ends_at) WHERE person IS NOT NULL;
