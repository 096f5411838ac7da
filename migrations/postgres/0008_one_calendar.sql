-- Two exclusive commitments of one officer never overlap: an exclusion constraint holds it under any race.
-- btree_gist belongs to PostgreSQL's contrib package and is trusted: the database's owner may create it.
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE commitments ADD CONSTRAINT commitments_never_overlap
    EXCLUDE USING gist (officer_id WITH =, int8range(starts_at, ends_at) WITH &&) WHERE (exclusive);
