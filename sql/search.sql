-- Statements of search: the index beside the database, and what its words mean.

-- The index: a file of its own.  hashsize: tokens in memory before a segment.
-- name: INDEX_SCHEMA
PRAGMA page_size = 32768;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE state (
  pairs    TEXT NOT NULL,    -- SEARCH_STATE when it was written
  removed  INTEGER NOT NULL, -- the last run of remove
  n        INTEGER NOT NULL, -- pairs in it
  last     INTEGER NOT NULL  -- the highest id of these
);
CREATE VIRTUAL TABLE entry USING fts5 (
  text, content = '', columnsize = 0, tokenize = 'ascii'
);
INSERT INTO entry (entry, rank) VALUES ('hashsize', 67108864);
BEGIN;

-- name: INDEX_PUT
INSERT INTO entry (rowid, text) VALUES (?1, ?2);

-- Tokens as they were given.
-- name: INDEX_DELETE
INSERT INTO entry (entry, rowid, text) VALUES ('delete', ?1, ?2);

-- name: INDEX_MARK
INSERT INTO state (pairs, removed, n, last) VALUES (?1, ?2, ?3, ?4);

-- name: INDEX_FINISH
COMMIT;
PRAGMA synchronous = FULL;
INSERT INTO entry (entry) VALUES ('optimize');

-- name: INDEX_STATE
SELECT pairs, removed, n, last FROM state;

-- More pairs at the end of an index.
-- name: INDEX_BEGIN
BEGIN IMMEDIATE; DELETE FROM state;

-- Edited pairs: the index holds their originals, so that it stays right when
-- an edit is taken back; their texts of today are in a table of this connection.
-- name: INDEX_EDITED
CREATE VIRTUAL TABLE IF NOT EXISTS temp.edited USING fts5 (text, content = '', columnsize = 0, tokenize = 'ascii');
CREATE TEMP TABLE IF NOT EXISTS edited_id (id INTEGER PRIMARY KEY);

-- name: INDEX_EDITED_PUT
INSERT INTO temp.edited (rowid, text) VALUES (?1, ?2);

-- name: INDEX_EDITED_ID
INSERT INTO temp.edited_id (id) VALUES (?1);

-- name: INDEX_MATCH_EDITED
SELECT rowid FROM entry WHERE entry MATCH ?1 AND rowid > ?2
  AND rowid NOT IN (SELECT id FROM temp.edited_id)
UNION ALL
SELECT rowid FROM temp.edited WHERE edited MATCH ?1 AND rowid > ?2
ORDER BY 1;

-- name: INDEX_MATCH
SELECT rowid FROM entry WHERE entry MATCH ?1 AND rowid > ?2 ORDER BY rowid;

-- What changes when pairs come or go.
-- name: SEARCH_STATE
SELECT printf('%d %d %d %d',
  (SELECT coalesce(max(id), 0) FROM run WHERE command IN ('ingest', 'remove')),
  (SELECT count(*) FROM source WHERE finished = 1),
  (SELECT coalesce(sum(added), 0) FROM source),
  (SELECT coalesce(max(id), 0) FROM pair));

-- name: SEARCH_REMOVED
SELECT coalesce(max(id), 0) FROM run WHERE command = 'remove';

-- Pairs up to an id: as many as an index up to there holds.
-- name: SEARCH_UP_TO
SELECT count(*), coalesce(max(id), 0) FROM pair INDEXED BY pair_narrow
WHERE source_id IN (SELECT id FROM source WHERE finished = 1) AND id <= ?1;

-- name: SEARCH_EDITED
SELECT DISTINCT pair_id FROM edit ORDER BY pair_id;

-- Lists: the pairs above ?2 that a word of the query means, in order of id.

-- A full scan, which ends when the limit is full.
-- name: SEARCH_ALL
SELECT id FROM pair WHERE id > ?2 ORDER BY id;

-- name: SEARCH_LANG_LIST
SELECT id FROM pair INDEXED BY pair_lang WHERE lang GLOB ?1
AND id > ?2 ORDER BY id;

-- name: SEARCH_CATEGORY_LIST
SELECT id FROM pair INDEXED BY pair_lang WHERE category GLOB ?1
AND id > ?2 ORDER BY id;

-- name: SEARCH_SOURCE_LIST
SELECT p.id FROM source s CROSS JOIN pair p ON p.source_id = s.id
WHERE s.name GLOB ?1 AND p.id > ?2 ORDER BY p.id;

-- name: SEARCH_LICENSE_LIST
SELECT p.id FROM source s CROSS JOIN pair p ON p.source_id = s.id
WHERE coalesce(s.license, '') GLOB ?1 AND p.id > ?2 ORDER BY p.id;

-- name: SEARCH_DROPPED_LIST
SELECT DISTINCT id FROM dropped WHERE stage GLOB ?1 AND id > ?2
ORDER BY id;

