DROP INDEX IF EXISTS dues_g{g}_time;
