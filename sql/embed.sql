-- Statements of `itdata embed`.

-- Full scan, of the index alone: kept pairs that wait for a vector.
-- name: EMBED_LIST
SELECT k.id
FROM kept k
WHERE NOT EXISTS (SELECT 1 FROM embedding e
                  WHERE e.pair_id = k.id AND e.model = :model
                    AND e.field = :field)
ORDER BY k.id;

-- name: EMBED_TEXT
SELECT system, instruction, input, response FROM pair WHERE id = :pair;

-- A pair that was removed meanwhile gets none.
-- name: EMBED_PUT
INSERT OR IGNORE INTO embedding (pair_id, model, field, vector)
SELECT id, :model, :field, :vector FROM pair WHERE id = :pair;
