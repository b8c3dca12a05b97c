DROP VIEW IF EXISTS user_timeline;
CREATE VIEW user_timeline AS SELECT * FROM user_timeline_g{g};
