-- A call stays on the edition of the flow with which it began; where it stands and which ways it took is told afterwards.
ALTER TABLE calls ADD COLUMN flow TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN flow_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN node TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN waiting_since INTEGER; -- while the caller waits for an officer to become free
CREATE INDEX calls_by_flow ON calls (flow, started_at);
CREATE INDEX calls_waiting ON calls (hotline_id, waiting_since) WHERE waiting_since IS NOT NULL;

-- A line for each way: from, by, to. By is a key or a word.
ALTER TABLE call_steps ADD COLUMN flow TEXT NOT NULL DEFAULT '';
ALTER TABLE call_steps ADD COLUMN trail TEXT NOT NULL DEFAULT '';
CREATE INDEX call_steps_by_flow ON call_steps (flow, at);

-- Several officers can be rung at once: who is too late is told that a colleague has the call.
CREATE TABLE attempts_anew (
    id          BLOB    NOT NULL PRIMARY KEY,
    call_id     BLOB    NOT NULL REFERENCES calls (id),
    officer_id  BLOB    NOT NULL REFERENCES officers (id),
    tier        INTEGER NOT NULL,
    why         TEXT    NOT NULL, -- why this officer, and why not those before
    outcome     TEXT    NOT NULL CHECK (outcome IN ('ringing', 'accepted', 'no_answer', 'busy', 'declined', 'failed',
                                                    'invalid_number', 'not_accepted', 'taken', 'caller_gone')),
    rang_at     INTEGER NOT NULL,
    accepted_at INTEGER,
    ended_at    INTEGER
) STRICT;
INSERT INTO attempts_anew SELECT id, call_id, officer_id, tier, why, outcome, rang_at, accepted_at, ended_at FROM attempts;
DROP TABLE attempts;
ALTER TABLE attempts_anew RENAME TO attempts;
CREATE INDEX attempts_by_call ON attempts (call_id);
CREATE INDEX attempts_by_officer ON attempts (officer_id, rang_at);

-- A message that a caller left: the provider keeps the sound, its address is sealed and emptied when it is deleted.
CREATE TABLE voicemails (
    id          BLOB    NOT NULL PRIMARY KEY,
    call_id     BLOB    NOT NULL REFERENCES calls (id),
    hotline_id  BLOB    NOT NULL REFERENCES hotlines (id),
    office_id   TEXT    NOT NULL REFERENCES offices (id),
    topic       TEXT,
    language    TEXT    NOT NULL,
    seconds     INTEGER NOT NULL,
    sound       BLOB, -- sealed JSON: the provider's address of the recording
    state       TEXT    NOT NULL CHECK (state IN ('new', 'heard', 'deleted')),
    recorded_at INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX voicemails_by_call ON voicemails (call_id);
CREATE INDEX voicemails_by_office ON voicemails (office_id, recorded_at);
