-- What an officer advises on: codes with spaces between them. No topic means every topic; German is spoken by all and
-- not named.
ALTER TABLE officers ADD COLUMN topics TEXT NOT NULL DEFAULT '';
ALTER TABLE officers ADD COLUMN languages TEXT NOT NULL DEFAULT '';

-- How a hotline chooses among those on duty.
ALTER TABLE hotlines ADD COLUMN if_nobody_fits TEXT NOT NULL DEFAULT 'next_best';
ALTER TABLE hotlines ADD COLUMN known_caller_first BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE hotlines ADD COLUMN pause_seconds BIGINT NOT NULL DEFAULT 0; -- after a talk the officer is left in peace so long

-- Shifts in which the officer's telephone failed twice: nobody is rung in them any more.
CREATE TABLE unreachable_shifts (
    shift_id UUID    NOT NULL PRIMARY KEY REFERENCES shifts (id),
    since    BIGINT  NOT NULL
);

-- Who waits in front needs an officer who speaks their language.
ALTER TABLE calls ADD COLUMN language TEXT NOT NULL DEFAULT 'de';
-- The same caller within a week.
CREATE INDEX calls_by_caller ON calls (caller_hash) WHERE caller_hash IS NOT NULL;
