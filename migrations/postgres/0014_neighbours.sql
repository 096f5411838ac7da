-- With whom callers wish to speak, and who says that they are that.
ALTER TABLE officers ADD COLUMN gender TEXT; -- woman, man; none: not said
ALTER TABLE calls ADD COLUMN wish TEXT; -- woman, man

-- How a hotline chooses, further.
ALTER TABLE hotlines ADD COLUMN neighbours_after_seconds BIGINT NOT NULL DEFAULT 60; -- so long callers wait for the own officers
ALTER TABLE hotlines ADD COLUMN overlap_seconds BIGINT NOT NULL DEFAULT 0; -- the next telephone rings so long before the first gives up
ALTER TABLE hotlines ADD COLUMN priority_topics TEXT NOT NULL DEFAULT ''; -- codes with spaces between them
ALTER TABLE hotlines ADD COLUMN head_start_seconds BIGINT NOT NULL DEFAULT 0; -- so much longer they count as having waited

-- Neighbours' help: whose officers are rung where the own ones cannot be. In force once the helper has agreed.
CREATE TABLE neighbours (
    hotline_id    UUID    NOT NULL REFERENCES hotlines (id), -- who asks for help
    helper_id     UUID    NOT NULL REFERENCES hotlines (id), -- whose officers are rung
    position      BIGINT NOT NULL, -- in which order neighbours are asked
    topics        TEXT    NOT NULL, -- codes with spaces between them; none means every topic
    hours         JSONB   NOT NULL, -- JSON; no hours means whenever somebody is on duty
    talks_a_month BIGINT NOT NULL CHECK (talks_a_month BETWEEN 1 AND 100000),
    agreed_at     BIGINT, -- none: asked for, and not yet in force
    PRIMARY KEY (hotline_id, helper_id),
    CHECK (hotline_id <> helper_id)
);
CREATE INDEX neighbours_by_helper ON neighbours (helper_id);
ALTER TABLE attempts ADD COLUMN helper_id UUID REFERENCES hotlines (id); -- neighbours' help: on whose shift the officer was
CREATE INDEX attempts_of_help ON attempts (helper_id, rang_at) WHERE helper_id IS NOT NULL;

-- Officers who have said, for a shift, that they sit at their telephone: it needs no key there.
CREATE TABLE presences (
    shift_id UUID    NOT NULL PRIMARY KEY REFERENCES shifts (id),
    since    BIGINT NOT NULL
);
-- A duty telephone that nobody else picks up, and no mailbox.
ALTER TABLE officers ADD COLUMN duty_telephone BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE attempts ADD COLUMN plain BOOLEAN NOT NULL DEFAULT FALSE; -- picking up was accepting
