-- Statements of src/score: score, select, conflicts.

-- Models and fields that there are vectors of, the most used first.
-- name: VECTOR_KINDS
SELECT model, field, count(*), max(length(vector)) / 4
FROM embedding GROUP BY model, field ORDER BY 3 DESC, 1, 2;

-- Vectors of the pairs that a stage of rank :rank sees, in order of id.
-- :texts asks for the bytes of their text, from which tokens are estimated.
-- name: VECTOR_SCAN
SELECT e.pair_id, e.vector, p.lang, p.category, v.verdict IS 'keep',
       CASE WHEN :texts THEN
         coalesce((SELECT sum(length(CAST(content AS BLOB))) FROM turn
                   WHERE pair_id = p.id),
                  length(CAST(coalesce(p.system, '') || p.instruction ||
                              coalesce(p.input, '') || p.response AS BLOB)))
       ELSE 0 END
FROM embedding e
JOIN pair p ON p.id = e.pair_id
LEFT JOIN verdict v ON v.pair_id = p.id
WHERE e.model = :model AND e.field = :field
  AND p.source_id IN (SELECT id FROM source WHERE finished = 1)
  AND coalesce(v.verdict = 'keep',
               NOT EXISTS (SELECT 1 FROM decision_row d
                           JOIN stage s ON s.id = d.stage_id
                           WHERE d.pair_id = p.id AND s.rank < :rank))
ORDER BY e.pair_id;

-- How many pairs a stage of rank :rank sees; the index spares the text.
-- name: SEEN_COUNT
SELECT count(*)
FROM pair p INDEXED BY pair_narrow
LEFT JOIN verdict v ON v.pair_id = p.id
WHERE p.source_id IN (SELECT id FROM source WHERE finished = 1)
  AND coalesce(v.verdict = 'keep',
               NOT EXISTS (SELECT 1 FROM decision_row d
                           JOIN stage s ON s.id = d.stage_id
                           WHERE d.pair_id = p.id AND s.rank < :rank));

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
