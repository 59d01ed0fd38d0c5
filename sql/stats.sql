-- Statements of src/stats: everything here reads, except what judge, remove
-- and search write.

-- Scans in order of id are merged by src/stats/stats.c, so that each table is
-- read once, from its start to its end.

-- A full scan: lengths are of the text.
-- name: STATS_PAIR
SELECT id, source_id, lang, lang_response, category, turns, instruction,
       input, response, system
FROM pair ORDER BY id;

-- name: STATS_TURN
SELECT pair_id, length(CAST(content AS BLOB)) FROM turn ORDER BY pair_id, n;

-- name: STATS_DECISION
SELECT d.pair_id, d.stage_id, w.text
FROM decision_row d CROSS JOIN word w ON w.id = d.reason
ORDER BY d.pair_id;

-- name: STATS_VERDICT
SELECT pair_id, verdict FROM verdict ORDER BY pair_id;

-- name: STATS_STAGE
SELECT s.id, s.name, s.command, coalesce(r.finished, r.started, '')
FROM stage s LEFT JOIN run r ON r.id = s.run_id
ORDER BY s.rank, s.id;

-- name: STATS_SOURCE
SELECT id, name, path, format, schema, coalesce(license, ''), finished,
       added, rejected
FROM source ORDER BY id;

-- name: STATS_FINDING
SELECT c.text, r.text, count(*), count(DISTINCT f.pair_id), min(f.pair_id)
FROM finding_row f
JOIN word r ON r.id = f.rule
JOIN word c ON c.id = f.category
GROUP BY f.category, f.rule
ORDER BY 3 DESC, 2;

-- name: STATS_METHOD
SELECT method, count(*) FROM duplicate GROUP BY method ORDER BY 2 DESC, 1;

-- name: STATS_CLUSTER
SELECT size, count(*)
FROM (SELECT count(*) AS size FROM cluster GROUP BY cluster_id)
GROUP BY size ORDER BY size;

-- name: STATS_KEEPER
SELECT keeper_id, count(*) FROM duplicate
GROUP BY keeper_id ORDER BY 2 DESC, 1 LIMIT 10;

-- Of each source, how many pairs fell as duplicates, and of how many.
-- Full scan, of an index alone: pairs are counted by source.
-- name: STATS_REPEATED
SELECT s.name, sum(d.n), sum(p.n)
FROM (SELECT p.source_id AS id, count(*) AS n
      FROM duplicate d JOIN pair p ON p.id = d.pair_id GROUP BY 1) d
JOIN (SELECT source_id AS id, count(*) AS n FROM pair GROUP BY 1) p
  ON p.id = d.id
JOIN source s ON s.id = d.id
GROUP BY s.name ORDER BY 2 DESC, 1 LIMIT 1000;

-- name: STATS_REJECT
SELECT reason, count(*) FROM reject GROUP BY reason ORDER BY 2 DESC, 1;

-- name: STATS_STALE
SELECT stage, pairs FROM stale ORDER BY stage;

-- One pass; the columns are the measures.
-- name: STATS_SCORE
SELECT * FROM score;

-- Set-level figures are in the summary of the run that made them.
-- name: STATS_SUMMARY
SELECT json_extract(summary, '$.' || ?2) FROM run
WHERE command = ?1 AND summary IS NOT NULL
  AND json_type(summary, '$.' || ?2) = 'object'
ORDER BY id DESC LIMIT 1;

-- Pairs of each split of the last plan, as export remembers them.
-- name: STATS_SPLIT
SELECT json_group_object(name, n)
FROM (SELECT w.text AS name, count(*) AS n
      FROM split s JOIN word w ON w.id = s.split
      WHERE s.plan = (SELECT max(plan) FROM split)
      GROUP BY s.split ORDER BY n DESC, name)
HAVING count(*) > 0;

-- name: STATS_RUN
SELECT id, command, arguments, version, started, coalesce(finished, '')
FROM run ORDER BY id;

-- One pair, and all that is said about it.

-- name: SHOW_SOURCE
SELECT s.name, s.path, s.schema, coalesce(s.license, ''), s.finished
FROM source s WHERE s.id = :source;

