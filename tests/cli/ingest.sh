# ingest.sh - files into pairs: formats, schemas, rejects, again, and failures
. "$srcdir/tests/cli/lib.sh"

two() {
	printf '%s\n' \
		'{"instruction":"ネコは何科ですか？","input":"","output":"ネコはネコ科に属する動物です。"}' \
		'{"instruction":"Say hi","output":"Hi!","n":9007199254740993}'
}

it 'takes JSONL, and the same file again adds nothing' '
	two >a.jsonl &&
	itdata ingest a.db a.jsonl >out && grep -q "2 read = 2 added" out &&
	itdata ingest a.db a.jsonl >out && grep -q "2 read = 0 added + 2 known" out &&
	[ "$(sql a.db "SELECT count(*) FROM kept")" = 2 ]
'
it 'keeps the text, the language and what has no field' '
	two >a.jsonl && itdata ingest -q a.db a.jsonl >/dev/null &&
	sql a.db "SELECT id, lang, lang_response, instruction, response, input IS NULL FROM pair WHERE id = 1;
	          SELECT extra FROM pair WHERE id = 2" >out &&
	expect out <<-\EOF
	1|ja|ja|ネコは何科ですか？|ネコはネコ科に属する動物です。|1
	{"n":9007199254740993}
	EOF
'
it 'takes gzip, zstd, arrays, CSV and TSV alike' '
	two >a.jsonl && gzip -k a.jsonl &&
	{ echo "["; two | sed "1s/\$/,/"; echo "]"; } >b.json &&
	printf "prompt,completion\r\n\"次の文を英訳してください。\n「成功」\",\"a \"\"great\"\" success\"\r\n" >c.csv &&
	printf "question\tanswer\n空は何色？\t青\n" >d.tsv &&
	itdata ingest --json a.db a.jsonl.gz b.json c.csv d.tsv >out &&
	grep -q "\"read\":6,\"added\":6,\"known\":0,\"rejected\":0" out &&
	[ "$(sql a.db "SELECT response FROM pair WHERE source_id = 3")" = "a \"great\" success" ] &&
	[ "$(sql a.db "SELECT group_concat(format) FROM source")" = "jsonl+gzip,json,csv,tsv" ]
'
it 'keeps a conversation whole, and its first exchange in the columns' '
	cat >a.jsonl <<-\EOF &&
	{"messages":[{"role":"system","content":"簡潔に"},{"role":"user","content":"1+1は？"},{"role":"assistant","content":"2"},{"role":"user","content":"では2+2は？"},{"role":"assistant","content":"4"}]}
	{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"hello"}]}
	EOF
	itdata ingest -q a.db a.jsonl >/dev/null &&
	sql a.db "SELECT id, turns, system, instruction, response FROM pair; SELECT pair_id, n, role, content FROM turn" >out &&
	expect out <<-\EOF
	1|2|簡潔に|1+1は？|2
	2|1||hi|hello
	1|0|system|簡潔に
	1|1|user|1+1は？
	1|2|assistant|2
	1|3|user|では2+2は？
	1|4|assistant|4
	EOF
'
it 'knows ShareGPT, prompt and completion, and Dolly' '
	echo "{\"conversations\":[{\"from\":\"human\",\"value\":\"q\"},{\"from\":\"gpt\",\"value\":\"a\"}]}" >a.jsonl &&
	echo "{\"prompt\":\"q\",\"completion\":\"a\"}" >b.jsonl &&
	echo "{\"instruction\":\"q\",\"context\":\"c\",\"response\":\"a\",\"category\":\"qa\"}" >c.jsonl &&
	itdata ingest -q a.db a.jsonl b.jsonl c.jsonl >/dev/null &&
	sql a.db "SELECT s.schema, p.instruction, p.input, p.response, p.category FROM pair p JOIN source s ON s.id = source_id" >out &&
	expect out <<-\EOF
	sharegpt|q||a|
	completion|q||a|
	dolly|q|c|a|qa
	EOF
'
it 'rejects what is broken with its place, and keeps its neighbours' '
	{ two; printf "%s\n" "{\"instruction\":\"x\",\"output\":\"a\\u0000b\"}" \
		"{\"instruction\":\"x\",\"output\":01}" "{\"instruction\":\"x\"" \
		"{\"instruction\":\"x\",\"instruction\":\"y\",\"output\":\"z\"}" \
		"{\"instruction\":\"x\",\"output\":\"\\ud800\"}" \
		"{\"instruction\":\"\",\"output\":\"z\"}" "[1]"; two; } >a.jsonl &&
	fails_with 3 itdata ingest -q a.db a.jsonl >/dev/null && says "7 of 11 records rejected" &&
	sql a.db "SELECT line, byte, reason FROM reject" >out &&
	expect out <<-\EOF
	3|205|U+0000 in a string
	4|243|number with a leading zero
	5|265|'"','"' or '"'}'"' is missing
	6|285|a key stands twice
	7|346|lone surrogate
	8|355|the instruction is empty
	9|387|not an object
	EOF
