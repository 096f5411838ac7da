-- Who opens what somebody has thrown away is told who did it and when: asked by the record, of all that was ever recorded.
CREATE INDEX audit_by_subject ON audit (subject, at);
