-- What a caller in danger hears, by language; where a language is missing, the product's own words.
ALTER TABLE hotlines ADD COLUMN instruction JSONB NOT NULL DEFAULT '{}'; -- JSON

-- Call-backs that ring by themselves: when the first time, how often they were tried so, and when again at the earliest.
ALTER TABLE hotlines ADD COLUMN callbacks_ring TEXT NOT NULL DEFAULT 'by_hand'
    CHECK (callbacks_ring IN ('by_hand', 'when_due', 'when_free'));
ALTER TABLE callbacks ADD COLUMN rounds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE callbacks ADD COLUMN next_round_at BIGINT;
CREATE INDEX callbacks_open ON callbacks (hotline_id, waiting_since) WHERE state = 'open';

-- Counts the changes of what an officer advises on, so that nobody overwrites what they have not seen.
ALTER TABLE officers ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
