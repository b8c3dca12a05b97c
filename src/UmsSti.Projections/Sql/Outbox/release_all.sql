UPDATE outbox SET state = 'pending' WHERE state = 'sending';
