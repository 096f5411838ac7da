-- A Dienststelle: one of the regional headquarters, or the state office.
CREATE TABLE offices (
    id         TEXT    NOT NULL PRIMARY KEY,
    hours      TEXT    NOT NULL, -- JSON: the weekly opening hours
    updated_at INTEGER NOT NULL
) STRICT;

-- A day on which an office departs from its hours or from the state's holidays.
CREATE TABLE office_days (
    office_id TEXT    NOT NULL REFERENCES offices (id),
    day       TEXT    NOT NULL, -- ISO 8601
    opening   TEXT    NOT NULL CHECK (opening IN ('open', 'closed')),
    name      TEXT    NOT NULL,
    PRIMARY KEY (office_id, day)
) STRICT;
