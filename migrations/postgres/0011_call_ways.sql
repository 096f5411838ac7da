-- A call stays on the edition of the flow with which it began; where it stands and which ways it took is told afterwards.
ALTER TABLE calls ADD COLUMN flow TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN flow_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN node TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN waiting_since BIGINT; -- while the caller waits for an officer to become free
CREATE INDEX calls_by_flow ON calls (flow, started_at);
CREATE INDEX calls_waiting ON calls (hotline_id, waiting_since) WHERE waiting_since IS NOT NULL;

-- A line for each way: from, by, to. By is a key or a word.
ALTER TABLE call_steps ADD COLUMN flow TEXT NOT NULL DEFAULT '';
ALTER TABLE call_steps ADD COLUMN trail TEXT NOT NULL DEFAULT '';
CREATE INDEX call_steps_by_flow ON call_steps (flow, at);

-- Several officers can be rung at once: who is too late is told that a colleague has the call.
ALTER TABLE attempts DROP CONSTRAINT attempts_outcome_check;
ALTER TABLE attempts ADD CONSTRAINT attempts_outcome_check CHECK (outcome IN ('ringing', 'accepted', 'no_answer', 'busy',
    'declined', 'failed', 'invalid_number', 'not_accepted', 'taken', 'caller_gone'));
CREATE INDEX attempts_by_officer ON attempts (officer_id, rang_at);

-- A message that a caller left: the provider keeps the sound, its address is sealed and emptied when it is deleted.
CREATE TABLE voicemails (
    id          UUID    NOT NULL PRIMARY KEY,
    call_id     UUID    NOT NULL REFERENCES calls (id),
    hotline_id  UUID    NOT NULL REFERENCES hotlines (id),
    office_id   TEXT    NOT NULL REFERENCES offices (id),
    topic       TEXT,
    language    TEXT    NOT NULL,
    seconds     BIGINT NOT NULL,
    sound       BYTEA, -- sealed JSON: the provider's address of the recording
    state       TEXT    NOT NULL CHECK (state IN ('new', 'heard', 'deleted')),
    recorded_at BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL
);
CREATE INDEX voicemails_by_call ON voicemails (call_id);
CREATE INDEX voicemails_by_office ON voicemails (office_id, recorded_at);
