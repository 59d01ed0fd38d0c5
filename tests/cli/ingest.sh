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
	dolly|q|c|a|closed_qa
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

it 'streams SQuAD from one line: a pair a question, with its context' '
	printf %s "{\"version\":1,\"data\":[{\"title\":\"猫\",\"paragraphs\":[{\"context\":\"猫は哺乳類である。\",\"qas\":[" \
		"{\"question\":\"猫は何類か。\",\"id\":\"1\",\"answers\":[{\"text\":\"哺乳類\",\"answer_start\":2},{\"text\":\"哺乳\",\"answer_start\":2}]}," \
		"{\"question\":\"犬は何類か。\",\"id\":\"2\",\"answers\":[]}]}]}," \
		"{\"title\":\"犬\",\"paragraphs\":[{\"context\":\"犬も。\",\"qas\":[{\"question\":\"では犬は。\",\"answers\":[{\"text\":\"哺乳類\"}]}]}]}],\"license\":\"CC-BY-4.0\"}" >a.json &&
	fails_with 3 itdata ingest -q a.db a.json >out && grep -q "3 read = 2 added + 0 known + 1 rejected" out &&
	sql a.db "SELECT record, line, lang, lang_response, category, instruction, input, response FROM pair;
	          SELECT record, reason FROM reject; SELECT license FROM source" >out &&
	expect out <<-\EOF &&
	0|1|ja|ja|closed_qa|猫は何類か。|猫は哺乳類である。|哺乳類
	2|1|ja|ja|closed_qa|では犬は。|犬も。|哺乳類
	1|the question has no answer
	CC-BY-4.0
	EOF
	itdata ingest -q --json --max-rejects 50% a.db a.json | jq -e ".read == 3 and .known == 2"
'
it 'takes every output of every instance of a task, also as JSONL' '
	cat >a.json <<-\EOF &&
	{"Categories": ["Information Extraction"],
	 "Definition": ["Find the name."],
	 "Positive Examples": [{"input": "x", "output": "y"}],
	 "Instances": [{"id": "1", "input": "Hanako came.", "output": ["Hanako", "HANAKO"]}, {"id": "2", "input": "Taro left.", "output": ["Taro"]}],
	 "Instance License": ["MIT"]}
	EOF
	{ jq -c . a.json; jq -c ".Definition[0]=\"名前を抜き出してください。\"" a.json; } >b.jsonl &&
	itdata ingest -q a.db a.json b.jsonl >/dev/null &&
	sql a.db "SELECT source_id, record, category, instruction, input, response, extra FROM pair;
	          SELECT schema, format, license FROM source" >out &&
	expect out <<-\EOF
	1|0|extract|Find the name.|Hanako came.|Hanako|{"id":"1"}
	1|1|extract|Find the name.|Hanako came.|HANAKO|{"id":"1"}
	1|2|extract|Find the name.|Taro left.|Taro|{"id":"2"}
	2|0|extract|Find the name.|Hanako came.|Hanako|{"id":"1"}
	2|1|extract|Find the name.|Hanako came.|HANAKO|{"id":"1"}
	2|2|extract|Find the name.|Taro left.|Taro|{"id":"2"}
	2|3|extract|名前を抜き出してください。|Hanako came.|Hanako|{"id":"1"}
	2|4|extract|名前を抜き出してください。|Hanako came.|HANAKO|{"id":"1"}
	2|5|extract|名前を抜き出してください。|Taro left.|Taro|{"id":"2"}
	natural|json|MIT
	natural|json|MIT
	EOF
