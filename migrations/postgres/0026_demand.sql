-- How many officers a hotline wants, by weekday and wall time: for any call, or for a topic or a language within that.
CREATE TABLE demands (
    id          UUID    NOT NULL PRIMARY KEY,
    hotline_id  UUID    NOT NULL REFERENCES hotlines (id),
    weekdays    TEXT    NOT NULL, -- numbers of ISO 8601, 1 is Monday: 12345
    from_time   TEXT    NOT NULL, -- wall time, full or half hours
    until_time  TEXT    NOT NULL, -- not after from_time: on the next day
    topic       TEXT    NOT NULL, -- empty: any
    language    TEXT    NOT NULL, -- empty: any
    officers    BIGINT  NOT NULL CHECK (officers BETWEEN 1 AND 99)
);
CREATE INDEX demands_by_hotline ON demands (hotline_id);
