-- What was never tried goes too and comes again in its place: left where it is, it would be sent before what comes before it.
DELETE FROM outbox
WHERE reactor = $reactor AND position >= $from AND (state NOT IN ('pending', 'sending') OR (state = 'pending' AND attempts = 0 AND reason IS NULL));
