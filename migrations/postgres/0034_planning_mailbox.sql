-- The mailbox in which an office's planning reads what it must know, such as a sick report; none: only supervisors who
-- have an address of their own are told.
ALTER TABLE offices ADD COLUMN planning_mail TEXT;
