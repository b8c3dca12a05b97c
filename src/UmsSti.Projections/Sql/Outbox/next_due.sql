SELECT MIN(next_at) FROM outbox AS waiting
WHERE state = 'pending' AND channel = $channel
  AND NOT EXISTS (
      SELECT 1 FROM outbox AS older
      WHERE older.state = 'pending' AND older.keeps_place = 1 AND older.channel = waiting.channel AND older.recipient = waiting.recipient AND older.id < waiting.id);