'
it 'rejects invalid UTF-8 by its byte' '
	{ two; printf "{\"instruction\":\"\\377\",\"output\":\"b\"}\n"; two; } >a.jsonl &&
	fails_with 3 itdata ingest -q a.db a.jsonl >/dev/null &&
	[ "$(sql a.db "SELECT line || reason || excerpt FROM reject")" = "3not UTF-8{\"instruction\":\"?\",\"output\":\"b\"}" ]
'
it 'survives nesting of any depth and rejects rows of another width' '
	{ two; head -c 200000 /dev/zero | tr "\\0" "["; echo; two; } >a.jsonl &&
	fails_with 3 itdata ingest -q a.db a.jsonl >/dev/null &&
	[ "$(sql a.db "SELECT reason FROM reject")" = "nested more than 512 deep" ] &&
	printf "question,answer\na,b,c\na\nq,a\n" >b.csv &&
	fails_with 3 itdata ingest -q b.db b.csv >/dev/null &&
	[ "$(sql b.db "SELECT group_concat(reason) FROM reject")" = "more fields than the header,fewer fields than the header" ]
'
it 'keeps what came before the place where a packed file is cut off' '
	for i in 1 2 3 4 5 6 7 8; do two; head -c 3000 /dev/urandom | od -x; done | grep "^{" >a.jsonl &&
	gzip -c a.jsonl >whole.gz && head -c 100 whole.gz >a.jsonl.gz &&
	fails_with 1 itdata ingest -q --max-rejects 100% a.db a.jsonl.gz >/dev/null || [ $? = 0 ] &&
	says "byte 100 of the packed file: the file is cut off"
'
it 'gives the same database whatever the number of threads' '
	for i in $(seq 3000); do echo "{\"prompt\":\"質問 $i\",\"completion\":\"答え $i です\"}"; done >a.jsonl &&
	itdata ingest -q -j1 a.db a.jsonl >/dev/null && itdata ingest -q -j4 b.db a.jsonl >/dev/null &&
	sql a.db "SELECT * FROM pair" >a.txt && sql b.db "SELECT * FROM pair" >b.txt && cmp a.txt b.txt &&
	[ "$(sql a.db "SELECT count(*) FROM kept")" = 3000 ]
'
it 'takes stdin and folders' '
	mkdir -p d/e && two >d/e/a.jsonl && echo junk >d/readme.txt &&
	itdata ingest -q a.db d >/dev/null && two | sed "s/ネコ/犬/" | itdata ingest -q a.db - >/dev/null &&
	[ "$(sql a.db "SELECT count(*) FROM pair")" = 4 ]
'
it 'goes on after a kill where the last commit stands' '
	for i in $(seq 400); do echo "{\"prompt\":\"質問 $i\",\"completion\":\"答え $i です\"}"; done >a.jsonl &&
	itdata ingest -q a.db a.jsonl >/dev/null && sql a.db "SELECT * FROM pair" >want &&
	for n in 1 2 3 4 5 6; do
		rm -f "$PWD/b.db" "$PWD/b.db-wal" "$PWD/b.db-shm"
		ITDATA_FAULT=kill:$n itdata ingest -q b.db a.jsonl >/dev/null 2>&1
		itdata ingest -q b.db a.jsonl >/dev/null && sql b.db "SELECT * FROM pair" >got && cmp want got || exit 1
	done
'
it 'says what is wrong and changes nothing' '
	two >a.jsonl && itdata ingest -q a.db a.jsonl >/dev/null && cp a.db before.db &&
	: >empty.jsonl && mkdir none && echo "{\"a\":1}" >other.jsonl && echo "hello" >text.txt &&
	echo "{\"instruction\":\"q\",\"output\":\"a\",\"messages\":[]}" >both.jsonl &&
	fails_with 1 itdata ingest a.db absent.jsonl && says "absent.jsonl: No such file" &&
	fails_with 1 itdata ingest a.db empty.jsonl && says "the file is empty" &&
	fails_with 1 itdata ingest a.db none && says "no .jsonl" &&
	fails_with 1 itdata ingest a.db other.jsonl && says "no known schema" &&
	fails_with 1 itdata ingest a.db text.txt && says "neither JSON nor" &&
	fails_with 2 itdata ingest a.db both.jsonl && says "alpaca" && says "messages" &&
	fails_with 2 itdata ingest a.db && fails_with 2 itdata ingest a.db a.jsonl --part 9000 &&
	fails_with 2 itdata ingest a.db a.jsonl --max-rejects many &&
	cmp a.db before.db &&
	fails_with 1 itdata ingest new.db absent.jsonl && [ ! -e new.db ] &&
	fails_with 1 itdata ingest text.txt a.jsonl && says "not an itdata database" && [ "$(cat text.txt)" = hello ]
'
it 'exits 3 when a file gives no pair, naming the reason' '
	echo "{\"instruction\":\"q\",\"output\":[]}" >a.jsonl &&
	fails_with 3 itdata ingest -q a.db a.jsonl >/dev/null && says "the response is not a text"
'
finish
