# decontaminate.sh - what `itdata decontaminate` promises at the command line
. "$srcdir/tests/cli/lib.sh"

train() {
	cat >train.jsonl <<-\END
	{"instruction":"Tom has 3 apples and buys 4 more apples at the market; how many apples has he now?","output":"7"}
	{"instruction":"TOM has 3 apples and buys 4 more apples at the market: how many apples has he now","output":"7"}
	{"instruction":"Tom has 3 pears.","output":"ok"}
	{"instruction":"食べ物は?","output":"パン"}
	{"instruction":"次の質問に答えてください。","input":"音声を電気的信号に変え、離れた場所に伝達し、ふたたび音声に戻す機械を何という？","output":"電話"}
	{"instruction":"Say hello","output":"Solve: Tom has 3 apples and buys 4 more apples at the market today"}
	{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hi"},{"role":"user","content":"食べ物は？"},{"role":"assistant","content":"パン"}]}
	END
	sed -n 1,6p train.jsonl >a.jsonl
	sed -n 7p train.jsonl >b.jsonl
	itdata ingest -q train.db a.jsonl b.jsonl >/dev/null
}

bench() {
	cat >bench.jsonl <<-\END
	{"id":1,"question":"Tom has 3 apples and buys 4 more apples at the market. How many apples has he now?","choices":["1","7"]}
	{"id":2,"question":"食べ物は？"}
	{"id":3,"question":"音声を電気的信号に変え、離れた場所に伝達し、ふたたび音声に戻す機械を何と言うか。"}
	{"id":4,"question":"?!"}
	{"id":5,"question":"Quite another question that nobody in the training set has ever asked before"}
	END
}

it 'finds long items by their runs and short ones by equality' '
	train && bench &&
	itdata decontaminate train.db --against bench.jsonl >out &&
	expect out <<-\EOF &&
	5 of 7 pairs contain 3 benchmark items
	bench.jsonl: 3 of 5 items found
	EOF
	sql train.db "SELECT d.pair_id, stage, reason, i.record,
		round(value, 2) FROM decision d JOIN item i ON i.id = item_id
		ORDER BY 1" >rows &&
	expect rows <<-\EOF
	1|decontaminate|benchmark item|0|1.0
	2|decontaminate|benchmark item|0|1.0
	4|decontaminate|benchmark item|1|1.0
	5|decontaminate|benchmark item|2|0.83
	7|decontaminate|benchmark item|1|1.0
	EOF
'
it 'shows where an item stands, in characters of the stored text' '
	train && bench &&
	itdata decontaminate train.db --against bench.jsonl >out &&
	sql train.db "SELECT f.pair_id, rule, f.category, field, turn,
		substr(CASE field WHEN '\''input'\'' THEN input
		ELSE instruction END,
		start + 1, f.length)
		FROM finding f JOIN pair p ON p.id = f.pair_id
		WHERE f.pair_id IN (2, 5)" >rows &&
	expect rows <<-\EOF &&
	2|bench.jsonl|contamination|instruction|0|TOM has 3 apples and buys 4 more apples at the market: how many apples has he now
	5|bench.jsonl|contamination|input|0|音声を電気的信号に変え、離れた場所に伝達し、ふたたび音声に戻す機械を何と
	EOF
	[ "$(sql train.db "SELECT field, turn FROM finding
		WHERE pair_id = 7")" = "content|2" ]
'
it 'reports as JSON with the promised keys' '
	train && bench &&
	itdata decontaminate train.db bench.jsonl --against bench.jsonl \
		--json >out &&
	jq -e "[.pairs, .contaminated, .items, .benchmarks[0].items] ==
		[7, 5, 6, 5] and .seconds >= 0" out
'
it 'keeps runs of different names apart and replaces on the same files' '
	train && bench && echo "{\"prompt\":\"say hello\"}" >other.jsonl &&
	itdata decontaminate train.db --against bench.jsonl >out &&
	cp train.db before.db &&
	fails_with 2 itdata decontaminate train.db --against other.jsonl &&
	says "--replace" && says "--name" && cmp before.db train.db &&
	itdata decontaminate train.db --against other.jsonl --name o >out &&
	itdata decontaminate train.db --against bench.jsonl >out &&
	[ "$(sql train.db "SELECT count(*) FROM decision")" = 6 ] &&
	[ "$(sql train.db "SELECT count(*) FROM item")" = 4 ] &&
	itdata decontaminate train.db --against other.jsonl --replace >out &&
	[ "$(sql train.db "SELECT count(*) FROM decision")" = 2 ] &&
	[ "$(sql train.db "SELECT count(*) FROM item")" = 2 ]
'
it 'reads nested files, tables without a header, messages and strings' '
	train &&
	echo "{\"data\":[{\"paragraphs\":[{\"context\":\"x\",\"qas\":[
		{\"question\":\"食べ物は\"}]}]}]}" >nested.json &&
	printf "食べ物は？,a,b,A\n飲み物は？,a,b,B\n" >table.csv &&
	printf "id,question\n1,食べ物は？\n" >header.csv &&
	echo "{\"turns\":[\"Say hello\",\"Again\"]}" >turns.jsonl &&
	echo "{\"messages\":[{\"role\":\"user\",\"content\":\"Say hello\"}]}" \
		>chat.jsonl &&
	echo "[\"Say hello\", \"Say no\"]" >strings.json &&
	echo "{\"thing\":\"Say hello\"}" >key.jsonl &&
	itdata decontaminate train.db nested.json table.csv header.csv \
		turns.jsonl chat.jsonl strings.json --json >out &&
	[ "$(jq -c "[.benchmarks[] | .items, .found]" out)" = \
		"[1,1,2,1,1,1,2,1,1,1,2,1]" ] &&
	itdata decontaminate train.db key.jsonl --field thing --name k >out &&
	grep -q "^1 of 7 pairs" out
'
it 'knows the published settings' '
	train && bench &&
	itdata decontaminate train.db --against bench.jsonl --preset any13 \
		--json >out && jq -e ".contaminated == 5" out &&
	itdata decontaminate train.db --against bench.jsonl --preset tulu \
		--json >out && jq -e ".contaminated == 6" out &&
	itdata decontaminate train.db --against bench.jsonl -t 0.9 \
		--json >out && jq -e ".contaminated == 4" out &&
	itdata decontaminate train.db --against bench.jsonl --ngram 4w,5c \
		--json >out && jq -e ".contaminated >= 6" out
'
it 'gives the same rows whatever the threads' '
	train && bench && rows="SELECT * FROM decision_row ORDER BY 1" &&
	itdata decontaminate train.db bench.jsonl -j 1 >out &&
	sql train.db "$rows" >one &&
	itdata decontaminate train.db bench.jsonl -j 3 >out &&
	sql train.db "$rows" >two && cmp one two
'
it 'leaves the database alone when something is wrong' '
	train && bench && cp train.db before.db &&
	fails_with 2 itdata decontaminate train.db && says "--against" &&
	fails_with 2 itdata decontaminate &&
	fails_with 1 itdata decontaminate train.db --against none.jsonl &&
	says none.jsonl &&
	echo "{\"a\":1}" >odd.jsonl &&
	fails_with 1 itdata decontaminate train.db --against odd.jsonl &&
	says "--field" &&
	fails_with 2 itdata decontaminate train.db bench.jsonl -t 2 &&
	fails_with 2 itdata decontaminate train.db bench.jsonl --ngram 8x &&
	fails_with 2 itdata decontaminate train.db bench.jsonl --ngram 99w &&
	says "8w,20c" &&
	fails_with 2 itdata decontaminate train.db bench.jsonl --preset x &&
	fails_with 1 itdata decontaminate none.db bench.jsonl &&
	cmp before.db train.db
'
finish
