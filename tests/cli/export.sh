# export.sh - what `itdata export` promises at the command line
. "$srcdir/tests/cli/lib.sh"

# line INSTRUCTION INPUT RESPONSE
line() {
	printf '{"instruction":"%s","input":"%s","output":"%s"}\n' "$@"
}

# mixed DATABASE: 60 Japanese and 20 English pairs, none alike
mixed() {
	for i in $(seq 1 60); do
		line "ネコは何科ですか？ $i 番目の質問です。" "" \
			"ネコはネコ科に属する動物です。$i"
	done >ja.jsonl
	for i in $(seq 1 20); do
		line "Write $i words about rivers and the sea." "" \
			"Here are the $i words that you have asked for."
	done >en.jsonl
	itdata ingest "$1" ja.jsonl en.jsonl --license CC-BY-4.0 -q >/dev/null
}

few() {
	{
		line "ネコは何科ですか？" "" "ネコはネコ科に属する動物です。"
		line "次の文を英訳してください。" \
			"このプロジェクトは大成功でした。" \
			"This project was a great success."
		printf '%s\n' '{"instruction":"Quote \"it\"","input":"","output":"a\\b\nc\u0001"}'
	} >few.jsonl
	itdata ingest "$1" few.jsonl -q >/dev/null
}

# rows FOLDER SPLIT: the lines of a split, in order
rows() {
	cat "$1/$2"-*-of-*.jsonl
}

it 'writes messages, the input after its instruction' '
	few a.db && itdata export a.db -o out >said &&
	grep -q "^3 pairs could be exported; 3 rows in 1 shards in out" said &&
	jq -c . out/train-00000-of-00001.jsonl | sort >got &&
	sort <<-\END | diff - got
	{"messages":[{"role":"user","content":"ネコは何科ですか？"},{"role":"assistant","content":"ネコはネコ科に属する動物です。"}]}
	{"messages":[{"role":"user","content":"次の文を英訳してください。\n\nこのプロジェクトは大成功でした。"},{"role":"assistant","content":"This project was a great success."}]}
	{"messages":[{"role":"user","content":"Quote \"it\""},{"role":"assistant","content":"a\\b\nc\u0001"}]}
	END
'
it 'writes alpaca, every line with the same three keys' '
	few a.db && itdata export a.db -o out --format alpaca >said &&
	jq -c . out/train-00000-of-00001.jsonl | sort >got &&
	sort few.jsonl | jq -c . | sort | diff - got
'
it 'writes sharegpt and prompt' '
	few a.db && itdata export a.db -o s --format sharegpt -q >said &&
	jq -e -s "[.[].conversations[].from] | unique == [\"gpt\", \"human\"]" \
		s/train-00000-of-00001.jsonl &&
	itdata export a.db -o p --format prompt -q >said &&
	jq -e -s "map(keys) | unique == [[\"completion\", \"prompt\"]]" \
		p/train-00000-of-00001.jsonl
'
it 'keeps every message of a conversation, its system text too' '
	cat >talk.jsonl <<-\END &&
	{"messages":[{"role":"system","content":"簡潔に。"},{"role":"user","content":"やあ"},{"role":"assistant","content":"はい"},{"role":"user","content":"英訳して"},{"role":"assistant","content":"Yes"}]}
	END
	itdata ingest a.db talk.jsonl -q >said && itdata export a.db -o out -q >said &&
	diff talk.jsonl out/train-00000-of-00001.jsonl
'
it 'says which pairs a format cannot hold' '
	cat >talk.jsonl <<-\END &&
	{"messages":[{"role":"user","content":"やあ"},{"role":"assistant","content":"はい"},{"role":"user","content":"英訳して"},{"role":"assistant","content":"Yes"}]}
	{"messages":[{"role":"user","content":"1+1?"},{"role":"assistant","content":"2"}]}
	END
	itdata ingest a.db talk.jsonl -q >said &&
	itdata export a.db -o out --format alpaca --json >said 2>err &&
	says "1 pairs left out: alpaca holds no conversation of several turns (ids 1)" &&
	jq -e ".pairs == 1 and .skipped == 1" said