-- name: SEARCH_RULE_LIST
SELECT DISTINCT pair_id AS id FROM finding_row
WHERE rule IN (SELECT id FROM word WHERE text GLOB ?1)
  AND pair_id > ?2 ORDER BY pair_id;

-- name: SEARCH_VERDICT_LIST
SELECT pair_id AS id FROM verdict WHERE verdict GLOB ?1 AND pair_id > ?2
ORDER BY pair_id;

-- name: SEARCH_ID_LIST
SELECT id FROM pair WHERE id = CAST(?1 AS INTEGER) AND id > ?2;

-- name: SEARCH_CLUSTER_LIST
SELECT pair_id AS id FROM cluster
WHERE cluster_id = CAST(?1 AS INTEGER) AND pair_id > ?2 ORDER BY pair_id;

-- Checks: does a word of the query mean this pair?

-- name: SEARCH_LANG
SELECT 1 FROM pair WHERE lang GLOB ?1 AND id = ?2;

-- name: SEARCH_CATEGORY
SELECT 1 FROM pair WHERE category GLOB ?1 AND id = ?2;

-- name: SEARCH_SOURCE
SELECT 1 FROM pair p JOIN source s ON s.id = p.source_id
WHERE s.name GLOB ?1 AND p.id = ?2;

-- name: SEARCH_LICENSE
SELECT 1 FROM pair p JOIN source s ON s.id = p.source_id
WHERE coalesce(s.license, '') GLOB ?1 AND p.id = ?2;

-- name: SEARCH_DROPPED
SELECT 1 FROM dropped WHERE stage GLOB ?1 AND id = ?2;

-- As the view `kept`, but the pair's row, among long texts, is read last.
-- name: SEARCH_KEPT
SELECT 1
WHERE coalesce((SELECT verdict = 'keep' FROM verdict WHERE pair_id = ?2),
               NOT EXISTS (SELECT 1 FROM decision_row WHERE pair_id = ?2))
  AND EXISTS (SELECT 1 FROM pair p JOIN source s ON s.id = p.source_id
              WHERE p.id = ?2 AND s.finished = 1);

-- name: SEARCH_RULE
SELECT 1 FROM finding_row f JOIN word w ON w.id = f.rule
WHERE w.text GLOB ?1 AND f.pair_id = ?2;

-- name: SEARCH_VERDICT
SELECT 1 FROM verdict WHERE verdict GLOB ?1 AND pair_id = ?2;

-- name: SEARCH_ID
SELECT 1 WHERE ?2 = CAST(?1 AS INTEGER);

-- name: SEARCH_CLUSTER
SELECT 1 FROM cluster WHERE cluster_id = CAST(?1 AS INTEGER) AND pair_id = ?2;

-- By meaning.

-- The model and field of most vectors: of a sample, as a count reads them all.
-- name: MEANING_KIND
SELECT model, field FROM (SELECT model, field FROM embedding LIMIT 10000)
GROUP BY model, field ORDER BY count(*) DESC, model, field LIMIT 1;

-- name: MEANING_SCAN
SELECT pair_id, vector FROM embedding WHERE model = ?1 AND field = ?2;

-- What the encoder of the vectors was asked for, the last run first.
-- name: MEANING_RUN
SELECT arguments FROM run WHERE command = 'embed' ORDER BY id DESC LIMIT 20;

-- The review: how many, and what there is to choose from.

-- name: REVIEW_PAIRS
SELECT count(*) FROM pair INDEXED BY pair_narrow
WHERE source_id IN (SELECT id FROM source WHERE finished = 1);

-- Pairs that `kept` does not hold, without a look at each pair.
-- name: REVIEW_OUT
SELECT (SELECT count(DISTINCT pair_id) FROM decision_row)
     - (SELECT count(*) FROM verdict v WHERE v.verdict = 'keep'
        AND EXISTS (SELECT 1 FROM decision_row d WHERE d.pair_id = v.pair_id))
     + (SELECT count(*) FROM verdict v WHERE v.verdict = 'drop'
        AND NOT EXISTS (SELECT 1 FROM decision_row d
                        WHERE d.pair_id = v.pair_id));

-- name: REVIEW_JUDGED
SELECT count(*) FROM verdict;

-- Each step is one look-up in the index.
-- name: REVIEW_LANG
SELECT min(lang) FROM pair INDEXED BY pair_lang WHERE lang > :after;

-- name: REVIEW_CATEGORY
SELECT min(category) FROM pair INDEXED BY pair_lang
WHERE lang = :lang AND category > :after;

-- name: REVIEW_STAGE
SELECT name FROM stage ORDER BY rank, id;

-- name: REVIEW_SOURCE
SELECT DISTINCT name FROM source ORDER BY name LIMIT 500;

-- name: REVIEW_RULE
SELECT text FROM word w
WHERE EXISTS (SELECT 1 FROM finding_row f WHERE f.rule = w.id)
ORDER BY text LIMIT 1000;
