-- The firm bookings to come, with what a caller types of them: of the others not even the row is read.
DROP INDEX bookings_to_come;
CREATE INDEX bookings_to_come ON bookings (starts_at, reference) WHERE state = 'confirmed';