'
tree() {
	printf %s '{"message_id":"1","role":"prompter","text":"問い","replies":[' \
		'{"message_id":"2","role":"assistant","text":"二番","rank":1,"replies":[{"message_id":"5","role":"prompter","text":"続き","replies":[]},{"message_id":"6","role":"prompter","text":"更に","replies":[]}]},' \
		'{"message_id":"3","role":"assistant","text":"一番","rank":0,"replies":[{"message_id":"7","role":"prompter","text":"次は？","replies":[{"message_id":"8","role":"assistant","text":"次です","replies":[]}]}]},' \
		'{"message_id":"4","role":"assistant","text":"消えた","deleted":true,"replies":[]}]}'
}
it 'takes the paths of a message tree, the best ranked first; rows too' '
	echo "{\"message_tree_id\":\"1\",\"prompt\":$(tree)}" >tree.jsonl &&
	tree | jq -c "def f(p): (del(.replies) + {parent_id: p, message_tree_id: \"1\"}), (.message_id as \$i | .replies[] | f(\$i)); f(null)" >rows.jsonl &&
	sed "s/_tree_id\":\"1/_tree_id\":\"2/" rows.jsonl >more && cat more >>rows.jsonl &&
	itdata ingest -q a.db tree.jsonl rows.jsonl >/dev/null &&
	sql a.db "SELECT source_id, record, line, turns, instruction, response,
	          (SELECT group_concat(content, char(62)) FROM turn WHERE pair_id = id) FROM pair" >out &&
	expect out <<-\EOF
	1|0|1|2|問い|一番|問い>一番>次は？>次です
	1|1|1|1|問い|二番|
	2|0|1|2|問い|一番|問い>一番>次は？>次です
	2|1|1|1|問い|二番|
	2|2|9|2|問い|一番|問い>一番>次は？>次です
	2|3|9|1|問い|二番|
	EOF
'
it 'knows seeds, utterances, input and output, and lists of answers' '
	echo "{\"id\":\"s\",\"instruction\":\"訳して\",\"instances\":[{\"input\":\"猫\",\"output\":\"cat\"},{\"input\":\"\",\"output\":5}]}" >a.jsonl &&
	echo "{\"utterances\":[{\"name\":\"user\",\"text\":\"やあ\"},{\"name\":\"agent\",\"text\":\"どうも\"}]}" >b.jsonl &&
	echo "{\"input\":\"q\",\"output\":\"a\"}" >c.jsonl &&
	echo "{\"items\":[{\"question\":\"q\",\"answers\":{\"text\":[\"a\",\"b\"]}}]}" >d.json &&
	itdata ingest -q a.db a.jsonl b.jsonl c.jsonl d.json >/dev/null &&
	sql a.db "SELECT s.schema, p.instruction, p.input, p.response, p.extra FROM pair p JOIN source s ON s.id = source_id" >out &&
	expect out <<-\EOF
	instances|訳して|猫|cat|{"id":"s"}
	instances|訳して||5|{"id":"s"}
	utterances|やあ||どうも|
	io|q||a|
	qa|q||a|{"answers":{"text":["a","b"]}}
	EOF
'
it 'knows other words for question and answer, and guesses at a map' '
	echo "{\"system_prompt\":\"簡潔に\",\"question\":\"q\",\"response\":\"a\"}" >a.jsonl && echo "{\"query\":\"q\",\"response\":\"a\"}" >b.jsonl &&
	echo "{\"problem\":\"q\",\"solution\":\"a\"}" >c.jsonl && echo "{\"input\":\"q\",\"target\":\"a\"}" >d.jsonl &&
	itdata ingest -q a.db a.jsonl b.jsonl c.jsonl d.jsonl >/dev/null &&
	sql a.db "SELECT s.schema, system, instruction, response, extra FROM pair p JOIN source s ON s.id = source_id" >out &&
	expect out <<-\EOF &&
	qa|簡潔に|q|a|
	qa||q|a|
	qa||q|a|
	io||q|a|
	EOF
	printf "質問,Answer\nネコは？,ニャー\n" >e.csv && fails_with 1 itdata ingest a.db e.csv && says "--map instruction=質問,response=Answer" &&
	itdata ingest -q a.db e.csv --map instruction=質問,response=Answer >/dev/null &&
	[ "$(sql a.db "SELECT instruction || response FROM pair WHERE source_id = 5")" = ネコは？ニャー ]
