-- How an office wants its bookings; without a row they are firm at once, and the waiting list is open.
CREATE TABLE booking_rules (
    office_id    TEXT   NOT NULL PRIMARY KEY REFERENCES offices (id),
    confirmation TEXT   NOT NULL CHECK (confirmation IN ('at_once', 'by_mail')),
    waiting_list TEXT   NOT NULL CHECK (waiting_list IN ('open', 'closed')),
    updated_at   INTEGER NOT NULL
) STRICT;

-- The code in the mail by which a requested booking is confirmed; the last one counts.
CREATE TABLE booking_requests (
    booking_id BLOB   NOT NULL PRIMARY KEY REFERENCES bookings (id),
    code_hash  BLOB  NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Whose booking is being made firm: bookings of one contact wait for each other here, so that they can be counted.
CREATE TABLE contact_turns (
    contact_hash BLOB  NOT NULL, -- keyed
    taken_at     INTEGER NOT NULL
) STRICT;
-- One row a contact: the guard that holds under any race.
CREATE UNIQUE INDEX contact_turns_one_each ON contact_turns (contact_hash);

-- Challenges that were met. Each counts once; it is forgotten when it would not count any more anyway.
CREATE TABLE used_challenges (
    id         BLOB  NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;

-- The waiting list: who wants to be told when a time becomes free, or an earlier one than that of their booking.
-- Name and contact are sealed, and emptied as soon as the wish is settled.
CREATE TABLE waiting (
    id           BLOB   NOT NULL PRIMARY KEY,
    office_id    TEXT   REFERENCES offices (id), -- none: whichever office
    topic        TEXT   NOT NULL,
    format       TEXT   NOT NULL,
    language     TEXT   NOT NULL,
    wish         TEXT  NOT NULL, -- JSON: what else is wished for
    last_day     TEXT   NOT NULL, -- ISO 8601
    booking_id   BLOB   REFERENCES bookings (id), -- the booking that is to be earlier
    state        TEXT   NOT NULL CHECK (state IN ('waiting', 'offered', 'served', 'left', 'over')),
    turn_at      INTEGER NOT NULL, -- the order
    missed       INTEGER NOT NULL DEFAULT 0, -- offers that ran out
    secret_hash  BLOB  NOT NULL UNIQUE, -- of the link's secret
    person       BLOB, -- sealed JSON: name, contact, passphrase
    contact_hash BLOB, -- keyed
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX waiting_in_order ON waiting (state, turn_at, id);
CREATE INDEX waiting_by_contact ON waiting (contact_hash) WHERE contact_hash IS NOT NULL;
-- A booking waits once.
CREATE UNIQUE INDEX waiting_once_a_booking ON waiting (booking_id) WHERE state IN ('waiting', 'offered');

-- A free time that is offered to somebody on the waiting list: kept by a hold until it is answered, or runs out.
CREATE TABLE waiting_offers (
    booking_id  BLOB   NOT NULL PRIMARY KEY REFERENCES bookings (id), -- the hold
    waiting_id  BLOB   NOT NULL REFERENCES waiting (id),
    slot_id     BLOB   NOT NULL REFERENCES slots (id),
    state       TEXT   NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'missed')),
    secret_hash BLOB  NOT NULL UNIQUE, -- of the link's secret
    created_at  INTEGER NOT NULL
) STRICT;
-- Nobody has two offers at once, nor the same one twice.
CREATE UNIQUE INDEX waiting_offers_one_open ON waiting_offers (waiting_id) WHERE state = 'open';
CREATE UNIQUE INDEX waiting_offers_once ON waiting_offers (waiting_id, slot_id);

CREATE INDEX bookings_by_contact ON bookings (contact_hash) WHERE contact_hash IS NOT NULL;
CREATE INDEX bookings_by_making ON bookings (created_at);
