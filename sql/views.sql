-- Views for people and for other programs; itdata-db(5) documents them.  They
-- hold nothing, so a new schema makes all of them again.
DROP VIEW IF EXISTS decision;
DROP VIEW IF EXISTS finding;
DROP VIEW IF EXISTS kept;
DROP VIEW IF EXISTS dropped;
DROP VIEW IF EXISTS pair_score;
DROP VIEW IF EXISTS stale;
DROP VIEW IF EXISTS rejects;

CREATE VIEW decision AS
SELECT d.pair_id, s.name AS stage, w.text AS reason, d.other_id, d.item_id,
       d.value, d.threshold, s.run_id
FROM decision_row d
JOIN stage s ON s.id = d.stage_id
JOIN word w ON w.id = d.reason;

CREATE VIEW finding AS
SELECT f.pair_id, r.text AS rule, c.text AS category, f.turn, w.text AS field,
       f.start, f.length, s.run_id, f.other_id
FROM finding_row f
JOIN stage s ON s.id = f.stage_id
JOIN word r ON r.id = f.rule
JOIN word c ON c.id = f.category
JOIN word w ON w.id = f.field;

-- No decision against it, or a human said keep.
CREATE VIEW kept AS
SELECT p.id
FROM pair p
LEFT JOIN verdict v ON v.pair_id = p.id
WHERE p.source_id IN (SELECT id FROM source WHERE finished = 1)
  AND coalesce(v.verdict = 'keep',
               NOT EXISTS (SELECT 1 FROM decision_row d
                           WHERE d.pair_id = p.id));

-- Every reason why a pair is not kept; a pair may have several.
CREATE VIEW dropped AS
SELECT d.pair_id AS id, s.name AS stage, w.text AS reason, d.other_id,
       d.value, d.threshold
FROM decision_row d
JOIN stage s ON s.id = d.stage_id
JOIN word w ON w.id = d.reason
LEFT JOIN verdict v ON v.pair_id = d.pair_id
WHERE v.verdict IS NOT 'keep'
UNION ALL
SELECT pair_id, 'judge', CASE note WHEN '' THEN 'verdict' ELSE note END,
       NULL, NULL, NULL
FROM verdict WHERE verdict = 'drop'
UNION ALL
SELECT id, 'ingest', 'source not finished', NULL, NULL, NULL
FROM pair
WHERE source_id IN (SELECT id FROM source WHERE finished = 0);

CREATE VIEW pair_score (pair_id, metric, value) AS
          SELECT pair_id, 'ambiguity', ambiguity FROM score WHERE ambiguity IS NOT NULL
UNION ALL SELECT pair_id, 'novelty', novelty FROM score WHERE novelty IS NOT NULL
UNION ALL SELECT pair_id, 'density', density FROM score WHERE density IS NOT NULL
UNION ALL SELECT pair_id, 'cell', cell FROM score WHERE cell IS NOT NULL
UNION ALL SELECT pair_id, 'quality', quality FROM score WHERE quality IS NOT NULL
UNION ALL SELECT pair_id, 'compression', compression FROM score WHERE compression IS NOT NULL
UNION ALL SELECT pair_id, 'letters', letters FROM score WHERE letters IS NOT NULL
UNION ALL SELECT pair_id, 'agreement', agreement FROM score WHERE agreement IS NOT NULL
UNION ALL SELECT pair_id, 'loss', loss FROM score WHERE loss IS NOT NULL
UNION ALL SELECT pair_id, 'perplexity', perplexity FROM score WHERE perplexity IS NOT NULL
UNION ALL SELECT pair_id, 'ifd_loss', ifd_loss FROM score WHERE ifd_loss IS NOT NULL
UNION ALL SELECT pair_id, 'ifd_ppl', ifd_ppl FROM score WHERE ifd_ppl IS NOT NULL;

-- Decisions whose keeper the stage would not see today, because an earlier
-- stage or a person has dropped it since: run that stage again.
CREATE VIEW stale (stage, pairs) AS
SELECT s.name, count(*)
FROM decision_row d
JOIN stage s ON s.id = d.stage_id
LEFT JOIN verdict v ON v.pair_id = d.other_id
WHERE d.other_id IS NOT NULL
  AND coalesce(v.verdict = 'drop',
               EXISTS (SELECT 1 FROM decision_row e
                       JOIN stage t ON t.id = e.stage_id
                       WHERE e.pair_id = d.other_id AND t.rank < s.rank))
GROUP BY s.name;

CREATE VIEW rejects AS
SELECT s.path, r.line, r.byte, r.reason, r.excerpt
FROM reject r JOIN source s ON s.id = r.source_id
ORDER BY r.source_id, r.record;
