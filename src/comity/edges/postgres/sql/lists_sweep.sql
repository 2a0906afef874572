-- Deletes entries that no list has in force; those of a load under way are not to be seen yet.
DELETE FROM list_entries e WHERE NOT EXISTS (SELECT FROM lists l WHERE l.generation = e.generation)
