-- Statements of src/db: older schemas, words, runs, stages, pairs, vectors.

-- name: MIGRATE_TO_2
ALTER TABLE finding_row ADD COLUMN other_id INTEGER REFERENCES pair;
CREATE TABLE IF NOT EXISTS edit (
  pair_id   INTEGER NOT NULL REFERENCES pair,
  turn      INTEGER NOT NULL CHECK (turn >= 0),
  field     TEXT NOT NULL CHECK (field IN ('system', 'instruction', 'input',
                                           'response', 'content')),
  original  TEXT,
  author    TEXT NOT NULL DEFAULT '',
  made      TEXT NOT NULL,
  PRIMARY KEY (pair_id, turn, field)
) STRICT, WITHOUT ROWID;

-- name: WORD_PUT
INSERT OR IGNORE INTO word (text) VALUES (?1);

-- name: WORD_GET
SELECT id FROM word WHERE text = ?1;

-- name: RUN_PUT
INSERT INTO run (command, arguments, version, seed, started)
VALUES (:command, :arguments, :version, :seed, :started);

-- name: RUN_FINISH
UPDATE run SET finished = :finished, summary = :summary WHERE id = :id;

-- name: STAGE_GET
SELECT id, command, operands FROM stage WHERE name = :name;

-- name: STAGE_PUT
INSERT INTO stage (name, command, rank, operands, run_id)
VALUES (:name, :command, :rank, :operands, :run)
ON CONFLICT (name) DO UPDATE
SET command = excluded.command, rank = excluded.rank,
    operands = excluded.operands, run_id = excluded.run_id
RETURNING id;

-- name: STAGE_FORGET
DELETE FROM stage WHERE id = :stage;

-- name: DECISION_FORGET
DELETE FROM decision_row WHERE stage_id = :stage;

-- name: FINDING_FORGET
DELETE FROM finding_row WHERE stage_id = :stage;

-- Items are few: those of benchmarks that were found.
-- name: ITEM_FORGET
DELETE FROM item WHERE stage_id = :stage;

-- name: DECISION_PUT
INSERT INTO decision_row
  (pair_id, stage_id, reason, other_id, item_id, value, threshold)
VALUES (:pair, :stage, :reason, :other, :item, :value, :threshold);

-- name: FINDING_PUT
INSERT OR IGNORE INTO finding_row
  (pair_id, stage_id, rule, category, turn, field, start, length, other_id)
VALUES (:pair, :stage, :rule, :category, :turn, :field, :start, :length, :other);

-- name: PAIR_PUT
INSERT INTO pair (id, source_id, record, line, byte, lang, lang_response,
                  category, turns, digest, system, instruction, input,
                  response, extra)
VALUES (:id, :source, :record, :line, :byte, :lang, :lang_response,
        :category, :turns, :digest, :system, :instruction, :input,
        :response, :extra);

-- name: TURN_PUT
INSERT INTO turn (pair_id, n, role, content, extra)
VALUES (:pair, :n, :role, :content, :extra);

-- name: TURN_GET
SELECT pair_id, role, content, extra FROM turn WHERE pair_id = :pair ORDER BY n;

-- The messages of all pairs, to be met by PAIR_SCAN.
-- name: TURN_SCAN
SELECT pair_id, role, content, extra FROM turn WHERE pair_id > :after
ORDER BY pair_id, n;

-- A full scan, in the order of the file: every stage that reads text reads
-- all of it.  Ids up to :after are left out.
-- name: PAIR_SCAN
SELECT id, source_id, record, line, byte, lang, lang_response, category, turns,
       digest, system, instruction, input, response, extra
FROM pair NOT INDEXED
WHERE source_id IN (SELECT id FROM source WHERE finished = 1)
  AND id > :after
ORDER BY id;

-- Pairs that stages of lower rank, or a person, dropped.
-- name: PAIR_HIDDEN
SELECT d.pair_id
FROM decision_row d
WHERE d.pair_id > :after
  AND d.stage_id IN (SELECT id FROM stage WHERE rank < :rank)
  AND NOT EXISTS (SELECT 1 FROM verdict v
                  WHERE v.pair_id = d.pair_id AND v.verdict = 'keep')
