-- Statements of src/score: score, select.

-- What was found in pairs: violated constraints, and the rest.
-- name: FOUND_SCAN
SELECT f.pair_id, max(w.text = 'constraint'),
       max(w.text NOT IN ('constraint', 'ambiguity', 'contamination'))
FROM finding_row f JOIN word w ON w.id = f.category
GROUP BY f.pair_id ORDER BY f.pair_id;

-- name: SPREAD_CLEAR
UPDATE score SET novelty = NULL, density = NULL, cell = NULL, quality = NULL,
                 compression = NULL, letters = NULL, agreement = NULL;

-- name: SPREAD_PUT
INSERT INTO score (pair_id, novelty, density, cell)
VALUES (:pair, :novelty, :density, :cell)
ON CONFLICT (pair_id) DO UPDATE
SET novelty = excluded.novelty, density = excluded.density,
    cell = excluded.cell;

-- name: QUALITY_PUT
INSERT INTO score (pair_id, quality, compression, letters, agreement)
VALUES (:pair, :quality, :compression, :letters, :agreement)
ON CONFLICT (pair_id) DO UPDATE
SET quality = excluded.quality, compression = excluded.compression,
    letters = excluded.letters, agreement = excluded.agreement;

-- name: SCORE_OF
SELECT pair_id, value FROM pair_score WHERE metric = :metric
ORDER BY pair_id;
