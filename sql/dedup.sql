-- Statements of src/dedup.

-- A stage replaces all its rows; those by texts and by vectors stand side by
-- side, and a pair that was of the one kind may become of the other.
-- name: DUPLICATE_CLEAR
DELETE FROM duplicate WHERE method <> 'semantic';

-- name: SEMANTIC_CLEAR
DELETE FROM duplicate WHERE method = 'semantic';

-- name: CLUSTER_CLEAR
DELETE FROM cluster;

-- name: DUPLICATE_PUT
INSERT OR REPLACE INTO duplicate (pair_id, keeper_id, method, similarity, run_id)
VALUES (:pair, :keeper, :method, :similarity, :run);

-- name: CLUSTER_PUT
INSERT INTO cluster (pair_id, cluster_id) VALUES (:pair, :cluster);

-- Pairs that stay whatever a stage says.
-- name: VERDICT_KEPT
SELECT pair_id FROM verdict WHERE verdict = 'keep' ORDER BY pair_id;

-- name: QUALITY_SCAN
SELECT pair_id, quality FROM score WHERE quality IS NOT NULL
ORDER BY pair_id;

-- What an earlier run left (src/dedup/earlier.c).

-- Do the decisions of a stage and the rows of `duplicate` belong together?
-- name: EARLIER_RUN
SELECT (SELECT count(*) FROM decision_row WHERE stage_id = s.id) =
       (SELECT count(*) FROM duplicate WHERE method <> 'semantic')
       AND NOT EXISTS (SELECT 1 FROM duplicate
                       WHERE run_id <> s.run_id AND method <> 'semantic')
FROM stage s WHERE s.name = :name;

-- name: EARLIER_COUNT
SELECT count(*), max(pair_id) FROM signature
WHERE recipe = (SELECT id FROM word WHERE text = :recipe);

-- How many pairs up to :last the stage sees, and of how many of these the
-- signature holds.  The index spares the text.
-- name: EARLIER_SEEN
SELECT count(*), count(g.pair_id)
FROM pair p INDEXED BY pair_narrow
LEFT JOIN verdict v ON v.pair_id = p.id
LEFT JOIN signature g ON g.pair_id = p.id
  AND g.recipe = (SELECT id FROM word WHERE text = :recipe)
  AND g.pinned = (v.verdict IS 'keep')
WHERE p.source_id IN (SELECT id FROM source WHERE finished = 1)
  AND coalesce(v.verdict = 'keep',
               NOT EXISTS (SELECT 1 FROM decision_row d
                           JOIN stage s ON s.id = d.stage_id
                           WHERE d.pair_id = p.id AND s.rank < :rank))
  AND p.id <= :last;

-- name: EARLIER_SCAN
SELECT g.pair_id, g.exact, g.guard, g.fields, g.pinned, g.keys IS NOT NULL,
       d.keeper_id, d.similarity, c.cluster_id
FROM signature g
LEFT JOIN duplicate d ON d.pair_id = g.pair_id AND d.method <> 'semantic'
LEFT JOIN cluster c ON c.pair_id = g.pair_id
ORDER BY g.pair_id;

-- name: EARLIER_KEYS
SELECT pair_id, keys FROM signature WHERE keys IS NOT NULL ORDER BY pair_id;

-- name: SIGNATURE_CLEAR
DELETE FROM signature;

-- name: SIGNATURE_PUT
INSERT OR REPLACE INTO signature
  (pair_id, recipe, exact, guard, fields, pinned, keys)
VALUES (:pair, :recipe, :exact, :guard, :fields, :pinned, :keys);

-- name: ITEM_PUT
INSERT INTO item (stage_id, benchmark, record, text)
VALUES (:stage, :benchmark, :record, :text);
