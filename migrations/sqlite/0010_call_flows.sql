-- One published text of a call flow. Its text never changes; the highest version is what new calls get.
CREATE TABLE flow_editions (
    name         TEXT    NOT NULL, -- the flow's file name without its ending
    version      INTEGER NOT NULL CHECK (version >= 1),
    text         TEXT    NOT NULL, -- YAML
    origin       TEXT    NOT NULL CHECK (origin IN ('file', 'editor', 'roll_back')),
    reason       TEXT    NOT NULL, -- empty where a file was taken over
    author       TEXT    NOT NULL, -- the name of whoever published it; the audit trail has the id
    published_at INTEGER NOT NULL,
    file_hash    BLOB    NOT NULL, -- SHA-256 of the file that this edition takes account of: taken over, or set aside
    PRIMARY KEY (name, version)
) STRICT;

-- What somebody is changing in a call flow; one draft a flow. The row stays, so that its sequence never begins anew.
CREATE TABLE flow_drafts (
    name         TEXT    NOT NULL PRIMARY KEY,
    base_version INTEGER NOT NULL, -- the edition that was published when the draft was begun
    text         TEXT, -- none: there is no draft now
    author       TEXT    NOT NULL, -- the name of whoever changed it last
    updated_at   INTEGER NOT NULL,
    sequence     INTEGER NOT NULL
) STRICT;
