# embed.sh - what `itdata embed` promises at the command line
. "$srcdir/tests/cli/lib.sh"

model=$data/encode/bert

few() {
	cat >few.jsonl <<-\END &&
	{"instruction": "ネコは何科ですか？", "output": "ネコ科です。"}
	{"instruction": "Translate this.", "input": "the sky is blue", "output": "空は青い。"}
	{"instruction": "Translate this.", "input": "the sea is blue", "output": "海は青い。"}
	{"instruction": "要約してください。", "output": "はい。"}
	END
	itdata ingest "$1" few.jsonl -q >/dev/null
}

# vectors DATABASE: every row, the vector as a digest of its bytes
vectors() {
	sql "$1" "SELECT pair_id, model, field, hex(vector) FROM embedding
		ORDER BY 1, 2, 3"
}

it 'gives every kept pair a vector' '
	few a.db && itdata embed a.db --model "$model" >out &&
	expect out <<-\EOF &&
	4 pairs got a vector of 24 numbers by bert, of: instruction
	EOF
	sql a.db "SELECT pair_id, model, field, length(vector) FROM embedding" \
		>rows && expect rows <<-\EOF
	1|bert|instruction|96
	2|bert|instruction|96
	3|bert|instruction|96
	4|bert|instruction|96
	EOF
'
it 'reports as JSON with the promised keys, and keeps it with the run' '
	few a.db && itdata embed a.db --model "$model" --json >out &&
	jq -e "[.pairs, .model, .dimension] == [4, \"bert\", 24]" out &&
	jq -e ".seconds >= 0" out &&
	[ "$(sql a.db "SELECT summary FROM run WHERE command = '\''embed'\''" |
		jq .pairs)" = 4 ]
'
it 'embeds the instruction with its input, as encode does' '
	few a.db && itdata embed a.db --model "$model" &&
	echo "ネコは何科ですか？" >line &&
	itdata encode line -o a.npy --model "$model" &&
	sql a.db "SELECT writefile('\''v'\'', vector) FROM embedding
		WHERE pair_id = 1" && tail -c 96 a.npy >w && cmp v w &&
	[ "$(sql a.db "SELECT count(DISTINCT vector) FROM embedding")" = 4 ]
'
it 'keeps models and fields apart' '
	few a.db && itdata embed a.db --model "$model" &&
	itdata embed a.db --model "$model" --on response &&
	itdata embed a.db --model "$model" --on pair &&
	itdata embed a.db --model "$model" --precision int8 &&
	[ "$(sql a.db "SELECT count(*), count(DISTINCT model || field)
		FROM embedding")" = "16|4" ]
'
it 'leaves out pairs that are not kept, and comes back for new ones' '
	few a.db && printf "id,verdict\n2,drop\n" >v.csv && itdata judge a.db v.csv -q &&
	itdata embed a.db --model "$model" --json >out &&
	[ "$(jq .pairs out)" = 3 ] &&
	echo "{\"instruction\": \"new\", \"output\": \"yes\"}" >new.jsonl &&
	itdata ingest a.db new.jsonl -q && itdata embed a.db --model "$model" \
		--json >out && [ "$(jq .pairs out)" = 1 ] &&
	itdata embed a.db --model "$model" --json >out &&
	[ "$(jq .pairs out)" = 0 ]
'
it 'gives the same bytes for any number of threads' '
	few a.db && cp a.db b.db && itdata embed a.db --model "$model" -j 1 &&
	itdata embed b.db --model "$model" -j 4 &&
	vectors a.db >a && vectors b.db >b && cmp a b
'
it 'ends in the same state after a kill' '
	few a.db && cp a.db b.db && itdata embed a.db --model "$model" &&
	for n in 1 2 3; do
		ITDATA_FAULT=kill:$n itdata embed b.db --model "$model" ||
			true
	done; itdata embed b.db --model "$model" &&
	vectors a.db >a && vectors b.db >b && cmp a b
'
it 'leaves the database alone when something is wrong' '
	few a.db && sql a.db .dump >before &&
	fails_with 1 itdata embed a.db --model nowhere && says nowhere &&
	fails_with 2 itdata embed a.db --model "$model" --on nothing &&
	fails_with 1 itdata embed absent.db --model "$model" &&
	! [ -e absent.db ] && sql a.db .dump >after && cmp before after
'
finish
