# dedup.sh - what `itdata dedup` promises at the command line
. "$srcdir/tests/cli/lib.sh"

# pairs DATABASE: a database with the pairs (instruction|response) on stdin
pairs() {
	{
		echo 'PRAGMA page_size = 32768;'
		cat "$srcdir/sql/schema.sql" "$srcdir/sql/views.sql"
		cat <<-\END
		PRAGMA application_id = 1769235553;
		PRAGMA user_version = 2;
		INSERT INTO run VALUES (1, 'ingest', '[]', '', 1, '', '', '{}');
		INSERT INTO source (id, name, path, sha256, size, format,
		  schema, encoding, mapping, part, finished, run_id)
		VALUES (1, 'a', 'a', printf('%064d', 0), 1, 'jsonl', 'alpaca',
		  'utf-8', '{}', 0, 1, 1);
		END
		n=0
		while IFS='|' read -r instruction response; do
			n=$((n + 1))
			echo "INSERT INTO pair (id, source_id, record, line,
			byte, lang, lang_response, category, turns, digest,
			instruction, response) VALUES ($n, 1, $n, $n, 0, 'und',
			'und', '', 1, zeroblob(16), '$instruction',
			'$response');"
		done
	} | sqlite3 "$1"
}

few() {
	pairs "$1" <<-\END
	ネコは何科ですか？|ネコはネコ科に属する動物です。
	ネコは何科ですか|ネコはネコ科に属する動物です
	ネコは何科ですか？|ネコはネコ科に属する動物です。
	3文で要約してください。|はい
	5文で要約してください。|はい
	Translate this.|OK
	translate  this.|ok
	END
}

it 'says what fell and why' '
	few a.db &&
	itdata dedup a.db >out &&
	grep -q "^7 pairs: 2 exact and 1 near duplicates fell, 4 stay$" out &&
	sql a.db "SELECT id, stage, reason, other_id, value FROM dropped" \
		>rows &&
	expect rows <<-\EOF
	2|dedup|near duplicate|1|1.0
	3|dedup|exact duplicate|1|1.0
	7|dedup|exact duplicate|6|1.0
	EOF
'
it 'reports as JSON with the promised keys' '
	few a.db &&
	itdata dedup a.db --json >out &&
	jq -e "[.pairs, .exact, .near, .clusters, .kept, .threshold] ==
		[7, 2, 1, 2, 4, 0.8]" out &&
	jq -e ".recall_at_threshold >= 0.9999 and .seconds >= 0" out
'
it 'lets stats count clusters, keepers and the share of a source' '
	few a.db && itdata dedup a.db >out && itdata stats a.db >text &&
	itdata stats a.db --json >out &&
	jq -e ".duplicates.cluster_sizes == [[2,1],[3,1]]" out &&
	jq -e ".duplicates.largest[0] == {keeper: 1, fell: 2}" out &&
	jq -e ".duplicates.sources.a * 7 | round == 3" out &&
	grep -q "most fell for pair 1: 2, 6: 1;$" text &&
	grep -q "share of a source: a 42.9 %$" text
'
it 'keeps the summary with the run' '
	few a.db &&
	itdata dedup a.db -q --method join --json >out &&
	[ "$(sql a.db "SELECT summary FROM run ORDER BY id DESC LIMIT 1" |
		jq .kept)" = 4 ] &&
	jq -e ".recall_at_threshold == 1" out
'
it 'replaces its earlier decisions' '
	few a.db &&
	itdata dedup a.db >out && itdata dedup a.db --method exact >out &&
	[ "$(sql a.db "SELECT count(*) FROM dropped")" = 2 ] &&
	[ "$(sql a.db "SELECT count(*) FROM duplicate")" = 2 ] &&
	[ "$(sql a.db "SELECT count(*) FROM stage")" = 1 ]
