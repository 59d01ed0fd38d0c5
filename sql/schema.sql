-- The whole schema.  itdata-db(5) explains it; views are in views.sql.
-- No custom function or collation: sqlite3, Datasette and DuckDB open the file.

-- One command on this database.
CREATE TABLE run (
  id         INTEGER PRIMARY KEY,
  command    TEXT NOT NULL,
  arguments  TEXT NOT NULL,            -- JSON array, as typed
  version    TEXT NOT NULL,            -- of itdata and its libraries
  seed       INTEGER NOT NULL,
  started    TEXT NOT NULL,            -- UTC, ISO 8601
  finished   TEXT,                     -- NULL: still working, or killed
  summary    TEXT CHECK (summary IS NULL OR json_valid(summary))
) STRICT;

-- One ingested file.
CREATE TABLE source (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,            -- --source, or the file's name
  path       TEXT NOT NULL,            -- as typed
  sha256     TEXT NOT NULL CHECK (length(sha256) = 64),
  size       INTEGER NOT NULL,         -- bytes
  mtime      TEXT,                     -- UTC, ISO 8601
  format     TEXT NOT NULL,            -- json, jsonl, csv, ...; +gzip, +zstd, +xz
  schema     TEXT NOT NULL,            -- alpaca, messages, ...
  encoding   TEXT NOT NULL,
  mapping    TEXT NOT NULL CHECK (json_valid(mapping)),
  license    TEXT,
  part       INTEGER NOT NULL CHECK (part BETWEEN 0 AND 8191),
  records    INTEGER NOT NULL DEFAULT 0, -- resume mark: records done
  added      INTEGER NOT NULL DEFAULT 0,
  rejected   INTEGER NOT NULL DEFAULT 0,
  finished   INTEGER NOT NULL DEFAULT 0 CHECK (finished IN (0, 1)),
  left_off   INTEGER CHECK (left_off >= 0), -- --limit ended it, with so many
                                       -- parts of the next record taken
  run_id     INTEGER NOT NULL REFERENCES run,
  UNIQUE (sha256, part)
) STRICT;

-- One training example.  Text is the author's, untouched.
-- id = part << 40 | n.  Narrow columns stand before the long texts.
CREATE TABLE pair (
  id            INTEGER PRIMARY KEY CHECK (id > 0),
  source_id     INTEGER NOT NULL REFERENCES source,
  record        INTEGER NOT NULL,      -- ordinal in the source, from 0
  line          INTEGER NOT NULL,      -- where the record starts, from 1
  byte          INTEGER NOT NULL,      -- of the decoded text, from 0
  lang          TEXT NOT NULL,         -- of the instruction, ISO 639 or und
  lang_response TEXT NOT NULL,
  category      TEXT NOT NULL,         -- kind of task, '' when not known
  turns         INTEGER NOT NULL CHECK (turns >= 1), -- exchanges
  digest        BLOB NOT NULL CHECK (length(digest) = 16), -- of all its text
  system        TEXT,
  instruction   TEXT NOT NULL,
  input         TEXT,
  response      TEXT NOT NULL,
  extra         TEXT CHECK (extra IS NULL OR json_valid(extra))
) STRICT;

-- Answers scans of the narrow columns without touching text.
CREATE UNIQUE INDEX pair_narrow ON pair (source_id, record);
CREATE INDEX pair_lang ON pair (lang, category, source_id, lang_response, turns);

-- Messages of a pair that is more than one exchange, lossless and in order.
-- The pair's own columns hold the first exchange.
CREATE TABLE turn (
  pair_id  INTEGER NOT NULL REFERENCES pair,
  n        INTEGER NOT NULL CHECK (n >= 0),
  role     TEXT NOT NULL,              -- system, user, assistant, tool
  content  TEXT NOT NULL,
  extra    TEXT CHECK (extra IS NULL OR json_valid(extra)), -- tool calls, ...
  PRIMARY KEY (pair_id, n)
) STRICT, WITHOUT ROWID;

-- A record that could not become a pair.
CREATE TABLE reject (
  source_id  INTEGER NOT NULL REFERENCES source,
  record     INTEGER NOT NULL,
  line       INTEGER NOT NULL,
  byte       INTEGER NOT NULL,
  reason     TEXT NOT NULL,
  excerpt    TEXT NOT NULL,            -- its first bytes, made printable
  PRIMARY KEY (source_id, record)
) STRICT, WITHOUT ROWID;

-- Words that tall tables use: stages, reasons, rules, categories, methods.
CREATE TABLE word (
  id    INTEGER PRIMARY KEY,
  text  TEXT NOT NULL UNIQUE
) STRICT;

-- A stage is known by its name; its rows are those of its last run.
-- Stages of lower rank come earlier in the pipeline.
CREATE TABLE stage (
  id        INTEGER PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE,
  command   TEXT NOT NULL,
  rank      INTEGER NOT NULL,
  operands  TEXT NOT NULL CHECK (json_valid(operands)), -- what it ran against
  run_id    INTEGER NOT NULL REFERENCES run
) STRICT;

