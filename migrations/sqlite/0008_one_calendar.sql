-- Two exclusive commitments of one officer never overlap. SQLite has one writer, so a trigger holds it under any race.
-- Those that are there do not overlap, so only the first that ends after the new one begins can be in its way.
CREATE INDEX commitments_exclusive ON commitments (officer_id, ends_at) WHERE exclusive;

CREATE TRIGGER commitments_never_overlap_insert BEFORE INSERT ON commitments WHEN NEW.exclusive
BEGIN
    SELECT RAISE(ABORT, 'two exclusive commitments of one officer overlap')
    WHERE (SELECT c.starts_at FROM commitments c
           WHERE c.officer_id = NEW.officer_id AND c.exclusive AND c.ends_at > NEW.starts_at
           ORDER BY c.ends_at LIMIT 1) < NEW.ends_at;
END;

CREATE TRIGGER commitments_never_overlap_update BEFORE UPDATE ON commitments WHEN NEW.exclusive
BEGIN
    SELECT RAISE(ABORT, 'two exclusive commitments of one officer overlap')
    WHERE (SELECT c.starts_at FROM commitments c
           WHERE c.officer_id = NEW.officer_id AND c.exclusive AND c.id <> NEW.id AND c.ends_at > NEW.starts_at
           ORDER BY c.ends_at LIMIT 1) < NEW.ends_at;
END;
