-- What was said in calls is forgotten by their age, and the state sees the calls of all offices: both ask when calls began.
CREATE INDEX calls_by_start ON calls (started_at);