-- A stage decided that a pair is out.  View: decision.
CREATE TABLE decision_row (
  pair_id    INTEGER NOT NULL REFERENCES pair,
  stage_id   INTEGER NOT NULL REFERENCES stage,
  reason     INTEGER NOT NULL REFERENCES word,
  other_id   INTEGER REFERENCES pair,  -- the pair that stays instead
  item_id    INTEGER REFERENCES item,  -- the benchmark item it contains
  value      REAL,
  threshold  REAL,
  PRIMARY KEY (pair_id, stage_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_stage ON decision_row (stage_id, reason);
CREATE INDEX decision_other ON decision_row (other_id) WHERE other_id IS NOT NULL;

-- A rule or check matched a span of a pair, or a pair and another do not go
-- together.  View: finding.
CREATE TABLE finding_row (
  pair_id   INTEGER NOT NULL REFERENCES pair,
  stage_id  INTEGER NOT NULL REFERENCES stage,
  rule      INTEGER NOT NULL REFERENCES word,
  category  INTEGER NOT NULL REFERENCES word,
  turn      INTEGER NOT NULL,          -- message of a conversation, else 0
  field     INTEGER NOT NULL REFERENCES word,
  start     INTEGER NOT NULL CHECK (start >= 0),  -- characters
  length    INTEGER NOT NULL CHECK (length >= 0),
  other_id  INTEGER REFERENCES pair,   -- whose answer disagrees
  PRIMARY KEY (pair_id, stage_id, rule, turn, field, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_rule ON finding_row (rule, category);

-- A pair that repeats another.
CREATE TABLE duplicate (
  pair_id     INTEGER PRIMARY KEY REFERENCES pair,
  keeper_id   INTEGER NOT NULL REFERENCES pair CHECK (keeper_id <> pair_id),
  method      TEXT NOT NULL,           -- exact, near, semantic
  similarity  REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),
  run_id      INTEGER NOT NULL REFERENCES run
) STRICT;
CREATE INDEX duplicate_keeper ON duplicate (keeper_id);

-- Connected components of the matches; a pair alike to none has no row.
CREATE TABLE cluster (
  pair_id     INTEGER PRIMARY KEY REFERENCES pair,
  cluster_id  INTEGER NOT NULL REFERENCES pair -- its member of lowest id
) STRICT;
CREATE INDEX cluster_member ON cluster (cluster_id);

-- What near-duplicate search computed for a pair, kept for the next run: new
-- pairs are then compared with all, but not all with all again.
CREATE TABLE signature (
  pair_id  INTEGER PRIMARY KEY REFERENCES pair,
  recipe   INTEGER NOT NULL REFERENCES word, -- all that it depends on
  exact    BLOB NOT NULL CHECK (length(exact) = 16), -- of the normal form
  guard    INTEGER NOT NULL,           -- of all that must be equal
  fields   INTEGER NOT NULL CHECK (fields >= 0), -- that have a set
  pinned   INTEGER NOT NULL CHECK (pinned IN (0, 1)), -- a person said keep
  keys     BLOB CHECK (length(keys) % 4 = 0) -- one a band; NULL: not needed
) STRICT;

-- An item of a benchmark that pairs are checked against.
CREATE TABLE item (
  id         INTEGER PRIMARY KEY,
  stage_id   INTEGER NOT NULL REFERENCES stage,
  benchmark  TEXT NOT NULL,
  record     INTEGER NOT NULL,
  text       TEXT NOT NULL
) STRICT;

-- A vector per pair, float32 little-endian.
CREATE TABLE embedding (
  pair_id  INTEGER NOT NULL REFERENCES pair,
  model    TEXT NOT NULL,
  field    TEXT NOT NULL,              -- instruction, pair, response
  vector   BLOB NOT NULL CHECK (length(vector) % 4 = 0),
  PRIMARY KEY (pair_id, model, field)
) STRICT, WITHOUT ROWID;

-- Measures of a pair, one wide row.  View: pair_score.  `itdata metrics` and
-- itdata-score(1) define each column.
CREATE TABLE score (
  pair_id     INTEGER PRIMARY KEY REFERENCES pair,
  ambiguity   REAL CHECK (ambiguity BETWEEN 0 AND 1),
  novelty     REAL,
  density     REAL,
  cell        REAL,
  quality     REAL CHECK (quality BETWEEN 0 AND 1),
  compression REAL,
  letters     REAL CHECK (letters BETWEEN 0 AND 1),
  agreement   REAL CHECK (agreement IN (0, 1)),
  loss        REAL,
  perplexity  REAL,
  ifd_loss    REAL,
  ifd_ppl     REAL
) STRICT;

-- What a person decided.  It outranks every stage.
CREATE TABLE verdict (
  pair_id  INTEGER PRIMARY KEY REFERENCES pair,
  verdict  TEXT NOT NULL CHECK (verdict IN ('keep', 'drop')),
  note     TEXT NOT NULL DEFAULT '',
  author   TEXT NOT NULL DEFAULT '',
  made     TEXT NOT NULL               -- UTC, ISO 8601
) STRICT;

-- A text that a person changed: the pair holds the new one, this the original.
CREATE TABLE edit (
  pair_id   INTEGER NOT NULL REFERENCES pair,
  turn      INTEGER NOT NULL CHECK (turn >= 0), -- message, else 0
  field     TEXT NOT NULL CHECK (field IN ('system', 'instruction', 'input',
                                           'response', 'content')),
  original  TEXT,                      -- NULL: there was none
  author    TEXT NOT NULL DEFAULT '',
  made      TEXT NOT NULL,             -- UTC, ISO 8601
  PRIMARY KEY (pair_id, turn, field)
) STRICT, WITHOUT ROWID;

-- To which split export gave a pair, so that it never moves from one that is
-- trained on to one that is tested on.
CREATE TABLE split (
  plan     INTEGER NOT NULL REFERENCES word, -- splits, shares and seed
  pair_id  INTEGER NOT NULL REFERENCES pair,
  split    INTEGER NOT NULL REFERENCES word,
  PRIMARY KEY (plan, pair_id)
) STRICT, WITHOUT ROWID;

-- Digests of pairs that were erased for good, so that they cannot come back.
CREATE TABLE removed (
  digest   BLOB PRIMARY KEY CHECK (length(digest) = 16),
  run_id   INTEGER NOT NULL REFERENCES run
) STRICT, WITHOUT ROWID;
