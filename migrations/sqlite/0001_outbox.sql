-- What must be told: written in the transaction of the change that it tells of, delivered at least once afterwards.
-- The id is the idempotency key of the delivery; the payload is sealed, since it names people.
CREATE TABLE outbox (
    id           BLOB    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL CHECK (kind IN ('mail', 'sms')),
    subject      TEXT    NOT NULL, -- the record that it tells of, as a printed id
    payload      BLOB    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('waiting', 'dead')),
    run_at       INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    locked_until INTEGER NOT NULL DEFAULT 0,
    last_error   TEXT,
    created_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (state, run_at);

-- In the demonstration only: what would have gone out by mail and SMS, to be read on a page.
CREATE TABLE mailbox (
    id         BLOB    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    message    BLOB    NOT NULL,
    sent_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX mailbox_by_time ON mailbox (sent_at);

-- Answers already given to a POST with an Idempotency-Key, so that a repetition gets the same one.
CREATE TABLE idempotency (
    key_hash   BLOB    NOT NULL PRIMARY KEY,
    body_hash  BLOB    NOT NULL,
    status     INTEGER NOT NULL, -- 0 while the first request is still at work
    answer     BLOB    NOT NULL, -- sealed: it may hold a secret that is shown once
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_by_time ON idempotency (created_at);
