-- Whose shift a search for cover is about: a yes gets it from them and from nobody else.
ALTER TABLE covers ADD COLUMN officer_id UUID REFERENCES officers (id); -- none: nobody has the shift
ALTER TABLE covers ADD COLUMN while_away BOOLEAN NOT NULL DEFAULT false; -- the search ends when the officer is back
UPDATE covers SET officer_id = (SELECT s.officer_id FROM shifts s WHERE s.id = covers.shift_id AND s.state = 'published')
WHERE state = 'asked';

-- A shift is asked for once at a time, whenever it was asked for: the guard that holds under any race.
UPDATE covers SET state = 'closed', ended_at = asked_at WHERE state = 'asked' AND EXISTS (
    SELECT 1 FROM covers later WHERE later.shift_id = covers.shift_id AND later.state = 'asked' AND later.id > covers.id);
DROP INDEX covers_one_asked;
CREATE UNIQUE INDEX covers_one_asked ON covers (shift_id) WHERE state = 'asked';

-- What runs at an office is found without walking through all that has ended.
CREATE INDEX covers_running ON covers (office_id) WHERE state = 'asked';
CREATE INDEX swaps_waiting ON swaps (office_id) WHERE state IN ('open', 'agreed');

-- Counts the changes: who changes a pattern says which count they saw.
ALTER TABLE week_templates ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rotations ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