UNION
SELECT pair_id FROM verdict WHERE verdict = 'drop' AND pair_id > :after
ORDER BY 1;

-- name: PAIR_GET
SELECT p.id, p.source_id, p.record, p.line, p.byte, p.lang, p.lang_response,
       p.category, p.turns, p.digest, p.system, p.instruction, p.input,
       p.response, p.extra
FROM pair p
WHERE p.id = :id;

-- name: PAIR_COUNT
SELECT count(*) FROM pair
WHERE source_id IN (SELECT id FROM source WHERE finished = 1);

-- Verdicts and edits of people.

-- name: VERDICT_PAIR
SELECT 1 FROM pair WHERE id = :pair;

-- name: VERDICT_PUT
INSERT INTO verdict (pair_id, verdict, note, author, made)
VALUES (:pair, :verdict, :note, :author, :made)
ON CONFLICT (pair_id) DO UPDATE
SET verdict = excluded.verdict, note = excluded.note,
    author = excluded.author, made = excluded.made;

-- name: VERDICT_FORGET
DELETE FROM verdict WHERE pair_id = :pair;

-- name: EDIT_PUT
INSERT INTO edit (pair_id, turn, field, original, author, made)
VALUES (:pair, :turn, :field, :original, :author, :made)
ON CONFLICT (pair_id, turn, field) DO UPDATE
SET author = excluded.author, made = excluded.made;

-- name: EDIT_TURN
UPDATE turn SET content = ?3 WHERE pair_id = ?1 AND n = ?2;

-- name: EDIT_SYSTEM
UPDATE pair SET system = ?3 WHERE id = ?1;

-- name: EDIT_INSTRUCTION
UPDATE pair SET instruction = ?3 WHERE id = ?1;

-- name: EDIT_INPUT
UPDATE pair SET input = ?3 WHERE id = ?1;

-- name: EDIT_RESPONSE
UPDATE pair SET response = ?3 WHERE id = ?1;

-- An edit back to the original is none.
-- name: EDIT_SAME
DELETE FROM edit
WHERE pair_id = ?1
  AND original IS CASE field
    WHEN 'system' THEN (SELECT system FROM pair WHERE id = ?1)
    WHEN 'instruction' THEN (SELECT instruction FROM pair WHERE id = ?1)
    WHEN 'input' THEN (SELECT input FROM pair WHERE id = ?1)
    WHEN 'response' THEN (SELECT response FROM pair WHERE id = ?1)
    ELSE (SELECT content FROM turn WHERE pair_id = ?1 AND n = edit.turn) END;

-- Of an edited pair, what its old text gave.

-- name: EDIT_FORGET_VECTOR
DELETE FROM embedding WHERE pair_id = ?1;

-- name: EDIT_FORGET_SIGNATURE
DELETE FROM signature WHERE pair_id = ?1;

-- name: EDIT_FORGET_SCORE
DELETE FROM score WHERE pair_id = ?1;

-- name: EDIT_FORGET_FINDING
DELETE FROM finding_row WHERE pair_id = ?1;

-- The same of edited pairs whose text comes back; ?1 = 0: of all.

-- name: EDIT_UNDO_VECTOR
DELETE FROM embedding
WHERE pair_id IN (SELECT pair_id FROM edit WHERE ?1 IN (0, pair_id));

-- name: EDIT_UNDO_SIGNATURE
DELETE FROM signature
WHERE pair_id IN (SELECT pair_id FROM edit WHERE ?1 IN (0, pair_id));

-- name: EDIT_UNDO_SCORE
DELETE FROM score
WHERE pair_id IN (SELECT pair_id FROM edit WHERE ?1 IN (0, pair_id));

-- name: EDIT_UNDO_FINDING
DELETE FROM finding_row
WHERE pair_id IN (SELECT pair_id FROM edit WHERE ?1 IN (0, pair_id));

-- name: EDIT_UNDO_SYSTEM
UPDATE pair SET system = e.original FROM edit e
WHERE e.pair_id = pair.id AND e.field = 'system' AND ?1 IN (0, e.pair_id);

