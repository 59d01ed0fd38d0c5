#!/bin/sh
# ingest_parquet.sh - Parquet through DuckDB's library, where it is installed
. "$srcdir/tests/cli/lib.sh"

it 'says how to install the library when it is absent' '
	printf "PAR1PAR1" >a.parquet &&
	ITDATA_DUCKDB=/nowhere fails_with 1 itdata ingest a.db a.parquet &&
	says "a.parquet: Parquet needs DuckDB" &&
	says "install it with: npm install --prefix ~/.local/lib/itdata" &&
	test ! -e a.db
'

if ! "$abs_builddir/tests/duck_run" </dev/null; then
	echo "# skipped: DuckDB's library is not installed"
	finish
fi

# files of all kinds, made by the library
cd "$work" || exit 99
"$abs_builddir/tests/duck_run" <<'EOF' || exit 99
COPY (SELECT '質問' || i AS instruction, NULL::VARCHAR AS input,
	     CASE WHEN i <> 3 THEN 'ネコは' || i || '匹です。' END AS output,
	     CASE WHEN i > 1 THEN 'nan'::DOUBLE ELSE 0.5 END AS score,
	     9007199254740993 + i AS big, DATE '2026-11-24' AS day
      FROM range(5) t(i)) TO 'flat.parquet' (FORMAT parquet);
COPY (SELECT [{'role': 'user', 'content': '英訳して: ' || i},
	      {'role': 'assistant', 'content': 'Cat ' || i},
	      {'role': 'user', 'content': 'もう一つ'},
	      {'role': 'assistant', 'content': 'Dog'}] AS messages
      FROM range(3) t(i)) TO 'messages.parquet'
     (FORMAT parquet, COMPRESSION zstd);
COPY (SELECT [{'from': 'human', 'value': 'Hello ' || i},
	      {'from': 'gpt', 'value': 'World'}] AS conversations
      FROM range(3) t(i)) TO 'sharegpt.parquet'
     (FORMAT parquet, COMPRESSION gzip);
COPY (SELECT {'ask': ['q' || i, 'unused']} AS a, 'r' || i AS b
      FROM range(2) t(i)) TO 'it''s [1]*.parquet' (FORMAT parquet);
COPY (SELECT 'instruction ' || i AS instruction, md5('' || i) AS response
      FROM range(40000) t(i)) TO 'groups.parquet'
     (FORMAT parquet, ROW_GROUP_SIZE 4096, COMPRESSION zstd);
COPY (FROM 'groups.parquet') TO 'groups.jsonl' (FORMAT json);
COPY (SELECT 't' || i // 2 AS message_tree_id, 'm' || i AS message_id,
	     CASE WHEN i % 2 = 1 THEN 'm' || i - 1 END AS parent_id,
	     CASE WHEN i % 2 = 1 THEN 'assistant' ELSE 'prompter' END AS role,
	     'text ' || i AS text, 0 AS rank
      FROM range(6) t(i)) TO 'rows.parquet' (FORMAT parquet);
EOF
parquet=$work

it 'takes flat columns, with their place; a null answer is a reject' '
	itdata ingest a.db "$parquet/flat.parquet" >out 2>err ||
		test $? = 3 &&
	grep "parquet, utf-8, alpaca: 5 read = 4 added + 0 known + 1 rejected" \
		out &&
	sql a.db "SELECT line, record, instruction, response, lang FROM pair" \
		>pairs && expect pairs <<-\EOF &&
	1|0|質問0|ネコは0匹です。|ja
	2|1|質問1|ネコは1匹です。|ja
	3|2|質問2|ネコは2匹です。|ja
	5|4|質問4|ネコは4匹です。|ja
	EOF
	sql a.db "SELECT format, schema, encoding FROM source" >source &&
	expect source <<-\EOF
	parquet|alpaca|utf-8
	EOF
'
it 'keeps other columns: big numbers whole, dates, NaN as null' '
	itdata ingest a.db "$parquet/flat.parquet" --max-rejects 9 >out &&
	sql a.db "SELECT extra FROM pair WHERE line IN (1, 3)" >extra &&
	expect extra <<-\EOF
	{"score":0.5,"big":9007199254740993,"day":"2026-11-24"}
	{"score":null,"big":9007199254740995,"day":"2026-11-24"}
	EOF
'
it 'takes lists of structs: messages and conversations' '
	itdata ingest a.db "$parquet/messages.parquet" \
		"$parquet/sharegpt.parquet" >out &&
	sql a.db "SELECT schema, added FROM source" >sources &&
	expect sources <<-\EOF &&
	messages|3
	sharegpt|3
	EOF
	sql a.db "SELECT role, content FROM turn WHERE pair_id = 2" >turns &&
	expect turns <<-\EOF
	user|英訳して: 1
	assistant|Cat 1
	user|もう一つ
	assistant|Dog
	EOF
