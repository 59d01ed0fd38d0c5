-- Statements of src/ingest.

-- name: SOURCE_GET
SELECT id, records, added, rejected, finished, left_off
FROM source WHERE sha256 = :sha256 AND part = :part;

-- An earlier and shorter state of the same file?  The newest first.
-- name: SOURCE_SHORTER
SELECT id, sha256, size FROM source
WHERE path = :path AND part = :part AND size < :size
ORDER BY size DESC LIMIT 3;

-- name: SOURCE_GROWN
UPDATE source
SET sha256 = :sha256, size = :size, mtime = :mtime, finished = 0, run_id = :run
WHERE id = :id;

-- The last record of a file that has grown may have been half a line.
-- name: REJECT_FORGET_LAST
DELETE FROM reject
WHERE source_id = :source
  AND record = (SELECT added + rejected - 1 FROM source WHERE id = :source);

-- name: SOURCE_PUT
INSERT INTO source (name, path, sha256, size, mtime, format, schema, encoding,
                    mapping, license, part, run_id)
VALUES (:name, :path, :sha256, :size, :mtime, :format, :schema, :encoding,
        :mapping, :license, :part, :run);

-- name: SOURCE_MARK
UPDATE source
SET records = :records, added = :added, rejected = :rejected,
    finished = :finished, left_off = :left_off
WHERE id = :id;

-- Licence that the file itself states, when nobody said one.
-- name: SOURCE_LICENSE
UPDATE source SET license = :license WHERE id = :id AND license IS NULL;

-- name: SOURCE_MARK_GET
SELECT records, added, rejected, left_off, finished
FROM source WHERE id = :id;

-- name: REJECT_PUT
INSERT INTO reject (source_id, record, line, byte, reason, excerpt)
VALUES (:source, :record, :line, :byte, :reason, :excerpt);

-- The commonest reason first.
-- name: REJECT_REASON
SELECT reason, count(*) FROM reject WHERE source_id = :source
GROUP BY reason ORDER BY count(*) DESC, reason LIMIT 1;

-- What a source gave, when it turns out not to be one.
-- name: SOURCE_FORGET_TURNS
DELETE FROM turn
WHERE pair_id IN (SELECT id FROM pair WHERE source_id = :source);

-- name: SOURCE_FORGET_PAIRS
DELETE FROM pair WHERE source_id = :source;

-- name: SOURCE_FORGET_REJECTS
DELETE FROM reject WHERE source_id = :source;

-- name: SOURCE_FORGET
DELETE FROM source WHERE id = :source;

-- name: PAIR_LAST_ID
SELECT max(id) FROM pair WHERE id BETWEEN :first AND :last;

-- name: REMOVED_COUNT
SELECT count(*) FROM removed;

-- name: REMOVED_GET
SELECT 1 FROM removed WHERE digest = :digest;
