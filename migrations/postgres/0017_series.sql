-- A Sprechstunde is a series with exceptions, offered by one officer or several, on terms of its own.
-- Those that follow from each other by "from here on" share their lineage.
ALTER TABLE consultation_hours ADD COLUMN lineage UUID;
ALTER TABLE consultation_hours ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consultation_hours ADD COLUMN team JSONB; -- the officers, and whether they agreed to be booked by name
ALTER TABLE consultation_hours ADD COLUMN weekdays TEXT; -- for instance 135; 1 is Monday (ISO 8601)
ALTER TABLE consultation_hours ADD COLUMN rhythm TEXT NOT NULL DEFAULT 'weeks:1'; -- weeks:1 to weeks:52, month:1 to month:4, month:last
ALTER TABLE consultation_hours ADD COLUMN exceptions JSONB NOT NULL DEFAULT '{}'; -- by day closed, moved or extra
ALTER TABLE consultation_hours ADD COLUMN buffer_minutes BIGINT NOT NULL DEFAULT 0 CHECK (buffer_minutes BETWEEN 0 AND 120);
ALTER TABLE consultation_hours ADD COLUMN notice TEXT NOT NULL DEFAULT 'hours:0'; -- hours:24, business_days:2
ALTER TABLE consultation_hours ADD COLUMN horizon_weeks BIGINT NOT NULL DEFAULT 12 CHECK (horizon_weeks BETWEEN 1 AND 12);
ALTER TABLE consultation_hours ADD COLUMN most_web BIGINT; -- of a day's slots; NULL means as many as there are
ALTER TABLE consultation_hours ADD COLUMN most_hotline BIGINT;
ALTER TABLE consultation_hours ADD COLUMN most_staff BIGINT;
ALTER TABLE consultation_hours ADD COLUMN languages JSONB NOT NULL DEFAULT '[]'; -- tags; empty means every language
ALTER TABLE consultation_hours ADD COLUMN needs JSONB NOT NULL DEFAULT '[]'; -- what can be served
UPDATE consultation_hours SET
    lineage = id,
    team = jsonb_build_array(jsonb_build_object('officer', 'ofc_' || replace(officer_id::text, '-', ''), 'by_name', false)),
    weekdays = weekday::text;
ALTER TABLE consultation_hours ALTER COLUMN lineage SET NOT NULL;
ALTER TABLE consultation_hours ALTER COLUMN team SET NOT NULL;
ALTER TABLE consultation_hours ALTER COLUMN weekdays SET NOT NULL;
ALTER TABLE consultation_hours DROP COLUMN officer_id;
ALTER TABLE consultation_hours DROP COLUMN weekday;
CREATE INDEX consultation_hours_by_lineage ON consultation_hours (lineage);

-- A Termin: one bookable interval of one officer, made from a consultation hour as far ahead as it is offered.
ALTER TABLE slots DROP CONSTRAINT slots_hour_id_starts_at_key;
ALTER TABLE slots ADD UNIQUE (hour_id, starts_at, officer_id, ends_at);

-- A booking says what the officer has to prepare for and by which way it was made; a talk can also be at the office.
ALTER TABLE bookings ADD COLUMN needs JSONB NOT NULL DEFAULT '[]'; -- what the officer has to prepare for
ALTER TABLE bookings ADD COLUMN channel TEXT NOT NULL DEFAULT 'web' CHECK (channel IN ('web', 'hotline', 'staff'));
ALTER TABLE bookings ADD COLUMN buffer_minutes BIGINT NOT NULL DEFAULT 0; -- the pause around it
ALTER TABLE bookings DROP CONSTRAINT bookings_format_check;
ALTER TABLE bookings ADD CONSTRAINT bookings_format_check CHECK (format IN ('video', 'telephone', 'office'));

-- A consultation keeps a pause to the officer's other ones.
ALTER TABLE commitments ADD COLUMN buffer_minutes BIGINT NOT NULL DEFAULT 0;
