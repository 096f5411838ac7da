-- When a program of this installation was last alive, in one row; and from when until when none was, as long as the
-- calls of that time have not been brought in from the provider's log.
CREATE TABLE outage_watch (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seen_at    INTEGER NOT NULL,
    owed_since INTEGER,
    owed_until INTEGER
) STRICT;
