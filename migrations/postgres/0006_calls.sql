-- A caller's call. The number is never kept in clear: a keyed hash that changes weekly gives continuity, and the
-- sealed number is there only while the call lasts, for a call-back.
CREATE TABLE calls (
    id            UUID    NOT NULL PRIMARY KEY,
    provider      TEXT    NOT NULL,
    provider_call TEXT    NOT NULL,
    hotline_id    UUID    NOT NULL REFERENCES hotlines (id),
    office_id     TEXT    NOT NULL REFERENCES offices (id),
    caller        BYTEA, -- sealed
    caller_hash   BYTEA,
    state         TEXT    NOT NULL CHECK (state IN ('running', 'talking', 'ended')),
    ending        TEXT, -- person, announcement, callback, caller_gone, lost
    topic         TEXT,
    place         BYTEA   NOT NULL, -- sealed JSON: where in the flow (it may hold a typed number)
    step          BIGINT NOT NULL, -- the next webhook of this call that counts
    started_at    BIGINT NOT NULL,
    ended_at      BIGINT,
    updated_at    BIGINT NOT NULL,
    UNIQUE (provider, provider_call)
);
CREATE INDEX calls_by_hotline ON calls (hotline_id, started_at);
CREATE INDEX calls_by_office ON calls (office_id, started_at);
CREATE INDEX calls_unfinished ON calls (updated_at) WHERE state IN ('running', 'talking');

-- What happened in a call, one row a webhook: a repeated webhook is answered from here.
-- Step 0 is the incoming call.
CREATE TABLE call_steps (
    call_id UUID    NOT NULL REFERENCES calls (id),
    step    BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    event   TEXT    NOT NULL, -- a word: started, key 1, silence, number, rang, ...
    reply   BYTEA   NOT NULL, -- sealed JSON: the step that we answered
    PRIMARY KEY (call_id, step)
);

-- One try to reach one officer for one call.
CREATE TABLE attempts (
    id          UUID    NOT NULL PRIMARY KEY,
    call_id     UUID    NOT NULL REFERENCES calls (id),
    officer_id  UUID    NOT NULL REFERENCES officers (id),
    tier        BIGINT NOT NULL,
    why         TEXT    NOT NULL, -- why this officer, and why not those before
    outcome     TEXT    NOT NULL CHECK (outcome IN ('ringing', 'accepted', 'no_answer', 'busy', 'declined', 'failed',
                                                    'invalid_number', 'not_accepted', 'caller_gone')),
    rang_at     BIGINT NOT NULL,
    accepted_at BIGINT,
    ended_at    BIGINT
);
CREATE INDEX attempts_by_call ON attempts (call_id);

-- Who is being rung or in a call: one lease an officer, taken before the ring, with an expiry.
CREATE TABLE leases (
    officer_id UUID    NOT NULL PRIMARY KEY REFERENCES officers (id),
    call_id    UUID    NOT NULL REFERENCES calls (id),
    attempt_id UUID    NOT NULL,
    until      BIGINT NOT NULL
);
CREATE INDEX leases_by_call ON leases (call_id);

-- A request to be called back. The number is sealed, and emptied when done or after 72 hours.
CREATE TABLE callbacks (
    id           UUID    NOT NULL PRIMARY KEY,
    call_id      UUID    NOT NULL REFERENCES calls (id),
    hotline_id   UUID    NOT NULL REFERENCES hotlines (id),
    office_id    TEXT    NOT NULL REFERENCES offices (id),
    topic        TEXT,
    language     TEXT    NOT NULL,
    person       BYTEA, -- sealed JSON: number, passphrase
    state        TEXT    NOT NULL CHECK (state IN ('open', 'done', 'given_up')),
    requested_at BIGINT NOT NULL,
    closed_at    BIGINT
);
CREATE INDEX callbacks_by_office ON callbacks (office_id, requested_at);
