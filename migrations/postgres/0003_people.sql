-- A member of staff who advises. The telephone number and the mail address are sealed.
CREATE TABLE officers (
    id         UUID    NOT NULL PRIMARY KEY,
    office_id  TEXT    NOT NULL REFERENCES offices (id),
    name       TEXT    NOT NULL,
    phone      BYTEA,
    mail       BYTEA,
    active     BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX officers_by_office ON officers (office_id);

-- Somebody who signs in. An officer sees their own, a supervisor their office's, an administrator the state's.
CREATE TABLE users (
    id            UUID    NOT NULL PRIMARY KEY,
    login         TEXT    NOT NULL UNIQUE, -- in lower case
    password_hash TEXT    NOT NULL, -- argon2id, PHC format
    role          TEXT    NOT NULL CHECK (role IN ('officer', 'supervisor', 'administrator')),
    office_id     TEXT    NOT NULL REFERENCES offices (id),
    officer_id    UUID REFERENCES officers (id),
    active        BOOLEAN NOT NULL,
    created_at    BIGINT NOT NULL
);

-- Who is signed in: the hash of the cookie's secret.
CREATE TABLE sessions (
    token_hash BYTEA    NOT NULL PRIMARY KEY,
    user_id    UUID    NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Failed sign-ins, so that guessing is slowed down on all nodes alike.
CREATE TABLE sign_in_failures (
    login_hash BYTEA    NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_by_login ON sign_in_failures (login_hash, at);

-- A bearer token of the programmer's door, with the rights of a role at an office.
CREATE TABLE tokens (
    id         UUID    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    token_hash BYTEA    NOT NULL UNIQUE,
    role       TEXT    NOT NULL CHECK (role IN ('officer', 'supervisor', 'administrator')),
    office_id  TEXT    NOT NULL REFERENCES offices (id),
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

-- Who changed what, without any citizen's data.
CREATE TABLE audit (
    id        UUID    NOT NULL PRIMARY KEY,
    at        BIGINT NOT NULL,
    actor     TEXT    NOT NULL, -- usr_…, tok_… or 'system'
    verb      TEXT    NOT NULL,
    subject   TEXT    NOT NULL, -- the record, as a printed id
    office_id TEXT    NOT NULL
);
CREATE INDEX audit_by_time ON audit (office_id, at);

-- Leave, sickness, training; and deployments, which are open until the officer is back.
CREATE TABLE absences (
    id         UUID    NOT NULL PRIMARY KEY,
    officer_id UUID    NOT NULL REFERENCES officers (id),
    kind       TEXT    NOT NULL CHECK (kind IN ('leave', 'sick', 'training', 'deployment')),
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL, -- 253402300799000000 (the year 9999) while open
    state      TEXT    NOT NULL CHECK (state IN ('entered', 'withdrawn')),
    sequence   BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK (starts_at <= ends_at)
);
CREATE INDEX absences_by_officer ON absences (officer_id, ends_at);
CREATE INDEX absences_by_end ON absences (ends_at);

-- One calendar of human attention: what takes an officer's time. Its id is that of the shift or booking.
-- Two exclusive commitments of one officer never overlap; a standby (backup shift) is not exclusive.
CREATE TABLE commitments (
    id         UUID    NOT NULL PRIMARY KEY,
    officer_id UUID    NOT NULL REFERENCES officers (id),
    kind       TEXT    NOT NULL CHECK (kind IN ('shift', 'standby', 'consultation')),
    exclusive  BOOLEAN NOT NULL,
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    expires_at BIGINT, -- of a hold: from then on it counts no more
    CHECK (starts_at < ends_at),
    CHECK (ends_at - starts_at <= 93600000000) -- 26 hours: a day of the autumn clock change has 25
);
CREATE INDEX commitments_by_officer ON commitments (officer_id, starts_at);
CREATE INDEX commitments_by_start ON commitments (starts_at);
CREATE INDEX commitments_to_expire ON commitments (officer_id, expires_at) WHERE expires_at IS NOT NULL;