'
it 'gives the same rows whatever the threads, memory and processor' '
	for i in $(seq 1 40); do
		echo "Say it|a b c d e f g h i j k l m n o p q r s t u v w $i"
		echo "Say it|a b c d e f g h i j k l m n o p q r s t u v w x y"
		echo "Say it|a b c d e f g h i j k l m n o p q r s t u v $i w"
	done | pairs a.db &&
	rows="SELECT * FROM decision_row ORDER BY 1" &&
	itdata dedup a.db -j 1 >out && sql a.db "$rows" >one &&
	itdata dedup a.db -j 3 --memory 1k >out && sql a.db "$rows" >two &&
	ITDATA_ISA=scalar itdata dedup a.db >out && sql a.db "$rows" >three &&
	[ -s one ] && cmp one two && cmp one three
'
it 'compares all fields as one text when told so' '
	long="a b c d e f g h i j k l m n o p q r s t u v w x y z" &&
	pairs a.db <<-END &&
	Say it|$long 1 $long
	Say it|$long 2 $long
	END
	itdata dedup a.db -t 0.7 --json >one &&
	itdata dedup a.db -t 0.7 --on text --json >two &&
	jq -e ".near == 0 and .on == \"pair\"" one &&
	jq -e ".near == 1 and .on == \"text\"" two &&
	[ "$(sql a.db "SELECT round(value * 34, 4) FROM dropped")" = 24.0 ]
'
# What the bundled encoder finds alike, from 0.74 to 0.98.
other_words() {
	pairs "$1" <<-\END
	日本の首都はどこですか。|東京です。
	日本の首都はどこか教えてください。|東京
	次の文章を3文で要約してください。|はい
	次の文章を5文で要約してください。|はい
	以下の文章を5文で要約して下さい。|はい
	猫を飼うべき理由を説明する文を書いてください。|癒やされる
	猫を飼うべきでない理由を説明する文を書いてください。|癒やされる
	実行する方法を説明してください。|手順です
	実行しない方法を説明してください。|手順です
	Which city is the capital of France?|Paris
	Tell me, what is the capital of France?|It is Paris.
	Which city is not the capital of France?|Paris
	Which city is the capital of France, please?|Lyon
	Give the answer as a table, please.|yes
	Give the answer as JSON, please.|yes
	日本語を英語に翻訳してください。|cat
	英語を日本語に翻訳してください。|cat
	What are the advantages of electric cars?|noise
	What are the disadvantages of electric cars?|noise
	その橋が完成したのはいつですか。|昭和九年に完成しました。
	その橋が完成したのはどこですか。|昭和九年に完成しました。
	END
}

it 'finds the same in other words, but never in other numbers or a denial' '
	other_words a.db && itdata embed -q a.db &&
	itdata dedup a.db --semantic 0.7 --json >out &&
	jq -e "[.pairs, .semantic, .clusters, .kept, .contradicting] ==
		[21, 3, 3, 18, 2]" out &&
	sql a.db "SELECT id, stage, reason, other_id, value >= 0.7 FROM dropped
		" >rows &&
	expect rows <<-\EOF
	2|semantic|semantic duplicate|1|1
	5|semantic|semantic duplicate|4|1
	11|semantic|semantic duplicate|10|1
	EOF
	itdata show a.db 11 >out &&
	grep -q "semantic duplicate of 10: cosine" out &&
	grep -q "beside pair 10, which is kept" out
'
it 'keeps what texts and what vectors say apart' '
	{ few a.db; other_words b.db; } && itdata dedup a.db >out &&
	rows="SELECT * FROM duplicate WHERE method <> '\''semantic'\''" &&
	sql a.db "$rows" >before && [ -s before ] &&
	itdata embed -q a.db && itdata dedup a.db --semantic 0.95 >out &&
	sql a.db "$rows" | cmp before - &&
	itdata embed -q b.db && itdata dedup b.db --semantic 0.7 >out &&
	itdata dedup b.db >out &&
	[ "$(sql b.db "SELECT count(*) FROM duplicate")" = 3 ] &&
	itdata undo b.db semantic >out &&
	[ "$(sql b.db "SELECT count(*) FROM duplicate")" = 0 ] &&
	[ "$(sql b.db "SELECT count(*) FROM dropped")" = 0 ]
