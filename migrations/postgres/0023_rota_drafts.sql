-- What a published shift was after each change: who made it, when and why. Kept for good.
CREATE TABLE shift_versions (
    shift_id   UUID NOT NULL,
    sequence   BIGINT NOT NULL,
    hotline_id UUID NOT NULL REFERENCES hotlines (id),
    officer_id UUID REFERENCES officers (id), -- NULL: it was empty, and somebody was wanted
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    tier       BIGINT NOT NULL,
    position   BIGINT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('published', 'removed')),
    verb       TEXT NOT NULL,
    reason     TEXT NOT NULL, -- in somebody's words; empty where nobody gave any
    changed_by TEXT NOT NULL, -- the printed id of a user or token, or system
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (shift_id, sequence)
);
INSERT INTO shift_versions
    (shift_id, sequence, hotline_id, officer_id, starts_at, ends_at, tier, position, state, verb, reason, changed_by, changed_at)
SELECT id, sequence, hotline_id, officer_id, starts_at, ends_at, tier, position, state, 'found', '', 'system', updated_at
FROM shifts;

-- Published work that nobody has yet. Once somebody is found, it is a shift with the same id.
CREATE TABLE open_shifts (
    id         UUID NOT NULL PRIMARY KEY,
    hotline_id UUID NOT NULL REFERENCES hotlines (id),
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    tier       BIGINT NOT NULL CHECK (tier BETWEEN 1 AND 9),
    position   BIGINT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('open', 'filled', 'withdrawn')),
    sequence   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK (starts_at < ends_at),
    CHECK (ends_at - starts_at <= 93600000000)
);
CREATE INDEX open_shifts_by_hotline ON open_shifts (hotline_id, starts_at);

-- An Entwurf: what the rota of an office over a period is to become. Nobody is rung by it.
CREATE TABLE drafts (
    id           UUID NOT NULL PRIMARY KEY,
    office_id    TEXT NOT NULL REFERENCES offices (id),
    name         TEXT NOT NULL,
    first_day    TEXT NOT NULL,
    last_day     TEXT NOT NULL,
    version      BIGINT NOT NULL DEFAULT 0, -- counts the changes
    created_by   TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    published_at BIGINT -- when some of it was published last
);
CREATE INDEX drafts_by_office ON drafts (office_id, first_day);

-- A shift in a draft. One that was published remembers with which sequence it was copied.
CREATE TABLE draft_shifts (
    draft_id      UUID NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    shift_id      UUID NOT NULL,
    hotline_id    UUID NOT NULL REFERENCES hotlines (id),
    officer_id    UUID REFERENCES officers (id), -- NULL: somebody is wanted
    starts_at     BIGINT NOT NULL,
    ends_at       BIGINT NOT NULL,
    tier          BIGINT NOT NULL CHECK (tier BETWEEN 1 AND 9),
    position      BIGINT NOT NULL,
    pinned        BOOLEAN NOT NULL,
    removed       BOOLEAN NOT NULL, -- taken out of the draft; kept for the difference and for undo
    base_sequence BIGINT, -- of the published shift; NULL: there was none
    version       BIGINT NOT NULL, -- of the draft, when this shift was changed last
    changed_by    TEXT NOT NULL,
    PRIMARY KEY (draft_id, shift_id),
    CHECK (starts_at < ends_at),
    CHECK (ends_at - starts_at <= 93600000000)
);
CREATE INDEX draft_shifts_by_time ON draft_shifts (draft_id, starts_at);

-- One step of work in a draft that can be undone and done again.
CREATE TABLE draft_steps (
    draft_id UUID NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    number   BIGINT NOT NULL, -- the draft's version that it made
    verb     TEXT NOT NULL,
    undone   BOOLEAN NOT NULL,
    made_by  TEXT NOT NULL,
    made_at  BIGINT NOT NULL,
    PRIMARY KEY (draft_id, number)
);

