# stats.sh - how long it takes to look at a million pairs
#
#     make bench BENCH=stats [PAIRS=1000000] [KEEP=folder]
#
# The database is generated in SQL: half Japanese, half English, sentences drawn
# from 20,000 of each, 30 % near duplicates, findings, scores and vectors of 16
# numbers.  Prints wall and CPU seconds of each command, the third of three
# runs (warm file cache).
set -eu
pairs=${PAIRS:-1000000}
folder=${KEEP:-$(mktemp -d)}
mkdir -p "$folder"
[ -n "${KEEP:-}" ] || trap 'rm -rf "$folder"' EXIT
export ITDATA_RULES="$srcdir/rules"
db=$folder/stats-$pairs.db
itdata=$abs_builddir/itdata

generate() {
	{
		echo 'PRAGMA page_size = 32768; PRAGMA journal_mode = WAL;'
		echo 'PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;'
		cat "$srcdir/sql/schema.sql" "$srcdir/sql/views.sql"
		cat <<-END
		PRAGMA application_id = 1769235553; PRAGMA user_version = 2;
		BEGIN;
		CREATE TEMP TABLE syllable (id INTEGER PRIMARY KEY, en, ja);
		INSERT INTO syllable (en, ja) VALUES ('ka','英'),('to','訳'),
		 ('re','学'),('mi','校'),('son','生'),('ta','東'),('in','京'),
		 ('ver','大'),('al','文'),('den','章'),('po','を'),('li','の'),
		 ('ge','に'),('us','は'),('ba','が'),('no','で'),('tri','説'),
		 ('ex','明'),('qua','要'),('ne','約'),('si','質'),('or','問'),
		 ('ma','答'),('lu','え'),('pen','書'),('da','く'),('em','読'),
		 ('ro','む'),('wi','人'),('sh','会'),('ea','社'),('lo','国');
		CREATE TEMP TABLE word (id INTEGER PRIMARY KEY, en, ja);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
		  WHERE i < 6000)
		INSERT INTO temp.word
		SELECT i, (SELECT en FROM syllable WHERE id = 1 + i % 32) ||
		  (SELECT en FROM syllable WHERE id = 1 + i * 7 / 32 % 32) ||
		  (SELECT en FROM syllable WHERE id = 1 + i * 11 / 900 % 32),
		  (SELECT ja FROM syllable WHERE id = 1 + i % 32) ||
		  (SELECT ja FROM syllable WHERE id = 1 + i * 7 / 32 % 32) ||
		  (SELECT ja FROM syllable WHERE id = 1 + i * 11 / 900 % 32)
		FROM n;
		CREATE TEMP TABLE sentence (id INTEGER PRIMARY KEY, en, ja);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
		  WHERE i < 20000)
		INSERT INTO sentence SELECT i,
		  (SELECT group_concat(en, ' ') FROM temp.word WHERE id IN (
		   1 + i * 31 % 6000, 1 + i * 97 % 6000, 1 + i * 389 % 6000,
		   1 + i * 1031 % 6000, 1 + i * 7 % 6000, 1 + i * 3001 % 6000,
		   1 + i * 53 % 6000, 1 + i * 733 % 6000)) || '. ',
		  (SELECT group_concat(ja, '') FROM temp.word WHERE id IN (
		   1 + i * 31 % 6000, 1 + i * 97 % 6000, 1 + i * 389 % 6000,
		   1 + i * 1031 % 6000, 1 + i * 7 % 6000)) || '。'
		FROM n;
		INSERT INTO run VALUES
		 (1, 'ingest', '[]', '', 1, '2026-01-01', '2026-01-01', '{}'),
		 (2, 'filter', '[]', '', 1, '2026-01-01', '2026-01-01', '{}'),
		 (3, 'dedup', '[]', '', 1, '2026-01-01', '2026-01-01', '{}');
		INSERT INTO source (id, name, path, sha256, size, format,
		  schema, encoding, mapping, license, part, added, finished,
		  run_id)
		SELECT id, 'source ' || id, id || '.jsonl',
		  printf('%064d', id), 1, 'jsonl', 'alpaca', 'utf-8', '{}',
		  CASE id % 3 WHEN 0 THEN 'MIT' WHEN 1 THEN 'CC-BY-4.0' END,
		  0, $pairs / 20, 1, 1
		FROM syllable WHERE id <= 20;
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
		  WHERE i < $pairs)
		INSERT INTO pair SELECT i, 1 + i % 20, i / 20, i, 0,
		  iif(i % 2, 'ja', 'en'), iif(i % 2, 'ja', 'en'),
		  CASE i % 7 WHEN 0 THEN 'qa' WHEN 1 THEN 'summarise' WHEN 2
		  THEN 'translate' WHEN 3 THEN 'code' ELSE '' END,
		  1, randomblob(16), NULL,
		  CASE i % 2 WHEN 1 THEN (SELECT ja FROM sentence WHERE id =
		   1 + i * 613 % 20000) || i || '番の文を英訳してください。'
		  ELSE (SELECT en FROM sentence WHERE id =
		   1 + i * 613 % 20000) || 'Number ' || i END, NULL,
		  CASE i % 2 WHEN 1 THEN
		  (SELECT group_concat(ja, '') FROM sentence WHERE id IN (
		   1 + i * 3 % 20000, 1 + i * 17 % 20000, 1 + i * 41 % 20000,
		   1 + i * 1009 % 20000))
		  ELSE (SELECT group_concat(en, '') FROM sentence WHERE id IN (
		   1 + i * 3 % 20000, 1 + i * 17 % 20000, 1 + i * 41 % 20000,
		   1 + i * 1009 % 20000)) END, NULL
		FROM n;
		INSERT INTO main.word VALUES (1, 'refusal'), (2, 'near duplicate'),
		 (3, 'ja.vague.reference'), (4, 'ambiguity'), (5, 'instruction'),
		 (6, 'en.vague');
		INSERT INTO stage VALUES (1, 'filter', 'filter', 10, '[]', 2),
		 (2, 'dedup', 'dedup', 30, '[]', 3);
		INSERT INTO decision_row SELECT id, 2, 2, id - 1, NULL, 0.91, 0.8
		FROM pair WHERE id % 10 IN (2, 3, 5);
		INSERT INTO decision_row SELECT id, 1, 1, NULL, NULL, NULL, NULL
		FROM pair WHERE id % 100 = 7;
		INSERT INTO duplicate SELECT id, id - 1, 'near', 0.91, 3
		FROM pair WHERE id % 10 IN (2, 3, 5);
		INSERT INTO cluster SELECT id, id - id % 2 FROM pair
		WHERE id % 10 IN (2, 3, 4, 5);
		INSERT INTO finding_row (pair_id, stage_id, rule, category,
		  turn, field, start, length) SELECT id, 1, iif(id % 2, 3, 6), 4, 0, 5,
		 0, 4 FROM pair WHERE id % 5 = 0;
		INSERT INTO score (pair_id, ambiguity, novelty, quality)
		SELECT id, abs(random() % 1000) / 1000.0,
		 abs(random() % 1000) / 1000.0, abs(random() % 1000) / 1000.0
		FROM pair;
		INSERT INTO embedding SELECT id, 'bench', 'instruction',
		 CAST(substr(printf('%064d', id * 7919 % 100003), 1, 64) AS BLOB)
		FROM pair;
		COMMIT;
		END
	} | sqlite3 "$db" >/dev/null
}

