# conflicts.sh - what `itdata conflicts` promises at the command line
. "$srcdir/tests/cli/lib.sh"

# ask DATABASE: pairs (category|instruction|input|response) on stdin
ask() {
	while IFS='|' read -r category instruction input response; do
		jq -cn --arg c "$category" --arg i "$instruction" \
			--arg x "$input" --arg o "$response" \
			'{instruction: $i, input: $x, output: $o, category: $c}'
	done >a.jsonl
	itdata ingest -q "$1" a.jsonl >/dev/null
}

few() {
	ask "$1" <<-\END
	open_qa|日本でいちばん高い山は何ですか。||富士山です。
	open_qa|日本でいちばん高い山は何ですか||北岳です。
	open_qa|日本でいちばん高い山は何ですか？||富士山です
	open_qa|Is 17 a prime number?||Yes, it is.
	open_qa|is 17 a prime number||No.
	maths|What is 3 + 4?||It is 7.
	maths|What is 3 + 4?||The sum is 8.
	maths|What is 3 + 5?||It is 8.
	classify|Which option is right?|A or B|(A)
	classify|Which option is right?|A or B|B
	classify|Which option is right?|A or C|C
	generate|Write a short poem.||Snow falls.
	generate|Write a short poem.||The sea is grey.
	open_qa|広島市に原子爆弾が投下されたのは何日ですか。||6日
	open_qa|長崎市に原子爆弾が投下されたのは何日ですか。||9日
	END
}

it 'finds answers of which one at most is right' '
	few a.db && itdata conflicts a.db --json >out &&
	jq -e "[.pairs, .questions, .hard, .soft] == [15, 5, 4, 0]" out &&
	jq -c "[.conflicts[].kind]" out >kinds && expect kinds <<-\EOF
	["option","yes-no","number","short"]
	EOF
'
it 'tells other numbers, inputs and names apart' '
	few a.db && itdata conflicts a.db --json >out &&
	! grep -q "原子爆弾" out && ! grep -q "3 + 5" out && ! grep -q "A or C" out
'
it 'takes several answers of one record for alternatives' '
	echo "{\"Definition\":[\"Name a thing.\"],\"Instances\":[{\"input\":\"a pond\",\"output\":[\"duck\",\"carp\"]}]}" >a.json &&
	itdata ingest -q a.db a.json >/dev/null &&
	[ "$(sql a.db "SELECT count(*) FROM kept")" = 2 ] &&
	itdata conflicts a.db --json | jq -e "[.questions, .hard] == [1, 0]"
'
it 'has no conflicts in open tasks' '
	few a.db && itdata conflicts a.db >out && ! grep -q "poem" out &&
	grep -q "^    generate  *1.00 of 1  thin$" out
'
it 'shows the answers of a question side by side' '
	few a.db && itdata conflicts a.db >out &&
	grep -q "^short   日本でいちばん高い山は何ですか。$" out &&
	grep -q "^             2  北岳です。$" out
'
it 'keeps what it found, and decides only when it is told to' '
	few a.db && sql a.db "SELECT * FROM kept" >before &&
	itdata conflicts a.db --json >out && sql a.db "SELECT * FROM kept" | cmp before - &&
	[ "$(sql a.db "SELECT other_id FROM finding WHERE pair_id = 2")" = 1 ] &&
	[ "$(sql a.db "SELECT count(DISTINCT pair_id) FROM finding")" = \
	  "$(jq "[.conflicts[].answers[].id] | unique | length" out)" ] &&
	itdata show a.db 2 | grep -q "not with pair 1" &&
	itdata search a.db "rule:conflict.*" | grep -q "^2  kept" &&
	itdata stats a.db --html page.html >/dev/null && grep -q "北岳" page.html &&
	itdata undo a.db conflicts >/dev/null && [ "$(sql a.db "SELECT count(*) FROM finding")" = 0 ]
'
it 'drops what fewer say, or all' '
	few a.db && itdata conflicts a.db --drop minority --json >out &&
	jq -e ".dropped == 1" out &&
	[ "$(sql a.db "SELECT id, reason FROM dropped")" = "2|conflicting answer" ] &&
	itdata conflicts a.db --drop all --json | jq -e ".dropped == 9" &&
	itdata undo a.db conflicts >/dev/null &&
	[ "$(sql a.db "SELECT count(*) FROM kept")" = 15 ]
'
it 'prints the same whatever the threads' '
	few a.db && itdata conflicts a.db -j 1 >one && itdata conflicts a.db -j 3 >three &&
	cmp one three
'
it 'sees another question behind a long preamble' '
	preamble="You have a tool that answers questions on science, society,
and daily life, among many other things, if it is asked in plain words." &&
	for q in "What is the boiling point of clean water at the sea?" \
		"What is the mass of the moon in kilograms of today?"; do
		jq -cn --arg q "$preamble
$q" --arg o "ask($q)" "{instruction: \$q, output: \$o}"
	done >a.jsonl &&
	itdata ingest -q a.db a.jsonl >/dev/null &&
	itdata conflicts a.db --json | jq -e ".questions == 0"
'
it 'finds the same question in other words, by vectors' '
	few a.db && itdata embed -q a.db >/dev/null &&
	sql a.db "UPDATE embedding SET vector = (SELECT vector FROM embedding
	  WHERE pair_id = 4) WHERE pair_id IN (4, 5, 8, 14)" &&
	sql a.db "UPDATE pair SET instruction = '\''Can 17 be divided?'\''
	  WHERE id = 5" &&
	itdata conflicts a.db --semantic 0.95 --json >out &&
	jq -e "[.conflicts[] | select(.kind == \"yes-no\") | .answers[].id] ==
	  [4, 5]" out &&
	itdata conflicts a.db --json >words && ! grep -q yes-no words &&
	itdata conflicts a.db --semantic 0.95 -j 1 >one &&
	itdata conflicts a.db --semantic 0.95 -j 3 >three && cmp one three &&
	itdata conflicts a.db --semantic 0.95 --drop all --json |
		jq -e ".dropped > 1"
'
it 'says what vectors need' '
	few a.db && fails_with 1 itdata conflicts a.db --semantic 0.9 &&
	says "itdata embed a.db" &&
	fails_with 2 itdata conflicts a.db --semantic 2 && says "at most 1"
'
it 'takes an empty database, and fails in one line' '
	few a.db && sql a.db "DELETE FROM pair" &&
	itdata conflicts a.db --json | jq -e ".pairs == 0 and .consistency == 1" &&
	fails_with 1 itdata conflicts absent.db && says "no such database" &&
	fails_with 2 itdata conflicts a.db -t 7 && says "not above 0"
'
finish
