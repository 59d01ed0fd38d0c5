-- Statements of src/filter.

-- name: AMBIGUITY_PUT
INSERT INTO score (pair_id, ambiguity) VALUES (:pair, :ambiguity)
ON CONFLICT (pair_id) DO UPDATE SET ambiguity = excluded.ambiguity;

-- Rules without weights leave none, unless another filter stage gave it.
-- name: AMBIGUITY_CLEAR
UPDATE score SET ambiguity = NULL
WHERE ambiguity IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM stage
                  WHERE command = 'filter' AND name <> :name);

-- A full scan of one measure, beside the scan of pairs.
-- name: METRIC_SCAN
SELECT pair_id, value FROM pair_score WHERE metric = :metric
ORDER BY pair_id;

-- Every measure that some pair has; only to word an error.
-- name: METRIC_NAMES
SELECT DISTINCT metric FROM pair_score ORDER BY metric;