-- What a step made of a shift.
CREATE TABLE draft_changes (
    draft_id     UUID NOT NULL,
    number       BIGINT NOT NULL,
    shift_id     UUID NOT NULL,
    was          JSONB NOT NULL, -- JSON: the shift before
    became       JSONB NOT NULL, -- JSON: and after
    PRIMARY KEY (draft_id, number, shift_id),
    FOREIGN KEY (draft_id, number) REFERENCES draft_steps (draft_id, number) ON DELETE CASCADE
);

-- What was published of a draft: when, by whom, why, and against which breaches.
CREATE TABLE publications (
    id           UUID NOT NULL PRIMARY KEY,
    office_id    TEXT NOT NULL REFERENCES offices (id),
    draft_id     UUID NOT NULL, -- may be discarded since
    starts_at    BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL,
    changes      BIGINT NOT NULL, -- how many shifts became different
    told         TEXT NOT NULL CHECK (told IN ('all', 'changed', 'nobody')),
    reason       TEXT NOT NULL,
    overridden   TEXT NOT NULL, -- why rules were broken; empty where none was
    published_by TEXT NOT NULL,
    published_at BIGINT NOT NULL
);
CREATE INDEX publications_by_office ON publications (office_id, published_at);

-- A Wochenmuster: shifts by weekday and wall time over one week or several.
CREATE TABLE week_templates (
    id         UUID NOT NULL PRIMARY KEY,
    office_id  TEXT NOT NULL REFERENCES offices (id),
    name       TEXT NOT NULL,
    weeks      BIGINT NOT NULL CHECK (weeks BETWEEN 1 AND 12),
    holidays   TEXT NOT NULL CHECK (holidays IN ('plan', 'skip')),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX week_templates_by_office ON week_templates (office_id);

-- One shift of a Wochenmuster.
CREATE TABLE template_shifts (
    template_id UUID NOT NULL REFERENCES week_templates (id) ON DELETE CASCADE,
    place       BIGINT NOT NULL,
    week        BIGINT NOT NULL CHECK (week BETWEEN 1 AND 12),
    weekday     BIGINT NOT NULL CHECK (weekday BETWEEN 1 AND 7), -- 1 is Monday (ISO 8601)
    from_time   TEXT NOT NULL,
    until_time  TEXT NOT NULL, -- not after from_time means on the next day
    hotline_id  UUID NOT NULL REFERENCES hotlines (id),
    officer_id  UUID REFERENCES officers (id),
    tier        BIGINT NOT NULL CHECK (tier BETWEEN 1 AND 9),
    PRIMARY KEY (template_id, place)
);

-- A Rotation: several officers take turns on a hotline, handing off at a wall time.
CREATE TABLE rotations (
    id         UUID NOT NULL PRIMARY KEY,
    office_id  TEXT NOT NULL REFERENCES offices (id),
    hotline_id UUID NOT NULL REFERENCES hotlines (id),
    name       TEXT NOT NULL,
    every      BIGINT NOT NULL CHECK (every BETWEEN 1 AND 52),
    unit       TEXT NOT NULL CHECK (unit IN ('hours', 'days', 'weeks', 'months')),
    first_day  TEXT NOT NULL, -- the first turn begins here
    hand_off   TEXT NOT NULL,
    from_time  TEXT, -- the part of each day that is covered; NULL: all of it
    until_time TEXT,
    tiers      BIGINT NOT NULL CHECK (tiers BETWEEN 1 AND 9), -- how many are on call at once, in order
    ahead      BIGINT NOT NULL, -- by how many places the order is turned
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX rotations_by_office ON rotations (office_id);

-- Who takes turns, in order.
CREATE TABLE rotation_officers (
    rotation_id UUID NOT NULL REFERENCES rotations (id) ON DELETE CASCADE,
    place       BIGINT NOT NULL,
    officer_id  UUID NOT NULL REFERENCES officers (id),
    PRIMARY KEY (rotation_id, place)
);
