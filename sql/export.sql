-- Statements of src/export.  Scans in order of pair_id are merged with the
-- scan of pairs, so that each table is read once.

-- name: EXPORT_SOURCE
SELECT id, name, coalesce(license, '') FROM source ORDER BY id;

-- name: EXPORT_SCORED
SELECT EXISTS (SELECT 1 FROM score);

-- Every measure, whatever their number.
-- name: EXPORT_SCORE
SELECT * FROM score ORDER BY pair_id;

-- name: EXPORT_CLUSTER
SELECT pair_id, cluster_id FROM cluster ORDER BY pair_id;

-- Spans of personal data and secrets; finding_row is in order of pair_id.
-- name: EXPORT_REDACT
SELECT f.pair_id, f.turn, w.text, f.start, f.length, r.text
FROM finding_row f
CROSS JOIN word w ON w.id = f.field
CROSS JOIN word r ON r.id = f.rule
WHERE f.category IN (SELECT id FROM word WHERE text IN ('pii', 'secret'))
ORDER BY f.pair_id;

-- name: EXPORT_MARK
SELECT f.pair_id, w.text
FROM finding_row f CROSS JOIN word w ON w.id = f.category
WHERE f.category IN (SELECT id FROM word
                     WHERE text IN ('refusal', 'moralising'))
ORDER BY f.pair_id;

-- name: EXPORT_STALE
SELECT stage, pairs FROM stale ORDER BY stage;

-- name: SPLIT_GET
SELECT s.pair_id, w.text
FROM split s JOIN word w ON w.id = s.split
WHERE s.plan = (SELECT id FROM word WHERE text = :plan)
ORDER BY s.pair_id;

-- name: SPLIT_PUT
INSERT INTO split (plan, pair_id, split) VALUES (:plan, :pair, :split)
ON CONFLICT DO UPDATE SET split = excluded.split;
