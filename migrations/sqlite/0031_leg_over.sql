-- When the own leg of the officer who accepted was over: too soon after it, and nobody has talked.
ALTER TABLE attempts ADD COLUMN leg_over_at INTEGER;