'
it 'finds the same by vectors whatever the threads and the keeper' '
	for i in $(seq 1 60); do
		echo "Tell me what a cat eats|fish$(printf "%.*s" $((i % 9)) \
			"!!!!!!!!!")"
	done | pairs a.db && itdata embed -q a.db &&
	itdata dedup a.db --semantic 0.9 --keep longest -j 1 >out &&
	sql a.db "SELECT pair_id, other_id, value FROM decision" >one &&
	itdata dedup a.db --semantic 0.9 --keep longest -j 3 >out &&
	sql a.db "SELECT pair_id, other_id, value FROM decision" >two &&
	cmp one two && [ "$(wc -l <one)" = 59 ] &&
	[ "$(cut -d"|" -f2 one | sort -u)" = 8 ]
'
it 'says what is needed for vectors' '
	few a.db && cp a.db before.db &&
	fails_with 1 itdata dedup a.db --semantic 0.9 && says "itdata embed" &&
	fails_with 2 itdata dedup a.db --semantic 1.1 && says "at most 1" &&
	cmp before.db a.db && itdata embed -q a.db --on response &&
	fails_with 1 itdata dedup a.db --semantic 0.9 && says "no instruction"
'
it 'prints the curve without a database' '
	itdata dedup --curve >out &&
	grep -q "^25 bands of 5 slots" out &&
	grep -q "^0.80 0.999951 #* <- threshold$" out
'
it 'ignores its own decisions and those of later stages' '
	few a.db &&
	itdata dedup a.db --json >one && itdata dedup a.db --json >two &&
	[ "$(jq .pairs two)" = 7 ] && [ "$(jq .near two)" = 1 ]
'
it 'leaves the database alone when an option is wrong' '
	few a.db && cp a.db before.db &&
	fails_with 2 itdata dedup -t 7 a.db && says "not above 0" &&
	fails_with 2 itdata dedup -t 0 a.db &&
	fails_with 2 itdata dedup -t 0.01 a.db && says "--method join" &&
	fails_with 2 itdata dedup -n 0 a.db && says "1 to 64" &&
	fails_with 2 itdata dedup --method fuzzy a.db &&
	fails_with 2 itdata dedup --keep best a.db --keep worst &&
	fails_with 2 itdata dedup && says "DATABASE" &&
	fails_with 2 itdata dedup a.db b.db &&
	cmp before.db a.db
'
it 'says what is needed for the best' '
	few a.db && cp a.db before.db &&
	fails_with 1 itdata dedup --keep best a.db && says "itdata score" &&
	cmp before.db a.db
'
it 'does not know other files' '
	fails_with 1 itdata dedup none.db && says "no such database" &&
	echo text >text.db &&
	fails_with 1 itdata dedup text.db && says "not an itdata database"
'
it 'takes an empty database' '
	pairs a.db </dev/null &&
	itdata dedup a.db --json >out && jq -e ".pairs == 0 and .kept == 0" out
'
it 'fails whole when memory or disk is short' '
	few a.db && cp a.db before.db && n=1 &&
	while [ $n -lt 400 ]; do
		cp before.db a.db && rm -f a.db-wal a.db-shm
		if ITDATA_FAULT=malloc:$n itdata dedup -q -j 1 a.db 2>err >out
		then break; fi
		case $(sql a.db "SELECT count(*) FROM decision_row") in
		0 | 3) ;; # none or all
		*) exit 1 ;;
		esac
		n=$((n + 7))
	done && [ $n -gt 20 ] && [ $n -lt 400 ]
'
finish
