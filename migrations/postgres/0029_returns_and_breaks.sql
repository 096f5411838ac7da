-- A swap that asks everybody may want one of the colleague's shifts in exchange: whoever agrees names it (return_id then).
ALTER TABLE swaps ADD COLUMN wants_return BOOLEAN NOT NULL DEFAULT false;

-- So much of a longer shift is a break that does not count as work; 0: all of it counts.
ALTER TABLE rota_rule_sets ADD COLUMN unpaid_break_minutes BIGINT NOT NULL DEFAULT 0 CHECK (unpaid_break_minutes BETWEEN 0 AND 60);
