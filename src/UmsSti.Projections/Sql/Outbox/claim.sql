UPDATE outbox SET state = 'sending', changed_at = $now WHERE id = $id;
