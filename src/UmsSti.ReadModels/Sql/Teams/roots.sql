SELECT id, slug, name, type, state, parent_id, 0 FROM teams WHERE parent_id IS NULL AND is_placed LIMIT ?1
