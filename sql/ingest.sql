-- Statements of src/ingest.

-- name: SOURCE_GET
SELECT id, records, added, rejected, finished, format, schema, encoding
FROM source WHERE sha256 = :sha256 AND part = :part;

-- name: SOURCE_PUT
INSERT INTO source (name, path, sha256, size, mtime, format, schema, encoding,
                    mapping, license, part, run_id)
VALUES (:name, :path, :sha256, :size, :mtime, :format, :schema, :encoding,
        :mapping, :license, :part, :run);

-- name: SOURCE_MARK
UPDATE source
SET records = :records, added = :added, rejected = :rejected,
    finished = :finished
WHERE id = :id;

-- name: REJECT_PUT
INSERT INTO reject (source_id, record, line, byte, reason, excerpt)
VALUES (:source, :record, :line, :byte, :reason, :excerpt);

-- The commonest reason first.
-- name: REJECT_REASON
SELECT reason, count(*) FROM reject WHERE source_id = :source
GROUP BY reason ORDER BY count(*) DESC, reason LIMIT 1;

-- name: PAIR_LAST_ID
SELECT max(id) FROM pair WHERE id BETWEEN :first AND :last;

-- name: REMOVED_COUNT
SELECT count(*) FROM removed;

-- name: REMOVED_GET
SELECT 1 FROM removed WHERE digest = :digest;
