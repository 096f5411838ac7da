-- A member of staff who advises. The telephone number and the mail address are sealed.
CREATE TABLE officers (
    id         BLOB    NOT NULL PRIMARY KEY,
    office_id  TEXT    NOT NULL REFERENCES offices (id),
    name       TEXT    NOT NULL,
    phone      BLOB,
    mail       BLOB,
    active     INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX officers_by_office ON officers (office_id);

-- Somebody who signs in. An officer sees their own, a supervisor their office's, an administrator the state's.
CREATE TABLE users (
    id            BLOB    NOT NULL PRIMARY KEY,
    login         TEXT    NOT NULL UNIQUE, -- in lower case
    password_hash TEXT    NOT NULL, -- argon2id, PHC format
    role          TEXT    NOT NULL CHECK (role IN ('officer', 'supervisor', 'administrator')),
    office_id     TEXT    NOT NULL REFERENCES offices (id),
    officer_id    BLOB REFERENCES officers (id),
    active        INTEGER NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

-- Who is signed in: the hash of the cookie's secret.
CREATE TABLE sessions (
    token_hash BLOB    NOT NULL PRIMARY KEY,
    user_id    BLOB    NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Failed sign-ins, so that guessing is slowed down on all nodes alike.
CREATE TABLE sign_in_failures (
    login_hash BLOB    NOT NULL,
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_failures_by_login ON sign_in_failures (login_hash, at);

-- A bearer token of the programmer's door, with the rights of a role at an office.
CREATE TABLE tokens (
    id         BLOB    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    token_hash BLOB    NOT NULL UNIQUE,
    role       TEXT    NOT NULL CHECK (role IN ('officer', 'supervisor', 'administrator')),
    office_id  TEXT    NOT NULL REFERENCES offices (id),
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

-- Who changed what, without any citizen's data.
CREATE TABLE audit (
    id        BLOB    NOT NULL PRIMARY KEY,
    at        INTEGER NOT NULL,
    actor     TEXT    NOT NULL, -- usr_…, tok_… or 'system'
    verb      TEXT    NOT NULL,
    subject   TEXT    NOT NULL, -- the record, as a printed id
    office_id TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit (office_id, at);

-- Leave, sickness, training; and deployments, which are open until the officer is back.
CREATE TABLE absences (
    id         BLOB    NOT NULL PRIMARY KEY,
    officer_id BLOB    NOT NULL REFERENCES officers (id),
    kind       TEXT    NOT NULL CHECK (kind IN ('leave', 'sick', 'training', 'deployment')),
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL, -- 253402300799000000 (the year 9999) while open
    state      TEXT    NOT NULL CHECK (state IN ('entered', 'withdrawn')),
    sequence   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (starts_at <= ends_at)
) STRICT;
CREATE INDEX absences_by_officer ON absences (officer_id, ends_at);
CREATE INDEX absences_by_end ON absences (ends_at);

-- One calendar of human attention: what takes an officer's time. Its id is that of the shift or booking.
-- Two exclusive commitments of one officer never overlap; a standby (backup shift) is not exclusive.
CREATE TABLE commitments (
    id         BLOB    NOT NULL PRIMARY KEY,
    officer_id BLOB    NOT NULL REFERENCES officers (id),
    kind       TEXT    NOT NULL CHECK (kind IN ('shift', 'standby', 'consultation')),
    exclusive  INTEGER NOT NULL,
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    expires_at INTEGER, -- of a hold: from then on it counts no more
    CHECK (starts_at < ends_at),
    CHECK (ends_at - starts_at <= 93600000000) -- 26 hours: a day of the autumn clock change has 25
) STRICT;
CREATE INDEX commitments_by_officer ON commitments (officer_id, starts_at);
CREATE INDEX commitments_by_start ON commitments (starts_at);
CREATE INDEX commitments_to_expire ON commitments (officer_id, expires_at) WHERE expires_at IS NOT NULL;
