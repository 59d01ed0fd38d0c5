-- Statements of src/dedup.

-- A stage replaces all its rows, so these delete without WHERE.
-- name: DUPLICATE_CLEAR
DELETE FROM duplicate;

-- name: CLUSTER_CLEAR
DELETE FROM cluster;

-- name: DUPLICATE_PUT
INSERT INTO duplicate (pair_id, keeper_id, method, similarity, run_id)
VALUES (:pair, :keeper, :method, :similarity, :run);

-- name: CLUSTER_PUT
INSERT INTO cluster (pair_id, cluster_id) VALUES (:pair, :cluster);

-- Pairs that stay whatever a stage says.
-- name: VERDICT_KEPT
SELECT pair_id FROM verdict WHERE verdict = 'keep' ORDER BY pair_id;

-- name: QUALITY_SCAN
SELECT pair_id, quality FROM score WHERE quality IS NOT NULL
ORDER BY pair_id;

-- name: ITEM_PUT
INSERT INTO item (stage_id, benchmark, record, text)
VALUES (:stage, :benchmark, :record, :text);
