-- What must be told: written in the transaction of the change that it tells of, delivered at least once afterwards.
-- The id is the idempotency key of the delivery; the payload is sealed, since it names people.
CREATE TABLE outbox (
    id           UUID    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL CHECK (kind IN ('mail', 'sms')),
    subject      TEXT    NOT NULL, -- the record that it tells of, as a printed id
    payload      BYTEA    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('waiting', 'dead')),
    run_at       BIGINT NOT NULL,
    attempts     BIGINT NOT NULL DEFAULT 0,
    locked_until BIGINT NOT NULL DEFAULT 0,
    last_error   TEXT,
    created_at   BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (state, run_at);

-- In the demonstration only: what would have gone out by mail and SMS, to be read on a page.
CREATE TABLE mailbox (
    id         UUID    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    message    BYTEA    NOT NULL,
    sent_at    BIGINT NOT NULL
);
CREATE INDEX mailbox_by_time ON mailbox (sent_at);

-- Answers already given to a POST with an Idempotency-Key, so that a repetition gets the same one.
CREATE TABLE idempotency (
    key_hash   BYTEA    NOT NULL PRIMARY KEY,
    body_hash  BYTEA    NOT NULL,
    status     BIGINT NOT NULL, -- 0 while the first request is still at work
    answer     BYTEA    NOT NULL, -- sealed: it may hold a secret that is shown once
    created_at BIGINT NOT NULL
);
CREATE INDEX idempotency_by_time ON idempotency (created_at);