'
it 'keeps tool calls in the turn' '
	cat >a.jsonl <<-\EOF &&
	{"messages":[{"role":"user","content":"天気は？"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","function":{"name":"weather","arguments":"{\"at\":\"東京\"}"}}]},{"role":"tool","tool_call_id":"c","content":"晴れ"},{"role":"assistant","content":"晴れです"}],"tools":[{"name":"weather"}]}
	{"conversations":[{"from":"human","value":"q"},{"from":"function_call","value":"{}"},{"from":"observation","value":"1"},{"from":"gpt","value":"a"}],"tools":"[]","system":"s"}
	EOF
	head -1 a.jsonl >b.jsonl && tail -1 a.jsonl >c.jsonl && itdata ingest -q a.db b.jsonl c.jsonl >/dev/null &&
	sql a.db "SELECT pair_id, n, role, content, extra FROM turn; SELECT extra FROM pair" >out &&
	expect out <<-\EOF
	1|0|user|天気は？|
	1|1|assistant||{"content":null,"tool_calls":[{"id":"c","function":{"name":"weather","arguments":"{\"at\":\"東京\"}"}}]}
	1|2|tool|晴れ|{"tool_call_id":"c"}
	1|3|assistant|晴れです|
	2|0|system|s|
	2|1|user|q|
	2|2|assistant|{}|{"from":"function_call"}
	2|3|tool|1|
	2|4|assistant|a|
	{"tools":[{"name":"weather"}]}
	{"tools":"[]"}
	EOF
