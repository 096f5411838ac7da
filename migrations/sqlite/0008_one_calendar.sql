-- Two exclusive commitments of one officer never overlap. SQLite has one writer, so a trigger holds it under any race.
CREATE TRIGGER commitments_never_overlap_insert BEFORE INSERT ON commitments WHEN NEW.exclusive
BEGIN
    SELECT RAISE(ABORT, 'two exclusive commitments of one officer overlap')
    WHERE EXISTS (SELECT 1 FROM commitments c
                  WHERE c.officer_id = NEW.officer_id AND c.exclusive
                    AND c.ends_at > NEW.starts_at AND c.starts_at < NEW.ends_at);
END;

CREATE TRIGGER commitments_never_overlap_update BEFORE UPDATE ON commitments WHEN NEW.exclusive
BEGIN
    SELECT RAISE(ABORT, 'two exclusive commitments of one officer overlap')
    WHERE EXISTS (SELECT 1 FROM commitments c
                  WHERE c.officer_id = NEW.officer_id AND c.exclusive AND c.id <> NEW.id
                    AND c.ends_at > NEW.starts_at AND c.starts_at < NEW.ends_at);
END;