-- name: EDIT_UNDO_INSTRUCTION
UPDATE pair SET instruction = e.original FROM edit e
WHERE e.pair_id = pair.id AND e.field = 'instruction'
  AND ?1 IN (0, e.pair_id);

-- name: EDIT_UNDO_INPUT
UPDATE pair SET input = e.original FROM edit e
WHERE e.pair_id = pair.id AND e.field = 'input' AND ?1 IN (0, e.pair_id);

-- name: EDIT_UNDO_RESPONSE
UPDATE pair SET response = e.original FROM edit e
WHERE e.pair_id = pair.id AND e.field = 'response' AND ?1 IN (0, e.pair_id);

-- name: EDIT_UNDO_TURN
UPDATE turn SET content = e.original FROM edit e
WHERE e.pair_id = turn.pair_id AND e.turn = turn.n AND e.field = 'content'
  AND ?1 IN (0, e.pair_id);

-- name: EDIT_UNDO
DELETE FROM edit WHERE ?1 IN (0, pair_id);

-- Undo: what a stage said, taken back.

-- name: STAGE_LIST
SELECT name FROM stage ORDER BY rank, id;

-- name: UNDO_FIND
SELECT id, rank, run_id, command FROM stage WHERE name = :name;

-- name: UNDO_DECISIONS
SELECT count(*) FROM decision_row WHERE stage_id = :stage;

-- Rows of a stage are found by reading all findings.
-- name: UNDO_FINDINGS
SELECT count(*) FROM finding_row WHERE stage_id = :stage;

-- Pairs that only this stage decided against.
-- name: UNDO_AGAIN
SELECT count(*) FROM decision_row d
WHERE d.stage_id = :stage
  AND NOT EXISTS (SELECT 1 FROM decision_row e
                  WHERE e.pair_id = d.pair_id AND e.stage_id <> d.stage_id)
  AND NOT EXISTS (SELECT 1 FROM verdict v WHERE v.pair_id = d.pair_id);

-- name: UNDO_VERDICTS
SELECT count(*) FROM verdict;

-- name: UNDO_JUDGED
SELECT count(*) FROM verdict v
WHERE v.verdict = 'drop'
  AND NOT EXISTS (SELECT 1 FROM decision_row d WHERE d.pair_id = v.pair_id);

-- name: VERDICT_CLEAR
DELETE FROM verdict;

-- name: UNDO_DUPLICATE
DELETE FROM duplicate WHERE run_id = :run;

-- Clusters are those of the last dedup of texts (rank STAGE_DEDUP).
-- name: UNDO_CLUSTER
DELETE FROM cluster
WHERE NOT EXISTS (SELECT 1 FROM stage
                  WHERE command = 'dedup' AND rank = 30 AND run_id > :run);

-- The ambiguity of a pair is that of the last filter.
-- name: UNDO_AMBIGUITY
UPDATE score SET ambiguity = NULL
WHERE ambiguity IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM stage
                  WHERE command = 'filter' AND run_id > :run);

-- Stages that look at the set (:least and above) and came after rank :rank.
-- name: UNDO_STALE
SELECT name FROM stage WHERE rank > :rank AND rank >= :least
ORDER BY rank, id;

-- Digest: every row that counts, by content and not by number.

-- A full scan: the digest is of all pairs.
-- name: DIGEST_PAIR
SELECT s.sha256, p.record, p.digest, p.lang, p.lang_response, p.category
FROM pair p JOIN source s ON s.id = p.source_id
WHERE s.finished = 1;

-- name: DIGEST_DECISION
SELECT s.sha256, p.record, t.name, w.text, os.sha256, o.record,
       i.benchmark, i.record, d.value, d.threshold
FROM decision_row d
JOIN pair p ON p.id = d.pair_id
JOIN source s ON s.id = p.source_id AND s.finished = 1
JOIN stage t ON t.id = d.stage_id
JOIN word w ON w.id = d.reason
LEFT JOIN pair o ON o.id = d.other_id
LEFT JOIN source os ON os.id = o.source_id
LEFT JOIN item i ON i.id = d.item_id;

