-- With two columns known, SQLite takes this index and not the one by time: searches that have ended are many.
DROP INDEX covers_running;
CREATE INDEX covers_by_state ON covers (office_id, state);