'
it 'names where each row comes from, in the same order' '
	mixed a.db && itdata export a.db -o out --shards 3 -q >said &&
	for i in 0 1 2; do
		jq -r ".messages[0].content" out/train-0000$i-of-00003.jsonl >a
		jq -r .id out/meta/train-0000$i-of-00003.jsonl >ids
		while read -r id; do
			sql a.db "SELECT instruction FROM pair WHERE id = $id"
		done <ids >b
		[ -s a ] && diff a b || exit 1
	done &&
	jq -e -s "map(keys) | unique == [[\"category\", \"copy\", \"id\",
		\"lang\", \"license\", \"record\", \"scores\", \"source\"]]" \
		out/meta/*.jsonl
'
it 'gives the same bytes whatever the threads and the ingests' '
	mixed a.db && itdata ingest b.db ja.jsonl --license CC-BY-4.0 -q >said &&
	itdata ingest b.db en.jsonl --license CC-BY-4.0 -q >said &&
	set -- --shards 3 --split train=0.8,test=0.2 --leak 0 --balance lang --alpha 0.5 &&
	itdata export a.db -o one -j 1 "$@" >said &&
	itdata export a.db -o two -j 2 "$@" >said &&
	itdata export b.db -o four -j 4 "$@" >said &&
	diff -r one two && diff -r one four &&
	itdata export a.db -o one "$@" >said && diff -r one two
'
it 'orders rows by the seed' '
	mixed a.db && itdata export a.db -o a >said &&
	itdata export a.db -o b --seed 2 >said &&
	! cmp -s a/train-00000-of-00001.jsonl b/train-00000-of-00001.jsonl &&
	rows a train | sort >x && rows b train | sort | diff x -
'
it 'puts every group into every shard in proportion' '
	mixed a.db && itdata export a.db -o out --shards 4 --balance lang >said &&
	jq -c .lang out/meta/*.jsonl | wc -l | grep -qx 80 &&
	for f in out/meta/*.jsonl; do
		[ "$(grep -c "\"lang\":\"ja\"" $f)" = 15 ] || exit 1
		# and so does a prefix of a shard
		[ "$(head -n 8 $f | grep -c "\"lang\":\"ja\"")" = 6 ] || exit 1
	done &&
	jq -e "[.shards[].groups] | unique == [{\"ja\": 15, \"en\": 5}]" \
		out/manifest.json
'
it 'balances groups by alpha, cap, total and repeat' '
	mixed a.db && groups() {
		itdata export a.db -o out --balance lang --json "$@" |
			jq -c ".groups | [.ja, .en]"
	} &&
	[ "$(groups)" = "[60,20]" ] &&
	[ "$(groups --alpha 0)" = "[20,20]" ] &&
	[ "$(groups --alpha 0.5)" = "[34,20]" ] &&
	[ "$(groups --cap 30)" = "[30,20]" ] &&
	[ "$(groups --total 40)" = "[30,10]" ] &&
	[ "$(groups --total 50 --alpha 0)" = "[30,20]" ] &&
	[ "$(groups --alpha 0 --repeat 2)" = "[40,40]" ] &&
	jq -e -s "map(select(.copy == 1)) | length == 20" out/meta/*.jsonl &&
	jq -e ".groups[1] == {\"name\": \"en\", \"pairs\": 20, \"rows\": 40,
		\"asked\": 0.5}" out/manifest.json
'
# of four kinds: 60 ja / qa, 30 ja / chat, 20 en / qa, 10 en / chat
kinds() {
	for i in $(seq 1 120); do
		case $i in
		?|[1-5]?|60) q="ネコの質問 $i です。" ;; [67]?|8?|90) q="イヌの話 $i です。" ;;
		*) q="Write $i words about rivers and the sea." ;;
		esac
		line "$q" "" "答え $i"
	done >kinds.jsonl &&
	itdata ingest "$1" kinds.jsonl -q >/dev/null &&
	sql "$1" "UPDATE pair SET category = CASE WHEN id <= 60 OR id BETWEEN 91
		AND 110 THEN 'qa' ELSE 'chat' END"
}
it 'gives values the shares that are asked for' '
	kinds a.db && shares() {
		itdata export a.db -o out --json "$@" 2>err
	} &&
	shares --balance lang --share ja=60,en=40 |
		jq -e ".groups == {\"ja\": 45, \"en\": 30} and .quotas == .groups" &&
	shares --balance lang --share en=50 | jq -e ".groups == {\"ja\": 30, \"en\": 30}" &&
	shares --balance lang --share en=0 | jq -e ".groups == {\"ja\": 90, \"en\": 0}" &&
	shares --balance lang,category --share ja=50,qa=50 |
		jq -e ".quotas.ja == .quotas.qa and .quotas.ja * 2 == ([.groups[]] | add)" &&
	# the sum as asked for, with the share of each value within a row
	shares --balance lang,category --share lang:en=30,chat=40 --total 60 |
		jq -e "([.groups[]] | add) == 60 and
			(.quotas | .[\"lang:en\"] == 18 and .chat == 24)" &&
	jq -e ".quotas[0] == {\"name\": \"lang:en\", \"rows\": 18, \"asked\": 0.3} and
		.arguments.share.chat == 40" out/manifest.json && itdata verify out &&
	itdata export a.db -o out --balance lang --share ja=60,en=40 >said &&
	grep -q "share ja  *45 rows   60.0 % (asked 60.0 %)" said &&
	shares --balance length --share "length 0-15=100" | jq -e ".quotas[] == 120"
'
it 'balances any mix of fields by shares, seeds and threads alike' '
	kinds a.db && set -- --balance category,lang,length --share qa=70,ja=50 \
		--split train=0.8,test=0.2 --leak 0 --seed 5 &&
	itdata export a.db -o one -j 1 "$@" >said 2>err &&
	itdata export a.db -o two -j 2 --resplit "$@" >said 2>err &&
	itdata export a.db -o four -j 4 "$@" >said 2>err &&
	diff -r one two && diff -r one four
'
it 'says which group holds the mix down, and what lifts it' '
	{ kinds a.db; line "Quel temps fait-il aujourd’hui à Paris, mon ami ?" "" a; } >fr.jsonl &&
	itdata ingest a.db fr.jsonl -q >said && sql a.db "UPDATE pair SET lang =
		'\''fr'\'' WHERE id = 121" &&
	itdata export a.db -o out --balance lang --alpha 0 >said 2>err &&
	says "group '\''fr'\'' holds the mix down to 3 rows of 121 pairs: it has 1 pairs" &&
	says "leave it out: --share '\''fr=0'\'' gives 60 rows" &&
	itdata export a.db -o out --balance lang --alpha 0 --share fr=0 --json 2>err |
		jq -e ".groups == {\"ja\": 30, \"en\": 30, \"fr\": 0}" &&
	itdata export a.db -o out --balance lang --alpha 0 --total 90 >said 2>err &&
	says "1 group gives less than asked, '\''fr'\'' most: 1 rows where 30 were"
'
it 'refuses shares that cannot be' '
	kinds a.db &&
	fails_with 2 itdata export a.db -o out --share ja=60 && says "needs --balance" &&
	fails_with 2 itdata export a.db -o out --balance lang --share ja=60,en=50 &&
	says "sum up to 110" &&
	fails_with 2 itdata export a.db -o out --balance lang --share fr=10 &&
	says "no pair has '\''fr'\''" &&
	fails_with 2 itdata export a.db -o out --balance lang,lang_response --share ja=10 &&
	says "write FIELD:ja" &&
	fails_with 2 itdata export a.db -o out --balance lang --share ja &&
	fails_with 2 itdata export a.db -o out --balance lang --share ja=x &&
	fails_with 2 itdata export a.db -o out --balance lang --share ja=1,ja=2 &&
	[ ! -e out ]
'
it 'refuses a total that is not there' '
	mixed a.db && fails_with 1 itdata export a.db -o out --total 81 &&
	says "a total of 81 rows is asked for, but there are only 80" &&
	[ ! -e out ]
'
it 'never puts a family into two splits' '
	{
		for i in $(seq 1 100); do
			line "質問その $i" "" "答え $i の一つ目"
			line "質問その　$i" "" "まったく違う返事 $i"
			line "要約して $i" "ネコは液体であるという長い文章の第 $i 版です。" "猫"
			line "英訳して $i" "ネコは液体であるという長い文章の第 $i 版です。" "cat"
		done
	} >a.jsonl &&
	itdata ingest a.db a.jsonl -q >said &&
	itdata export a.db -o out --split train=0.7,valid=0.1,test=0.2 --leak 0 --json >said &&
	jq -e ".splits | .train + .valid + .test == 400 and .test > 30" said &&
	for s in train valid test; do
		jq -r .record out/meta/$s-*.jsonl |
			while read -r r; do echo "$((r / 4)) $((r % 4 / 2))"; done |
			sort -u
	done | sort | uniq -d >twice && expect twice </dev/null
'
it 'keeps clusters of near duplicates together' '
	{
		for i in $(seq 1 50); do
			line "Tell me about the city number $i, its history and people." "" "a$i"
			line "Tell me about the city number $i, its history and its people." "" "b$i"
		done
	} >a.jsonl &&
	itdata ingest a.db a.jsonl -q >said &&
	sql a.db "INSERT INTO cluster SELECT id, (id - 1) / 2 * 2 + 1 FROM pair" &&
	itdata export a.db -o out --split train=0.5,test=0.5 --leak 0 --json >said &&
	jq -e ".splits.test > 20 and .splits.train > 20" said &&
	for s in train test; do
		jq "(.id - 1) / 2 | floor" out/meta/$s-*.jsonl | sort -u
	done | sort | uniq -d >twice && expect twice </dev/null
'
# words SEED N: N words by chance, Japanese and English
words() {
	awk -v seed="$1" -v n="$2" "BEGIN {
		split(\"猫 犬 山 川 海 空 水 火 木 花 time day life work word world\", w, \" \")
		srand(seed)
		for (i = 0; i < n; i++) printf \"%s%d \", w[int(rand() * 16) + 1], rand() * 99
	}"
}
# planted FROM TO: for each number a pair and one that is like it
planted() {
	for i in $(seq "$1" "$2"); do
		text=$(words "$i" 24)
		line "質問 $i について説明してください。" "" "$text"
		line "説明してほしいこと $i" "" "$text と思います。"
	done
}
it 'never parts what is alike, and counts again by another way' '
	planted 1 120 >a.jsonl && itdata ingest a.db a.jsonl -q >said &&
	itdata export a.db -o out --split train=0.8,test=0.2 --leak-check --json >said &&
	jq -e ".leaks == 0 and .splits.test > 20 and .splits.train > 140" said &&
	for s in train test; do
		jq "(.record / 2) | floor" out/meta/$s-*.jsonl | sort -u
	done | sort | uniq -d >twice && expect twice </dev/null &&
	itdata export a.db -o none --split train=0.8,test=0.2 --leak 0 --resplit \
		--leak-check --json | jq -e ".leaks > 20"
'
it 'never parts what means the same, where there are vectors' '
	for i in $(seq 1 120); do
		line "質問 $i は $(words $i 6)" "" "$(words $((i + 500)) 8)"
	done >a.jsonl && itdata ingest a.db a.jsonl -q >said &&
	# pairs 2n-1 and 2n point the same way, cosine 0.95 and more; others do not
	awk "BEGIN { print \"BEGIN;\"; for (i = 0; i < 120; i++) {
		printf \"INSERT INTO embedding VALUES (%d, '\''m'\'', '\''instruction'\'', CAST(x'\''\", i + 1
		for (d = 0; d < 60; d++) printf \"%s\", d == int(i / 2) ? \"0000803f\" : d == 59 - int(i / 2) && i % 2 ? \"cdcc4c3e\" : \"00000000\"
		print \"'\'' AS BLOB));\" } print \"COMMIT;\" }" >v.sql && sqlite3 a.db <v.sql &&
	set -- --split train=0.5,test=0.5 --leak-check --json &&
	itdata export a.db -o out "$@" >said &&
	jq -e ".leaks == 0 and .leaks_cosine == 0 and .vectors == 120 and .splits.test > 30" said &&
	for s in train test; do
		jq "(.id - 1) / 2 | floor" out/meta/$s-*.jsonl | sort -u
	done | sort | uniq -d >twice && expect twice </dev/null &&
	itdata export a.db -o one -j 1 "$@" --resplit >said && diff -r out one &&
	itdata export a.db -o none --leak-cosine 0 --resplit "$@" | jq -e ".leaks_cosine > 10" &&
	fails_with 2 itdata export a.db -o x --leak-cosine 2 && says "at most 1"
'
it 'never moves a pair from train to test when data is added' '
	planted 1 60 >a.jsonl && planted 30 90 >b.jsonl && planted 80 100 >c.jsonl &&
	# pairs that hang two families together
	for i in $(seq 1 2 29); do
		line "つなぐ $i" "" "$(words $i 24) $(words $((i + 1)) 24)"
	done >d.jsonl &&
	ids() { jq .id out/meta/$1-*.jsonl | sort; } &&
	>trained && for f in a b c d; do
		itdata ingest a.db $f.jsonl -q >said
		itdata export a.db -o out --split train=0.7,test=0.3 >said 2>err ||
			exit 1
		ids test | comm -12 - trained >moved
		expect moved </dev/null || exit 1
		ids train | cat - trained | sort -u >all && mv all trained
	done && grep -q "keep the split that an earlier" said &&
	[ "$(ids test | wc -l)" -gt 20 ] &&
	itdata export a.db -o again --split train=0.7,test=0.3 >said && diff -r out again
'
it 'does not touch the database when there is one split, or no news' '
	mixed a.db && itdata export a.db -o out >said && cp a.db before &&
	itdata export a.db -o out >said && cmp a.db before &&
	set -- -o out --split train=0.8,test=0.2 --leak 0 &&
	itdata export a.db "$@" >said &&
	[ "$(sql a.db "SELECT count(*) FROM split")" = 80 ] &&
	n=$(sql a.db "SELECT count(*) FROM run") &&
	itdata export a.db "$@" >said &&
	[ "$(sql a.db "SELECT count(*) FROM run")" = $n ]
'
it 'says when too much hangs together' '
	for i in $(seq 1 40); do
		line "質問 $i" "" "どの質問にも同じように答える、とても長い返事です。"
	done >a.jsonl && itdata ingest a.db a.jsonl -q >said &&
	itdata export a.db -o out --split train=0.8,test=0.2 >said 2>err &&
	says "split '\''test'\'' has 0 rows where about 8 were asked for"
'
it 'leaves out what stages dropped, keeps what a person kept' '
	line a "" b >a.jsonl && line c "" d >>a.jsonl && line a "" b >>a.jsonl &&
	itdata ingest a.db a.jsonl -q >said && itdata dedup a.db >said &&
	itdata export a.db -o out --json | jq -e ".pairs == 2" &&
	sql a.db "INSERT INTO verdict VALUES (3, '\''keep'\'', '\'''\'', '\'''\'', '\'''\'')" &&
	itdata export a.db -o out --json | jq -e ".pairs == 3"
'
it 'refuses a stale set unless asked' '
	line a "" b >a.jsonl && line a "" b >>a.jsonl && line c "" d >>a.jsonl &&
	itdata ingest a.db a.jsonl -q >said && itdata dedup a.db >said &&
	sql a.db "INSERT INTO verdict VALUES (1, '\''drop'\'', '\'''\'', '\'''\'', '\'''\'')" &&
	fails_with 1 itdata export a.db -o out && says "stage '\''dedup'\'' is stale" &&
	[ ! -e out ] &&
	itdata export a.db -o out --stale --json | jq -e ".pairs == 1"
'
it 'packs with gzip and zstd' '
	mixed a.db && itdata export a.db -o plain >said &&
	itdata export a.db -o gz --compress gzip >said &&
	itdata export a.db -o zst --compress zstd >said &&
	gzip -dc gz/train-00000-of-00001.jsonl.gz |
		cmp - plain/train-00000-of-00001.jsonl &&
	zstd -dcq zst/train-00000-of-00001.jsonl.zst |
		cmp - plain/train-00000-of-00001.jsonl &&
	zstd -dcq zst/meta/train-00000-of-00001.jsonl.zst |
		cmp - plain/meta/train-00000-of-00001.jsonl &&
	itdata verify gz && itdata verify zst
'
it 'writes text by a template' '
	few a.db && itdata export a.db -o out --format text --template shiji -q >said &&
	jq -e -s "map(.text) | index(\"### 指示:\nネコは何科ですか？\n\n### 応答:\nネコはネコ科に属する動物です。\n\n\")" \
		out/train-00000-of-00001.jsonl &&
	itdata export a.db -o out --format text --template chatml -q >said &&
	jq -e -s "map(.text) | index(\"<|im_start|>user\nネコは何科ですか？<|im_end|>\n<|im_start|>assistant\nネコはネコ科に属する動物です。<|im_end|>\n\")" \
		out/train-00000-of-00001.jsonl && itdata verify out &&
	itdata export a.db -o out --format text --template llama3 -q >said &&
	jq -e "(.text | startswith(\"<|start_header_id|>user\")) and
		.text != \"\"" out/train-00000-of-00001.jsonl
'
it 'says how to install the library that Parquet needs' '
	few a.db && ITDATA_DUCKDB=/nowhere fails_with 1 itdata export a.db -o out --format parquet &&
	says "install it with: npm install" && [ ! -e out ] &&
	fails_with 2 itdata export a.db -o out --format parquet --compress zstd &&
	fails_with 2 itdata export a.db -o - --format parquet &&
	fails_with 2 itdata export a.db -o out --format parquet --for openai
'
if "$abs_builddir/tests/duck_run" </dev/null; then
it 'writes parquet, the same rows as messages' '
	mixed a.db && cat >odd.jsonl <<-\END &&
	{"instruction":"改行\nと\"引用\" \\ 😀 \u2028","input":"","output":"答え\t\u0001"}
	END
	itdata ingest a.db odd.jsonl -q >said &&
	set -- --split train=0.8,test=0.2 --leak 0 --shards 2 &&
	itdata export a.db -o m "$@" >said && itdata export a.db -o p --format parquet "$@" >said &&
	for f in train-00000-of-00002 train-00001-of-00002; do
		echo "COPY (SELECT messages FROM read_parquet('\''p/$f.parquet'\''))
			TO '\''$f.jsonl'\'' (FORMAT json);" | "$abs_builddir/tests/duck_run" &&
		jq -c . $f.jsonl >got && jq -c . m/$f.jsonl | diff - got &&
		cmp p/meta/$f.jsonl m/meta/$f.jsonl || exit 1
	done && [ ! -e p/train-00000-of-00002.parquet.jsonl ] &&
	itdata verify p && itdata export a.db -o again -j 1 --format parquet "$@" >said &&
	diff -r p again && jq -e ".train.file_name == null and
		.[\"train-00000\"].formatting == \"sharegpt\"" p/dataset_info.json &&
	itdata ingest b.db p/*.parquet -q >said && [ "$(sql b.db "SELECT count(*) FROM pair")" = 81 ]
'
it 'finds a parquet shard that is not what the manifest says' '
	few a.db && itdata export a.db -o p --format parquet >said &&
	echo "COPY (SELECT [{role: 1, content: '\''a'\''}] AS messages) TO '\''x.parquet'\''
		(FORMAT parquet);" | "$abs_builddir/tests/duck_run" &&
	cp x.parquet p/train-00000-of-00001.parquet && fails_with 3 itdata verify p
'
fi
# word N FILE: the N-th 64-bit word of a file
word() {
	od -A n -t d8 -j $((8 * $1)) -N 8 "$2" | tr -d " "
}
it 'writes tokens that say of which tokenizer they are' '
	mixed a.db && t=$data/tokenizer/unigram.json &&
	itdata export a.db -o out --format tokens --tokenizer $t --shards 2 >said &&
	itdata verify out &&
	jq -e ".template == \"plain\" and .tokenizer == \"$(sha256sum <$t |
		cut -d" " -f1)\"" out/manifest.json &&
	rows=$(jq ".shards[0].rows" out/manifest.json) &&
	[ "$(word 3 out/train-00000-of-00002.tokens)" = "$rows" ] &&
	[ "$(word 2 out/train-00000-of-00002.tokens)" = "$(jq \
		".shards[0].tokens" out/manifest.json)" ] &&
	od -A n -v -t d8 -w8 -j $(($(wc -c <out/train-00000-of-00002.tokens) - 8 * rows)) \
		out/train-00000-of-00002.tokens | tr -d " " >got &&
	jq .id out/meta/train-00000-of-00002.jsonl | diff - got &&
	[ ! -e out/dataset_info.json ] &&
	printf "\377\377" | dd of=out/train-00001-of-00002.tokens bs=1 seek=128 \
		conv=notrunc 2>/dev/null &&
	fails_with 3 itdata verify out
'
it 'drops or cuts what is too long, and says so' '
	mixed a.db && t=$data/tokenizer/unigram.json &&
	itdata export a.db -o out --tokenizer $t --max-tokens 70 --json >said 2>err &&
	says "pairs left out: longer than --max-tokens (ids" &&
	jq -e ".skipped > 0 and .pairs + .skipped == 80" said &&
	itdata export a.db -o out --format tokens --tokenizer $t --max-tokens 70 \
		--overlong cut --json >said 2>err &&
	says "rows were cut at 70 tokens" && jq -e ".cut > 0" said &&
	fails_with 2 itdata export a.db -o x --max-tokens 70 &&
	says "needs --tokenizer" &&
	fails_with 2 itdata export a.db -o x --format tokens &&
	fails_with 2 itdata export a.db -o x --tokenizer $t --overlong cut &&
	fails_with 1 itdata export a.db -o x --tokenizer absent && [ ! -e x ]
'
it 'cuts shards by tokens or bytes' '
	mixed a.db && t=$data/tokenizer/unigram.json &&
	itdata export a.db -o out --tokenizer $t --shards 4 >said &&
	jq -e "[.shards[].tokens] | length == 4 and max - min < 200" \
		out/manifest.json &&
	itdata export a.db -o out --tokenizer $t --shard-size 1000 >said &&
	jq -e "[.shards[].tokens] | length > 4 and max < 1150 and min > 0" \
		out/manifest.json &&
	itdata export a.db -o out --shard-size 4k >said &&
	jq -e "[.shards[].bytes] | length > 2 and max < 4500" out/manifest.json &&
	itdata export a.db -o out --shard-size 1 --json >said &&
	jq -e ".shards | length == 80" said && itdata verify out
'
it 'balances by length, source and measures' '
	mixed a.db && for i in $(seq 1 80); do
		echo "INSERT INTO score (pair_id, quality, cell) VALUES ($i,
			$i / 80.0, $i % 3);"
	done | sqlite3 a.db &&
	itdata export a.db -o out --balance source,quality/0.5,cell --json >said &&
	jq -e ".groups | .[\"ja.jsonl / quality 0 / cell 1\"] == 13 and
		(keys | length) == 10" said &&
	itdata export a.db -o out --balance length --json |
		jq -e ".groups == {\"length 16-31\": 60, \"length 32-63\": 20}" &&
	fails_with 2 itdata export a.db -o x --balance loss/0 &&
	fails_with 2 itdata export a.db -o x --balance lang/2 &&
	jq -e ".scores.quality != null" out/meta/*.jsonl >said
'
it 'leaves out sources whose licence is not allowed, or not known' '
	line a "" b >a.jsonl && line c "" d >b.jsonl && line e "" f >c.jsonl &&
	itdata ingest a.db a.jsonl --license MIT -q >said &&
	itdata ingest a.db b.jsonl --license CC-BY-NC-4.0 -q >said &&
	itdata ingest a.db c.jsonl -q >said &&
	itdata export a.db -o out --license-allow MIT,Apache-2.0 --json >said 2>err &&
	jq -e ".pairs == 1 and .skipped == 2" said &&
	says "licence '\''CC-BY-NC-4.0'\'' is not allowed (ids 2)" &&
	says "no licence is known (ids 3)" &&
	grep -q "^license_name: \"MIT\"$" out/README.md &&
	itdata export a.db -o out --json | jq -e ".pairs == 3"
'
it 'redacts what rules found' '
	line "連絡先は taro@example.jp です。" "" "太郎さん（taro@example.jp、03-1234-5678）です。" >a.jsonl &&
	itdata ingest a.db a.jsonl -q >said &&
	itdata export a.db -o out --redact >said 2>err && says "nothing was redacted" &&
	sql a.db "INSERT INTO word (id, text) VALUES (901, '\''pii'\''),
		(902, '\''pii.email'\''), (903, '\''pii.phone.jp'\''),
		(904, '\''instruction'\''), (905, '\''response'\'');
		INSERT INTO stage VALUES (9, '\''filter'\'', '\''filter'\'', 10, '\''[]'\'', 1);
		INSERT INTO finding_row (pair_id, stage_id, rule, category,
		  turn, field, start, length) VALUES (1, 9, 902, 901, 0, 904, 5, 15),
		(1, 9, 903, 901, 0, 905, 21, 12), (1, 9, 902, 901, 0, 905, 5, 15),
		(1, 9, 903, 901, 0, 905, 24, 3)" &&
	itdata export a.db -o out --redact --format alpaca --json >said &&
	jq -e ".redacted == 4" said &&
	jq -c . out/train-00000-of-00001.jsonl >got && expect got <<-\END
	{"instruction":"連絡先は [EMAIL] です。","input":"","output":"太郎さん（[EMAIL]、[PHONE]）です。"}
	END
'
it 'caps opening phrases and refusals in each category' '
	{
		for i in $(seq 1 30); do
			line "質問 $i" "" "もちろんです！答えは $i です。"
		done
		for i in $(seq 31 60); do
			line "問い $i" "" "$i が答えです。"
		done
		for i in $(seq 61 80); do
			line "頼み $i" "" "申し訳ありませんが $i はできません。"
		done
	} >a.jsonl && itdata ingest a.db a.jsonl -q >said &&
	itdata filter a.db --rules defects >said &&
	sql a.db "DELETE FROM decision_row" &&
	itdata export a.db -o out --cap-opening 0.1 --cap-refusal 0.2 --json >said 2>err &&
	jq -e ".habits[\"\"] | .pairs == 80 and .commonest_opening == 30" said &&
	jq -e ".capped == .skipped and .pairs + .capped == 80" said &&
	says "its opening phrase is more common than --cap-opening" &&
	jq -r ".messages[1].content" out/train-*.jsonl >answers &&
	n=$(wc -l <answers) && [ $(($(grep -c もちろん answers) * 10)) -le $n ] &&
	[ $(($(grep -c 申し訳 answers) * 5)) -le $n ] &&
	[ "$(grep -c が答え answers)" = 30 ] &&
	itdata export a.db -o again --cap-opening 0.1 --cap-refusal 0.2 -j 1 >said 2>err &&
	grep -q "% open as pair" said && diff -r out again &&
	fails_with 2 itdata export a.db -o x --cap-opening 0
'
it 'leaves out what a trainer would skip, and says why' '
	cat >talk.jsonl <<-\END &&
	{"messages":[{"role":"user","content":"やあ"},{"role":"assistant","content":"はい"}]}
	{"messages":[{"role":"user","content":"やあ"},{"role":"user","content":"ねえ"},{"role":"assistant","content":"はい"}]}
	{"messages":[{"role":"user","content":"数えて"},{"role":"assistant","content":"1"},{"role":"user","content":"次"}]}
	{"messages":[{"role":"user","content":"呼んで"},{"role":"assistant","content":"はい"},{"role":"tool","content":"3"},{"role":"assistant","content":"3です"}]}
	END
	itdata ingest a.db talk.jsonl -q >said; n=$(sql a.db "SELECT count(*) FROM pair") &&
	# takes CONSUMER IDS: what is exported for it
	takes() {
		itdata export a.db -o out --for $1 -q >said 2>err || return 1
		[ "$(jq .id out/meta/*.jsonl | sort | xargs)" = "$2" ] ||
			{ echo "$1 takes:"; jq .id out/meta/*.jsonl; return 1; }
	} &&
	takes trl 1 && takes axolotl 1 && takes torchtune 1 &&
	takes llama-factory 1 && takes openai "1 2" &&
	itdata export a.db -o out --for llama-factory --json >said 2>err &&
	says "1 pairs left out: user and assistant do not take turns (ids 2)" &&
	says "1 pairs left out: a tool" && jq -e ".skipped == $n - 1" said &&
	itdata export a.db -o out --for openai >said 2>err &&
	says "openai takes no fewer than 10 rows" &&
	fails_with 2 itdata export a.db -o x --for llama-factory --compress zstd &&
	says "it reads no packed file" &&
	itdata export a.db -o out --json | jq -e ".pairs == $n" &&
	fails_with 2 itdata export a.db -o x --for openai --format alpaca &&
	says "it reads messages, not alpaca"
'
it 'names rows that are longer than a trainer cuts or drops by default' '
	long=$(words 1 600) && { line "長い" "" "$long"; line "短い" "" "はい"; } >a.jsonl &&
	itdata ingest a.db a.jsonl -q >said &&
	itdata export a.db -o out --for axolotl --tokenizer $data/tokenizer/unigram.json >said 2>err &&
	says "1 rows are longer than 512 tokens, and axolotl drops them unless sequence_len" &&
	itdata export a.db -o out --tokenizer $data/tokenizer/unigram.json >said 2>err &&
	! says "are longer than"
'
it 'streams to stdout' '
	mixed a.db && itdata export a.db -o plain >said &&
	itdata export a.db -o - | cmp - plain/train-00000-of-00001.jsonl &&
	itdata export a.db -o - | head -n 1 | jq -e .messages
'
it 'removes shards of an earlier export, and nothing else' '
	mixed a.db && itdata export a.db -o out --shards 5 >said &&
	echo mine >out/train-00000-of-00009.txt && echo mine >out/notes.txt &&
	itdata export a.db -o out --shards 2 >said &&
	ls out out/meta >got && expect got <<-\END &&
	out:
	README.md
	dataset_info.json
	manifest.json
	meta
	notes.txt
	train-00000-of-00002.jsonl
	train-00000-of-00009.txt
	train-00001-of-00002.jsonl

	out/meta:
	train-00000-of-00002.jsonl
	train-00001-of-00002.jsonl
	END
	rm out/train-00000-of-00009.txt && itdata verify out
'
it 'refuses a folder that holds other things' '
	few a.db && mkdir out && echo mine >out/README.md &&
	fails_with 2 itdata export a.db -o out && says "holds other files" &&
	grep -qx mine out/README.md && [ "$(ls -A out)" = README.md ]
'
it 'has a card with splits and licences, and dataset_info.json' '
	mixed a.db &&
	itdata export a.db -o out --shards 2 --split train=0.8,test=0.2 --leak 0 >said &&
	sed -n "/^---$/,/^---$/p" out/README.md >yaml &&
	grep -q "^  - split: train$" yaml &&
	grep -q "^    path: \"train-\*-of-00002.jsonl\"$" yaml &&
	grep -q "^license_name: \"CC-BY-4.0\"$" yaml &&
	grep -q "^- \"ja\"$" yaml &&
	jq -e ".[\"train-00001\"].file_name == \"train-00001-of-00002.jsonl\" and
		.test.formatting == \"sharegpt\" and
		.test.columns == {\"messages\": \"messages\"}" out/dataset_info.json
'
it 'leaves the folder as it was when any write fails' '
	mixed a.db && itdata export a.db -o out --shards 2 >said &&
	cp -r out before &&
	for n in $(seq 1 40); do
		if ITDATA_FAULT=write:$n itdata export a.db -o out --seed 3 \
			--shards 3 >said 2>err; then
			break
		fi
		diff -r before out || exit 1
		ITDATA_FAULT=write:$n itdata export a.db -o new --seed 3 \
			>said 2>err && break
		[ ! -e new ] || exit 1
		[ $n -lt 40 ] || exit 1
	done && [ $n -gt 10 ] && itdata verify out
'
it 'holds whole files wherever it is killed, and completes when run again' '
	mixed a.db && itdata export a.db -o old --shards 3 >said &&
	itdata export a.db -o new --shards 2 --seed 3 >said &&
	for n in $(seq 1 60); do
		rm -rf out && cp -r old out
		ITDATA_FAULT=kill:$n itdata export a.db -o out --shards 2 \
			--seed 3 >said 2>err && break
		for f in $(cd out && ls *.jsonl meta/*); do
			cmp -s out/$f old/$f || cmp -s out/$f new/$f || exit 1
		done
		# what the manifest says is there, or verify says no
		itdata verify out >said 2>err || [ $? = 3 ] || exit 1
		itdata export a.db -o out --shards 2 --seed 3 >said || exit 1
		diff -r new out || exit 1
	done && [ $n -gt 15 ] && [ $n -lt 60 ]
'
it 'says what is wrong with an option' '
	few a.db &&
	fails_with 2 itdata export a.db && says "-o DIR is missing" &&
	fails_with 2 itdata export a.db -o out --balance colour &&
	says "a measure that '\''itdata score'\'' computed" &&
	fails_with 2 itdata export a.db -o out --split train=0.5 &&
	says "sum up to 0.5" &&
	fails_with 2 itdata export a.db -o out --split train=1,train=0 &&
	fails_with 2 itdata export a.db -o out --split ../x=1 &&
	fails_with 2 itdata export a.db -o out --shards 0 &&
	fails_with 2 itdata export a.db -o out --alpha 2 &&
	fails_with 1 itdata export absent.db -o out && [ ! -e out ]
'
it 'fails when there is nothing to export' '
	few a.db && sql a.db "INSERT INTO verdict SELECT id, '\''drop'\'', '\'''\'',
		'\'''\'', '\'''\'' FROM pair" &&
	fails_with 1 itdata export a.db -o out && says "no pair is left" &&
	[ ! -e out ]
'
finish
