-- Of a pending row: 1 when it waits for an absent peer. What is for the same recipient and younger waits behind it, so that it keeps its place.
ALTER TABLE outbox ADD COLUMN keeps_place INTEGER NOT NULL DEFAULT 0;

CREATE INDEX outbox_keeping_place ON outbox (channel, recipient, id) WHERE state = 'pending' AND keeps_place = 1;