# measure NAME COMMAND...
measure() {
	name=$1
	shift
	for round in 1 2 3; do
		LC_ALL=C bash -c 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null' \
			- "$@" 2>"$folder/time" || { cat "$folder/time"; exit 1; }
	done
	tail -1 "$folder/time" | awk -v n="$name" \
		'{ printf "%-34s %7.2f s wall %7.2f s CPU\n", n, $1, $2 + $3 }'
}

[ -e "$db" ] || generate
echo "$pairs pairs, $(stat -c %s "$db") bytes; $("$itdata" version | head -1), SQLite $(sqlite3 --version | cut -d' ' -f1), $(nproc) processors"
measure "stats" "$itdata" stats "$db" -q
measure "stats --json" "$itdata" stats "$db" -q --json
measure "stats --html" "$itdata" stats "$db" -q --html "$folder/page.html"
echo "page: $(stat -c %s "$folder/page.html") bytes"
measure "digest" "$itdata" digest "$db"
measure "show, one pair" "$itdata" show "$db" 12345
measure "sample --stage dedup" "$itdata" sample "$db" --stage dedup
if [ ! -e "$db.search" ]; then
	LC_ALL=C bash -c 'TIMEFORMAT="index, built once: %R s wall, %U s CPU"; time "$@"' \
		- "$itdata" search "$db" 英訳 -q >/dev/null
	echo "index: $(stat -c %s "$db.search") bytes"
fi
for query in 英訳 "英訳 lang:ja category:qa" "kasonta" "質問 dropped:dedup" \
	"英訳 score:novelty>0.99" "dropped:filter" "rule:ja.* kept" \
	"英訳 rule:en.vague" 存在しない \
	"\"英訳してください\" -東京"; do
	measure "search $query" "$itdata" search "$db" "$query" -q
done