-- name: DIGEST_VERDICT
SELECT s.sha256, p.record, v.verdict
FROM verdict v
JOIN pair p ON p.id = v.pair_id
JOIN source s ON s.id = p.source_id AND s.finished = 1;

-- The digest of an edited pair is of its original; this is its new text.
-- name: DIGEST_EDIT
SELECT s.sha256, p.record, e.turn, e.field,
       CASE e.field WHEN 'system' THEN p.system
         WHEN 'instruction' THEN p.instruction WHEN 'input' THEN p.input
         WHEN 'response' THEN p.response
         ELSE (SELECT content FROM turn t
               WHERE t.pair_id = e.pair_id AND t.n = e.turn) END
FROM edit e
JOIN pair p ON p.id = e.pair_id
JOIN source s ON s.id = p.source_id AND s.finished = 1;

-- Remove: pairs erased for good.  `doomed` holds their ids, `doomed_source`
-- the files of which nothing stays.

-- name: SOURCE_NAMES
SELECT DISTINCT name FROM source ORDER BY name;

-- name: DOOM_TABLES
CREATE TEMP TABLE IF NOT EXISTS doomed (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS doomed_source (id INTEGER PRIMARY KEY);

-- name: DOOM_SOURCE
INSERT INTO doomed_source
SELECT id FROM source WHERE :source IN (name, path, sha256);

-- name: DOOM_PAIRS
INSERT INTO doomed
SELECT id FROM pair WHERE source_id IN (SELECT id FROM doomed_source);

-- name: DOOM_RANGE
INSERT OR REPLACE INTO doomed
SELECT id FROM pair WHERE id BETWEEN :first AND :last;

-- name: DOOM_COUNT
SELECT count(*) FROM doomed;

-- name: DOOM_AGAIN
SELECT count(DISTINCT pair_id) FROM decision_row
WHERE other_id IN (SELECT id FROM doomed)
  AND pair_id NOT IN (SELECT id FROM doomed);

-- name: REMOVED_PUT
INSERT OR IGNORE INTO removed (digest, run_id)
SELECT digest, :run FROM pair WHERE id IN (SELECT id FROM doomed);

-- Everything that stands in a row of these pairs; clusters go on under their
-- lowest id, and one of one is none.
-- name: REMOVE_ROWS
DELETE FROM decision_row WHERE pair_id IN (SELECT id FROM doomed);
DELETE FROM decision_row WHERE other_id IN (SELECT id FROM doomed);
DELETE FROM finding_row WHERE pair_id IN (SELECT id FROM doomed);
DELETE FROM finding_row WHERE other_id IN (SELECT id FROM doomed);
DELETE FROM duplicate WHERE pair_id IN (SELECT id FROM doomed);
DELETE FROM duplicate WHERE keeper_id IN (SELECT id FROM doomed);
DELETE FROM cluster WHERE pair_id IN (SELECT id FROM doomed);
DELETE FROM split WHERE pair_id IN (SELECT id FROM doomed);
UPDATE cluster SET cluster_id = low.id
FROM (SELECT cluster_id AS was, min(pair_id) AS id FROM cluster
      WHERE cluster_id IN (SELECT id FROM doomed) GROUP BY cluster_id) low
WHERE cluster_id = low.was;
DELETE FROM cluster
WHERE pair_id = cluster_id
  AND (SELECT count(*) FROM cluster c
       WHERE c.cluster_id = cluster.cluster_id) = 1;
-- What fell to a pair that is gone has to be compared again.
DELETE FROM signature;
DELETE FROM embedding WHERE pair_id IN (SELECT id FROM doomed);
DELETE FROM score WHERE pair_id IN (SELECT id FROM doomed);
DELETE FROM verdict WHERE pair_id IN (SELECT id FROM doomed);
DELETE FROM edit WHERE pair_id IN (SELECT id FROM doomed);
DELETE FROM turn WHERE pair_id IN (SELECT id FROM doomed);
DELETE FROM pair WHERE id IN (SELECT id FROM doomed);
DELETE FROM reject WHERE source_id IN (SELECT id FROM doomed_source);
DELETE FROM source WHERE id IN (SELECT id FROM doomed_source);

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
