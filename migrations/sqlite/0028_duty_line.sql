-- What an officer types when they call the duty number: a number that says who they are, and a PIN.
CREATE TABLE pins (
    user_id    BLOB NOT NULL PRIMARY KEY REFERENCES users (id),
    number     INTEGER NOT NULL UNIQUE CHECK (number BETWEEN 1000 AND 9999),
    pin_hash   TEXT NOT NULL, -- argon2id, PHC format
    updated_at INTEGER NOT NULL
) STRICT;

-- A call of an officer at the duty number: what was asked last, and the answer, should the provider ask again.
CREATE TABLE duty_calls (
    id            BLOB NOT NULL PRIMARY KEY,
    provider      TEXT NOT NULL,
    provider_call TEXT NOT NULL,
    asks          TEXT NOT NULL CHECK (asks IN ('who', 'what', 'sick', 'nothing')),
    user_id       BLOB REFERENCES users (id), -- once they are known
    tries         INTEGER NOT NULL DEFAULT 0, -- wrong or missing inputs in a row
    step          INTEGER NOT NULL DEFAULT 0, -- so many inputs are taken
    reply         BLOB, -- sealed; none while it is made
    began_at      INTEGER NOT NULL,
    UNIQUE (provider, provider_call)
) STRICT;
CREATE INDEX duty_calls_by_time ON duty_calls (began_at);
