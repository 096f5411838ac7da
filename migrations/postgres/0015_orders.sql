-- What a provider is told to do by itself, written before it is sent. An order of which nobody knows what became is
-- never given again for the same call and officer.
CREATE TABLE provider_orders (
    id          UUID    NOT NULL PRIMARY KEY,
    provider    TEXT    NOT NULL,
    what        TEXT    NOT NULL, -- call_back, add_officer, room, abuse, requeue, instruct, end
    call_id     UUID    NOT NULL REFERENCES calls (id),
    attempt_id  UUID    NOT NULL REFERENCES attempts (id),
    officer_id  UUID    NOT NULL REFERENCES officers (id), -- who is rung, or whose talk it is
    detail      TEXT    NOT NULL DEFAULT '', -- a topic, an end's leg
    state       TEXT    NOT NULL CHECK (state IN ('sent', 'done', 'refused', 'unknown')),
    step        BIGINT, -- the step of the call at which it was answered
    leg         TEXT, -- the provider's id of the leg that came of it, or goes on elsewhere
    why         TEXT    NOT NULL DEFAULT '', -- why it was refused, or is unknown
    instruction BYTEA, -- sealed JSON, until the test telephone has fetched it
    sent_at     BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX provider_orders_once ON provider_orders (call_id, officer_id, what, detail)
    WHERE state IN ('sent', 'unknown');
CREATE INDEX provider_orders_by_call ON provider_orders (call_id);
CREATE INDEX provider_orders_of_legs ON provider_orders (sent_at) WHERE what IN ('add_officer', 'room');
CREATE INDEX provider_orders_by_attempt ON provider_orders (attempt_id);
CREATE INDEX provider_orders_sent ON provider_orders (sent_at) WHERE state = 'sent';

-- One try to call back: an attempt to reach the officer, then the citizen. One at a time.
CREATE TABLE callback_tries (
    attempt_id  UUID    NOT NULL PRIMARY KEY REFERENCES attempts (id),
    callback_id UUID    NOT NULL REFERENCES callbacks (id),
    result      TEXT CHECK (result IN ('reached', 'not_reached')), -- none where the citizen was not rung, or nobody knows
    ended_at    BIGINT
);
CREATE INDEX callback_tries_by_callback ON callback_tries (callback_id);
CREATE UNIQUE INDEX callback_tries_running ON callback_tries (callback_id) WHERE ended_at IS NULL;

ALTER TABLE callbacks ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE callbacks ADD COLUMN waiting_since BIGINT NOT NULL DEFAULT 0; -- since when in the queue, before it was requested
UPDATE callbacks SET due_at = requested_at, waiting_since = requested_at;

-- The officer's leg, once picked up: it can go on elsewhere.
ALTER TABLE attempts ADD COLUMN leg TEXT;

-- A number that an office does not serve for a time. The number itself is not kept: only a hash with a key of its own.
-- A second person approves. Noted: an abusive call, for which a block may still be proposed.
CREATE TABLE blocks (
    id          UUID    NOT NULL PRIMARY KEY,
    office_id   TEXT    NOT NULL REFERENCES offices (id),
    call_id     UUID    NOT NULL UNIQUE REFERENCES calls (id),
    number_hash BYTEA, -- none once it is over
    state       TEXT    NOT NULL CHECK (state IN ('noted', 'proposed', 'active', 'rejected', 'lifted', 'over')),
    reason      TEXT    NOT NULL DEFAULT '',
    days        BIGINT NOT NULL DEFAULT 0,
    noted_at    BIGINT NOT NULL,
    proposed_by TEXT,
    proposed_at BIGINT,
    decided_by  TEXT,
    decided_at  BIGINT,
    until       BIGINT,
    hits        BIGINT NOT NULL DEFAULT 0 -- how often a call was turned away
);
CREATE INDEX blocks_by_number ON blocks (number_hash) WHERE state = 'active';
CREATE INDEX blocks_by_office ON blocks (office_id, noted_at);
