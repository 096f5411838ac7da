-- With two columns known, SQLite takes these indexes and not those by time: searches and swaps that have ended are many.
DROP INDEX covers_running;
CREATE INDEX covers_by_state ON covers (office_id, state);
DROP INDEX swaps_waiting;
CREATE INDEX swaps_by_state ON swaps (office_id, state);
