INSERT INTO users (id, type, state, email, name, created_at, updated_at, version) VALUES ($id, $type, $state, $email, $name, $at, $at, 3);
