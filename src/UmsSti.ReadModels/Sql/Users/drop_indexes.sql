DROP INDEX IF EXISTS users_g{g}_email;
DROP INDEX IF EXISTS users_g{g}_created;
DROP INDEX IF EXISTS users_g{g}_name;
DROP INDEX IF EXISTS users_g{g}_login;
DROP INDEX IF EXISTS users_g{g}_kind_created;
DROP INDEX IF EXISTS users_g{g}_kind_name;
DROP INDEX IF EXISTS users_g{g}_kind_login;