'
it 'takes the rows of message trees together' '
	itdata ingest a.db "$parquet/rows.parquet" >out &&
	sql a.db "SELECT instruction, response FROM pair" >pairs &&
	expect pairs <<-\EOF
	text 0|text 1
	text 2|text 3
	text 4|text 5
	EOF
'
it 'takes any columns by --map, from a file of any name' '
	itdata ingest a.db "$parquet/it'"'"'s [1]*.parquet" \
		--map "instruction=a.ask[0],response=b" >out &&
	sql a.db "SELECT instruction, response FROM pair" >pairs &&
	expect pairs <<-\EOF
	q0|r0
	q1|r1
	EOF
'
it 'shows what it is and writes nothing with --probe' '
	itdata ingest --probe "$parquet/messages.parquet" >out &&
	grep "messages.parquet: parquet, utf-8, schema messages" out &&
	grep "instruction  英訳して: 0" out
'
it 'is the same from stdin, an archive or a folder, and adds nothing again' '
	itdata ingest a.db - <"$parquet/groups.parquet" >out &&
	itdata ingest a.db "$parquet/groups.parquet" >out &&
	grep "40000 read = 0 added + 40000 known" out &&
	mkdir folder && cp "$parquet/sharegpt.parquet" folder &&
	tar cf b.tar -C "$parquet" messages.parquet sharegpt.parquet &&
	itdata ingest b.db b.tar >out && itdata ingest b.db folder >out &&
	sql b.db "SELECT path, added FROM source" >sources &&
	expect sources <<-\EOF
	b.tar!messages.parquet|3
	b.tar!sharegpt.parquet|3
	EOF
'
it 'is the same as JSONL of the same rows, on any number of threads' '
	itdata ingest -j1 a.db "$parquet/groups.parquet" >out &&
	itdata ingest -j2 b.db "$parquet/groups.parquet" >out &&
	itdata ingest c.db "$parquet/groups.jsonl" >out &&
	for db in a b c; do
		sql $db.db "SELECT record, line, byte, hex(digest) FROM pair" |
			sha256sum
	done | sort -u >sums && test "$(wc -l <sums)" = 1
'
it 'writes rejects that can be mended and taken' '
	itdata ingest a.db "$parquet/flat.parquet" --max-rejects 9 \
		--rejects r.jsonl >out &&
	grep "\"line\":4" r.jsonl &&
	sed "s/\"output\":null/\"output\":\"四匹\"/" r.jsonl >mended.jsonl &&
	itdata ingest a.db mended.jsonl >out &&
	sql a.db "SELECT instruction, response FROM pair WHERE id = 5" >pair &&
	expect pair <<-\EOF
	質問3|四匹
	EOF
'
it 'refuses a file that is cut off, and leaves nothing' '
	head -c 900 "$parquet/flat.parquet" >cut.parquet &&
	fails_with 1 itdata ingest a.db cut.parquet &&
	says "cut.parquet: DuckDB:" && test "$(wc -l <err)" = 1 &&
	test ! -e a.db
'
it 'keeps what came before the damage, and says so' '
	size=$(wc -c <"$parquet/groups.parquet") &&
	cp "$parquet/groups.parquet" bad.parquet &&
	printf "%0600d" 0 | dd of=bad.parquet bs=1 seek=$((size / 2)) \
		conv=notrunc status=none &&
	fails_with 1 itdata ingest a.db bad.parquet &&
	says "bad.parquet: DuckDB:" && says "what came before is kept" &&
	sql a.db "SELECT count(*) > 10000, max(record) < 40000 FROM pair" \
		>count && expect count <<-\EOF &&
	1|1
	EOF
	sql a.db "SELECT reason FROM reject" | grep -x "the file is damaged"
'
it 'survives a header, a footer or pages of noise with one error' '
	for seed in 1 2 3 4 5 6 7 8; do
		awk -v seed=$seed "BEGIN {
			srand(seed)
			for (i = 0; i < 12; i++)
				printf \"%c\", int(rand() * 255) + 1
		}" >noise
		cp "$parquet/flat.parquet" noisy.parquet
		dd if=noise of=noisy.parquet bs=1 seek=$((seed * 97 % 700 + 4)) \
			conv=notrunc status=none
		status=0
		itdata ingest a.db noisy.parquet >out 2>err || status=$?
		test $status -le 3 && test "$(wc -l <err)" -le 2 || exit 1
	done
'
it 'says so when --format and file disagree' '
	fails_with 1 itdata ingest a.db --format json "$parquet/flat.parquet" &&
	says "it is a Parquet file" &&
	echo "{}" >a.json &&
	fails_with 1 itdata ingest a.db --format parquet a.json &&
	says "not a Parquet file"
'
finish
