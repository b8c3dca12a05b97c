DROP TABLE IF EXISTS user_timeline_g{g};