-- name: SHOW_DECISION
SELECT d.stage, d.reason, coalesce(d.other_id, 0), d.value, d.threshold,
       d.item_id, i.benchmark, i.record, i.text, s.command
FROM decision d
JOIN stage s ON s.name = d.stage
LEFT JOIN item i ON i.id = d.item_id
WHERE d.pair_id = :pair
ORDER BY s.rank, s.id;

-- name: SHOW_FINDING
SELECT rule, category, turn, field, start, length, other_id FROM finding
WHERE pair_id = :pair
ORDER BY turn, field, start, rule;

-- name: SHOW_SCORE
SELECT metric, value FROM pair_score WHERE pair_id = :pair ORDER BY metric;

-- name: SHOW_VERDICT
SELECT verdict, note, author, made FROM verdict WHERE pair_id = :pair;

-- Texts that a person changed; of a conversation its messages.
-- name: SHOW_EDIT
SELECT turn, field, original, author, made FROM edit
WHERE pair_id = :pair
  AND (field = 'content' OR
       NOT EXISTS (SELECT 1 FROM turn t WHERE t.pair_id = :pair))
ORDER BY turn, field;

-- Pairs that fell for this one.
-- name: SHOW_FALLEN
SELECT pair_id, method, similarity FROM duplicate WHERE keeper_id = :pair
ORDER BY pair_id;

-- name: SHOW_CLUSTER
SELECT cluster_id,
       (SELECT count(*) FROM cluster d WHERE d.cluster_id = c.cluster_id)
FROM cluster c WHERE c.pair_id = :pair;

-- name: SHOW_KEPT
SELECT 1 FROM kept WHERE id = :pair;

-- What a sample is drawn from; a NULL asks for nothing.

-- Reads an index of all pairs.
-- name: SAMPLE_FROM
SELECT p.id FROM pair p
WHERE (:stage IS NULL OR
       p.id IN (SELECT d.pair_id FROM decision_row d
                JOIN stage s ON s.id = d.stage_id WHERE s.name = :stage) OR
       (:stage = 'judge' AND p.id IN (SELECT pair_id FROM verdict)))
  AND (:rule IS NULL OR
       p.id IN (SELECT f.pair_id FROM finding_row f
                JOIN word w ON w.id = f.rule WHERE w.text GLOB :rule))
  AND (:kept IS NULL OR (p.id IN (SELECT id FROM kept)) = :kept);

-- Verdicts of people.

-- name: JUDGE_STALE
SELECT coalesce(sum(pairs), 0) FROM stale;

-- The page.

-- name: PAGE_SCORE
SELECT value FROM pair_score WHERE metric = :metric;

-- Of each question one answer beside another that it disagrees with, those of
-- which one must be wrong first.
-- name: PAGE_CONFLICT
SELECT min(f.pair_id), f.other_id
FROM finding_row f JOIN word w ON w.id = f.rule
WHERE w.text GLOB 'conflict.*' AND f.pair_id < f.other_id
GROUP BY f.other_id
ORDER BY max(w.text = 'conflict.soft'), 1 LIMIT 8;

-- name: PAGE_CONFLICTS
SELECT summary FROM run
WHERE command = 'conflicts' AND summary IS NOT NULL ORDER BY id DESC LIMIT 1;

-- name: PAGE_VECTORS
SELECT count(*) FROM embedding
WHERE (model, field) = (SELECT model, field FROM embedding LIMIT 1);

-- name: PAGE_VECTOR_LIST
SELECT pair_id FROM embedding
WHERE (model, field) = (SELECT model, field FROM embedding LIMIT 1)
ORDER BY pair_id;

-- name: PAGE_VECTOR
SELECT e.vector, p.lang, p.category, s.name,
       EXISTS (SELECT 1 FROM kept k WHERE k.id = p.id),
       substr(p.instruction, 1, 160), substr(p.response, 1, 160)
FROM embedding e
JOIN pair p ON p.id = e.pair_id
JOIN source s ON s.id = p.source_id
WHERE e.pair_id = :pair
  AND (e.model, e.field) = (SELECT model, field FROM embedding LIMIT 1);
