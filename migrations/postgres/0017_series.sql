-- A booking says what the officer has to prepare for and by which way it was made; a talk can also be at the office.
ALTER TABLE bookings ADD COLUMN needs JSONB NOT NULL DEFAULT '[]'; -- JSON: what the officer has to prepare for
ALTER TABLE bookings ADD COLUMN channel TEXT NOT NULL DEFAULT 'web' CHECK (channel IN ('web', 'hotline', 'staff'));
ALTER TABLE bookings DROP CONSTRAINT bookings_format_check;
ALTER TABLE bookings ADD CONSTRAINT bookings_format_check CHECK (format IN ('video', 'telephone', 'office'));
