-- How an office holds its rota against the rules, beside the rules themselves; none: the defaults.
CREATE TABLE rota_rule_sets (
    office_id       TEXT    NOT NULL PRIMARY KEY REFERENCES offices (id),
    full_week_hours BIGINT NOT NULL CHECK (full_week_hours BETWEEN 1 AND 60), -- of full-time work
    standby_percent BIGINT NOT NULL CHECK (standby_percent BETWEEN 0 AND 100), -- so much of a backup shift counts as work
    sequence        BIGINT NOT NULL DEFAULT 0,
    updated_at      BIGINT NOT NULL
);

-- Rules that an office sets otherwise than by default.
CREATE TABLE rota_rules (
    office_id TEXT    NOT NULL REFERENCES rota_rule_sets (office_id),
    rule      TEXT    NOT NULL,
    level     TEXT    NOT NULL CHECK (level IN ('hard', 'soft', 'off')),
    value     BIGINT NOT NULL, -- hours, days or a count, as the rule says
    PRIMARY KEY (office_id, rule)
);

-- Hard breaches that a supervisor lets stand, with the reason: never changed, never deleted.
CREATE TABLE rota_waivers (
    id         UUID    NOT NULL PRIMARY KEY,
    office_id  TEXT    NOT NULL REFERENCES offices (id),
    rule       TEXT    NOT NULL,
    officer_id UUID    NOT NULL REFERENCES officers (id),
    starts_at  BIGINT NOT NULL, -- of the breach
    ends_at    BIGINT NOT NULL,
    excess     BIGINT NOT NULL, -- by how much at most: seconds, or a count
    reason     TEXT    NOT NULL,
    granted_by TEXT    NOT NULL, -- the name of whoever did it
    granted_at BIGINT NOT NULL
);
CREATE INDEX rota_waivers_by_end ON rota_waivers (office_id, ends_at);

-- How much an officer works; none: full-time without a limit of their own.
CREATE TABLE terms_of_work (
    officer_id     UUID    NOT NULL PRIMARY KEY REFERENCES officers (id),
    percent        BIGINT NOT NULL CHECK (percent BETWEEN 1 AND 100),
    max_week_hours BIGINT CHECK (max_week_hours BETWEEN 1 AND 60),
    sequence       BIGINT NOT NULL DEFAULT 0,
    updated_at     BIGINT NOT NULL
);

-- When an officer would like to do duty, would rather not, or cannot: once, or each week.
CREATE TABLE wishes (
    id         UUID    NOT NULL PRIMARY KEY,
    officer_id UUID    NOT NULL REFERENCES officers (id),
    leaning    TEXT    NOT NULL CHECK (leaning IN ('available', 'rather_not', 'cannot')),
    starts_at  BIGINT, -- once
    ends_at    BIGINT,
    weekday    TEXT, -- each week: Mon to Sun, and wall times
    from_time  TEXT,
    until_time TEXT,
    note       TEXT    NOT NULL,
    created_at BIGINT NOT NULL,
    CHECK ((starts_at IS NULL) <> (weekday IS NULL)),
    CHECK (starts_at < ends_at)
);
CREATE INDEX wishes_by_officer ON wishes (officer_id);

-- Leave that an officer asks for. Approved, it is an absence.
CREATE TABLE leave_requests (
    id         UUID    NOT NULL PRIMARY KEY,
    officer_id UUID    NOT NULL REFERENCES officers (id),
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    note       TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('asked', 'approved', 'refused', 'withdrawn')),
    answer     TEXT    NOT NULL, -- of whoever decided
    decided_by TEXT, -- their name
    decided_at BIGINT,
    absence_id UUID REFERENCES absences (id),
    created_at BIGINT NOT NULL,
    CHECK (starts_at < ends_at)
);
CREATE INDEX leave_requests_by_officer ON leave_requests (officer_id, ends_at);
CREATE INDEX leave_requests_open ON leave_requests (officer_id) WHERE state = 'asked';