'
it 'refuses a preference set with the line that takes the chosen answer' '
	echo "{\"conversations\":[{\"from\":\"human\",\"value\":\"q\"}],\"chosen\":{\"from\":\"gpt\",\"value\":\"yes\"},\"rejected\":{\"from\":\"gpt\",\"value\":\"no\"}}" >a.jsonl &&
	fails_with 1 itdata ingest a.db a.jsonl && says "--map messages=conversations,response=chosen.value" && [ ! -e a.db ] &&
	itdata ingest -q a.db a.jsonl --map messages=conversations,response=chosen.value >/dev/null &&
	[ "$(sql a.db "SELECT instruction || response || json_extract(extra, \"$.rejected.value\") FROM pair")" = qyesno ] &&
	echo "{\"prompt\":\"q\",\"chosen\":\"yes\",\"rejected\":\"no\"}" >b.jsonl &&
	fails_with 1 itdata ingest a.db b.jsonl && says "--map instruction=prompt,response=chosen" &&
	echo "{\"prompt\":\"q\",\"chosen\":[{\"role\":\"user\",\"content\":\"q\"}],\"rejected\":[]}" >c.jsonl &&
	fails_with 1 itdata ingest a.db c.jsonl && says "--map messages=chosen" &&
	echo "{\"text\":\"昔々\"}" >d.jsonl && fails_with 1 itdata ingest a.db d.jsonl && says "itdata train --text"
'
it 'maps paths, list members and columns without a header' '
	echo "{\"task\":{\"q.x\":\"問\"},\"docs\":[\"文\"],\"answers\":[{\"v\":1},{\"v\":2.50}],\"kind\":\"Summarization\"}" >a.jsonl &&
	itdata ingest -q a.db a.jsonl --map "instruction=task.\"q.x\",input=docs[0],response=answers[-1].v,category=kind" >/dev/null &&
	printf "\"次は, どれ\",A,B,2\n犬は,C,D,1\n" >b.csv &&
	itdata ingest -q a.db b.csv --map instruction=1,response=4 >/dev/null &&
	sql a.db "SELECT source_id, line, instruction, input, response, category, extra FROM pair; SELECT mapping FROM source" >out &&
	expect out <<-\EOF &&
	1|1|問|文|2.50|summarise|{"task":{"q.x":"問"},"docs":["文"],"answers":[{"v":1},{"v":2.50}],"kind":"Summarization"}
	2|1|次は, どれ||2|open_qa|{"2":"A","3":"B"}
	2|2|犬は||1||{"2":"C","3":"D"}
	{"instruction":"task.\"q.x\"","input":"docs[0]","response":"answers[-1].v","category":"kind"}
	{"instruction":"1","response":"4"}
	EOF
	for bad in instruction=a instruction=,response=b what=a,response=b instruction=a,instruction=b "instruction=a[x],response=b"; do
		fails_with 2 itdata ingest a.db a.jsonl --map "$bad" || exit 1
	done
	fails_with 1 itdata ingest a.db a.jsonl --map instruction=no,response=docs[0] && says "nothing at the mapped instruction"
'
it 'probes: what was detected and three pairs, and writes nothing' '
	for i in 1 2 3 4 5; do echo "{\"prompt\":\"質問 $i\",\"completion\":\"答え $i\"}"; done >a.jsonl &&
	itdata ingest --probe a.jsonl >out && grep -q "a.jsonl: jsonl, utf-8, schema completion" out &&
	[ "$(grep -c "instruction  質問" out)" = 3 ] && grep -q "mapped {\"instruction\":\"prompt\"" out &&
	itdata ingest new.db a.jsonl --probe >again && cmp out again && [ ! -e new.db ]
'
it 'takes every encoding it can be written in, and says which' '
	for i in 1 2 3; do two; done | jq -c "{instruction, output}" >utf8.jsonl &&
	for e in CP932 EUC-JP ISO-2022-JP GB18030; do iconv -f UTF-8 -t $e utf8.jsonl >$e.jsonl || exit 1; done &&
	for e in UTF-16 UTF-32; do iconv -f UTF-8 -t $e utf8.jsonl >$e.jsonl || exit 1; done &&
	{ printf "\\357\\273\\277"; cat utf8.jsonl; } >bom.jsonl &&
	for f in utf8 bom CP932 EUC-JP ISO-2022-JP UTF-16 UTF-32; do itdata ingest -q $f.db $f.jsonl >/dev/null || exit 1
		sql $f.db "SELECT record, instruction, response FROM pair" >$f.txt && cmp utf8.txt $f.txt || exit 1
		sql $f.db "SELECT encoding FROM source"; done >out &&
	expect out <<-\EOF &&
	utf-8
	utf-8
	cp932
	euc-jp
	iso-2022-jp
	utf-16le
	utf-32le
	EOF
	itdata ingest -q gb.db GB18030.jsonl --encoding gb18030 >/dev/null && sql gb.db "SELECT record, instruction, response FROM pair" | cmp utf8.txt -
'
it 'rejects what is invalid in its encoding by its byte, and no neighbour' '
	two | head -1 | iconv -t CP932 >a.jsonl && printf "{\"instruction\":\"\\202\\240\\201\",\"output\":\"b\"}\n" >>a.jsonl && two | head -1 | iconv -t CP932 >>a.jsonl &&
	itdata ingest -q --max-rejects 50% a.db a.jsonl >/dev/null &&
	[ "$(sql a.db "SELECT count(*) FROM pair")" = 2 ] &&
	sql a.db "SELECT line, byte, reason, excerpt FROM reject" >out &&
	expect out <<-\EOF
	2|133|not valid CP932 (Shift_JIS)|{"instruction":"あ?","output":"b"}
	EOF
'
it 'takes xz and the members of archives, each a source' '
	mkdir -p d/x && two >d/x/b.jsonl && two | sed "s/ネコ/犬/" | gzip >d/a.jsonl.gz && echo "{\"text\":\"t\"}" >d/c.jsonl && echo hi >d/readme.txt && xz -k d/x/b.jsonl && mv d/x/b.jsonl.xz b.jsonl.xz &&
	(cd d && tar cf ../t.tar x a.jsonl.gz c.jsonl readme.txt) && zstd -q t.tar && gzip -k t.tar &&
	itdata ingest -q a.db t.tar >out 2>err && grep -q "skipped t.tar!c.jsonl: plain text" err &&
	sql a.db "SELECT path, format, added, length(sha256) FROM source" >out &&
	expect out <<-\EOF &&
	t.tar!x/b.jsonl|jsonl|2|64
	t.tar!a.jsonl.gz|jsonl+gzip|2|64
	EOF
	for f in t.tar.zst t.tar.gz; do itdata ingest -q --json a.db $f 2>/dev/null | jq -e ".known == 4 and .added == 0 and .skipped == [\"$f!c.jsonl\"]" || exit 1; done &&
	itdata ingest -q --json a.db - <t.tar.gz 2>/dev/null | jq -e ".known == 4" && itdata ingest -q --json b.db b.jsonl.xz | jq -e ".added == 2" &&
	itdata ingest -q --json b.db d/x b.jsonl.xz | jq -e ".added == 2 and .known == 2" &&
	cat b.jsonl.xz b.jsonl.xz >twice.xz && itdata ingest -q --json c.db twice.xz | jq -e ".added == 4"
'
it 'keeps what came before the damage in gzip, zstd, xz and archives' '
	awk "BEGIN { srand(1); for (i = 1; i <= 6000; i++) printf \"{\\\"prompt\\\":\\\"質問 %d\\\",\\\"completion\\\":\\\"%d%d%d%d%d%d\\\"}\\n\", i, 1e9 * rand(), 1e9 * rand(), 1e9 * rand(), 1e9 * rand(), 1e9 * rand(), 1e9 * rand() }" >a.jsonl &&
	gzip -k a.jsonl && zstd -q a.jsonl && xz -k a.jsonl && tar cf - a.jsonl | gzip >a.tar.gz &&
	for f in a.jsonl.gz a.jsonl.zst a.jsonl.xz a.tar.gz; do
		head -c 140000 $f >cut-$f && { head -c 140000 $f; printf "\\377\\000\\252\\125xxxxxxxx"; tail -c +140013 $f; } >flip-$f || exit 1
		for g in cut-$f flip-$f; do
			rm -f "$PWD/c.db" "$PWD/c.db-wal" "$PWD/c.db-shm"
			itdata ingest -q --max-rejects 100% c.db $g >/dev/null 2>err; [ $? = 1 ] || exit 1
			says "of the packed file" && says "what came before is kept" || exit 1
			n=$(sql c.db "SELECT count(*) FROM kept") && [ "$n" -gt 200 ] && [ "$n" -lt 6000 ] || exit 1
			[ "$(sql c.db "SELECT added + rejected = records, added = $n FROM source")" = "1|1" ] || exit 1
		done
		# gzip tells damage only at its end: what is between may be garbled
		[ "$(sql c.db "SELECT count(*) FROM pair p WHERE record < 200 AND instruction <> \"質問 \" || (record + 1)")" = 0 ] || exit 1
	done
'
it 'writes rejects that can be mended and taken again' '
	{ two; printf "%s\n" "{\"instruction\":\"q\",\"output\":01}" "{\"instruction\":\"\",\"output\":\"z\"}"; printf "{\"instruction\":\"\\377\"}\n"; two; } >a.jsonl &&
	printf "question,answer\nq,a\n,b\nx,y,z\n" >b.csv &&
	itdata ingest -q --max-rejects 90% a.db a.jsonl b.csv --rejects r.jsonl >/dev/null &&
	expect r.jsonl <<-\EOF &&
	{"path":"a.jsonl","line":3,"byte":203,"reason":"number with a leading zero","raw":"{\"instruction\":\"q\",\"output\":01}"}
	{"path":"a.jsonl","line":4,"byte":207,"reason":"the instruction is empty","raw":{"instruction":"","output":"z"}}
	{"path":"a.jsonl","line":5,"byte":255,"reason":"not UTF-8","raw_base64":"eyJpbnN0cnVjdGlvbiI6Iv8ifQ=="}
	{"path":"b.csv","line":3,"byte":20,"reason":"the instruction is empty","raw":{"question":"","answer":"b"}}
	{"path":"b.csv","line":4,"byte":23,"reason":"more fields than the header","raw":"x,y,z"}
	EOF
	head -2 r.jsonl | sed "s/:01/:1/; s/\"instruction\":\"\"/\"instruction\":\"p\"/" >mended.jsonl &&
	itdata ingest -q a.db mended.jsonl >/dev/null &&
	sql a.db "SELECT instruction, response FROM pair WHERE source_id = 3" >out &&
	expect out <<-\EOF
	q|1
	p|z
	EOF
'
it 'ends at the first reject when strict, and leaves nothing of the file' '
	two >good.jsonl && { two | sed "s/科/类/"; echo "{"; two; } >bad.jsonl && itdata ingest -q a.db good.jsonl >/dev/null && sql a.db .dump | grep -v "INTO run" >before &&
	fails_with 3 itdata ingest -q --strict a.db bad.jsonl && says "bad.jsonl: line 3, byte" &&
	sql a.db .dump | grep -v "INTO run" >after && cmp before after && itdata ingest -q --strict a.db good.jsonl
'
it 'stops at --limit and takes the rest later, to the pair' '
	echo "{\"Definition\":\"d\",\"Instances\":[{\"input\":\"1\",\"output\":[\"a\",\"b\",\"c\"]},{\"input\":\"2\",\"output\":[\"d\"]}]}" >a.json &&
	itdata ingest -q --json a.db a.json --limit 2 | jq -e ".added == 2" && itdata ingest -q --json a.db a.json --limit 2 | jq -e ".added == 0 and .known == 2" &&
	itdata ingest -q --json a.db a.json --limit 3 | jq -e ".added == 1 and .known == 2" && itdata ingest -q --json a.db a.json | jq -e ".added == 1 and .known == 3" &&
	[ "$(sql a.db "SELECT group_concat(record || response) FROM pair")" = 0a,1b,2c,3d ] && itdata ingest -q --json a.db a.json | jq -e ".added == 0"
'
it 'goes on with a file that has grown, half a line included' '
	for i in 1 2 3 4; do echo "{\"prompt\":\"質問 $i\",\"completion\":\"答え $i\"}"; done >all.jsonl &&
	head -c 100 all.jsonl >a.jsonl && fails_with 3 itdata ingest -q a.db a.jsonl >/dev/null &&
	cp all.jsonl a.jsonl && itdata ingest -q --json a.db a.jsonl | jq -e ".read == 4 and .added == 2 and .known == 2 and .rejected == 0" &&
	sql a.db "SELECT record, instruction FROM pair; SELECT count(*), sum(finished) FROM source; SELECT count(*) FROM reject" >out &&
	expect out <<-\EOF &&
	0|質問 1
	1|質問 2
	2|質問 3
	3|質問 4
	1|1
	0
	EOF
	sed "s/1/9/" all.jsonl >a.jsonl && itdata ingest -q --json a.db a.jsonl | jq -e ".added == 4"
'
it 'takes turns with another writer, also on the same file' '
	for i in $(seq 3000); do echo "{\"prompt\":\"質問 $i\",\"completion\":\"答え $i\"}"; done >a.jsonl && sed "s/質問/問い/" a.jsonl >b.jsonl &&
	for f in a b a; do itdata ingest -q a.db $f.jsonl >/dev/null & done; wait
	itdata ingest -q --json a.db a.jsonl b.jsonl | jq -e ".known == 6000 and .added == 0" &&
	[ "$(sql a.db "SELECT count(*), count(DISTINCT instruction) FROM kept JOIN pair USING (id)")" = "6000|6000" ]
'
it 'waits for another writer, and leaves nothing of a file that changes meanwhile' '
	two >a.jsonl && { two | sed "s/ネコ/犬/"; } >b.jsonl && itdata ingest -q a.db a.jsonl >/dev/null &&
	{ echo "BEGIN IMMEDIATE;"; until [ -e go ]; do sleep 0.1; done; echo "COMMIT;"; } | sqlite3 a.db & sleep 0.5
	itdata ingest -q a.db b.jsonl >out 2>err & pid=$!
	until ls -l /proc/$pid/fd 2>/dev/null | grep -q a.db; do sleep 0.1; done
	two >>b.jsonl; touch go; wait $pid; [ $? = 1 ] && says "the file changed while it was read" &&
	[ "$(sql a.db "SELECT count(*), (SELECT count(*) FROM source) FROM pair")" = "2|1" ] &&
	itdata ingest -q --json a.db b.jsonl | jq -e ".added == 4"
'
it 'finds the format of a table on stdin, and two equal columns' '
	printf "question\tanswer\tanswer\n空は？\t青\t碧\n" | itdata ingest -q a.db - >/dev/null &&
	[ "$(sql a.db "SELECT response || extra FROM pair")" = "青{\"answer (2)\":\"碧\"}" ]
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
it 'leaves no half-made database when the disk is full' '
	two >a.jsonl &&
	for blocks in 40 100 700; do
		(trap "" XFSZ; ulimit -f $blocks; fails_with 1 itdata ingest a.db a.jsonl) || exit 1
		[ ! -e a.db ] || exit 1
	done
'
finish
