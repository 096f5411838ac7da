-- Whether the citizen chose this officer by name, so that another try or a move looks for the same one.
ALTER TABLE bookings ADD COLUMN by_name BOOLEAN NOT NULL DEFAULT FALSE;

-- Wrong tries to find a booking by its code and Kennwort: after a few of them nothing is found for a while.
CREATE TABLE wrong_codes (
    who BYTEA  NOT NULL, -- keyed hash of the code that was tried, or of the number from which it was
    at  BIGINT NOT NULL
);
CREATE INDEX wrong_codes_by_who ON wrong_codes (who, at);
