-- Where nobody was rung: who was not, and why, in German as it stands in a call's story; empty where somebody was.
ALTER TABLE call_steps ADD COLUMN why TEXT NOT NULL DEFAULT '';
