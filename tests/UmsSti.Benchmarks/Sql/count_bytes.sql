SELECT count(*), sum(length(data) + length(meta)) FROM events;
