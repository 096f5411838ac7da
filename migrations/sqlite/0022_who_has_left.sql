-- Whoever asks who is on duty asks who has left: few, among all who were ever here.
CREATE INDEX officers_who_left ON officers (id) WHERE NOT active;
