-- A booking says what the officer has to prepare for and by which way it was made; a talk can also be at the office.
-- A citizen's claim on a slot, from hold to attended: one row, one state machine.
-- Name, contact and passphrase are sealed, and emptied a short time after the appointment.
CREATE TABLE bookings_anew (
    id           BLOB    NOT NULL PRIMARY KEY,
    office_id    TEXT    NOT NULL REFERENCES offices (id),
    officer_id   BLOB    NOT NULL REFERENCES officers (id),
    slot_id      BLOB    NOT NULL REFERENCES slots (id),
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
    needs        TEXT    NOT NULL DEFAULT '[]', -- JSON: what the officer has to prepare for
    channel      TEXT    NOT NULL DEFAULT 'web' CHECK (channel IN ('web', 'hotline', 'staff'))
) STRICT;
INSERT INTO bookings_anew
    (id, office_id, officer_id, slot_id, topic, format, language, state, starts_at, ends_at, hold_until, extensions,
    reference, secret_hash, person, contact_hash, chosen_why, sequence, created_at, updated_at)
SELECT id, office_id, officer_id, slot_id, topic, format, language, state, starts_at, ends_at, hold_until, extensions,
    reference, secret_hash, person, contact_hash, chosen_why, sequence, created_at, updated_at
FROM bookings;
DROP TABLE bookings;
ALTER TABLE bookings_anew RENAME TO bookings;
-- A slot is never held twice: the guard that holds under any race.
CREATE UNIQUE INDEX bookings_one_per_slot ON bookings (slot_id)
    WHERE state IN ('held', 'requested', 'confirmed', 'attended', 'no_show');
CREATE INDEX bookings_by_office ON bookings (office_id, starts_at);
CREATE INDEX bookings_by_officer ON bookings (officer_id, starts_at);
CREATE INDEX bookings_made ON bookings (officer_id, created_at, state);
CREATE INDEX bookings_held ON bookings (officer_id, hold_until) WHERE state IN ('held', 'requested');
CREATE INDEX bookings_to_forget ON bookings (ends_at) WHERE person IS NOT NULL;
