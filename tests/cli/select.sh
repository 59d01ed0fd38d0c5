# select.sh - what `itdata select` promises at the command line
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

# 1 and 6 are alike, 5 is another, 3 is the opposite of 1; a person keeps 5
ready() {
	look "$1" && sql "$1" "INSERT INTO embedding
	  SELECT column1, 'mini', 'instruction', column2 FROM (VALUES
	  (1, x'0000803f00000000'), (3, x'000080bf00000000'),
	  (5, x'000000000000803f'), (6, x'0000803f00000000'))"
}

it 'keeps a count of pairs and decides on the rest' '
	ready a.db && itdata select a.db --count 3 >out &&
	grep -q "^3 of 4 pairs stay, chosen by facility$" out &&
	sql a.db "SELECT id FROM kept" >kept && expect kept <<-\EOF
	1
	3
	5
	EOF
	[ "$(sql a.db "SELECT reason FROM decision WHERE pair_id = 6
	  AND stage = '\''select'\''")" = "not selected" ]
'
it 'keeps the smaller selection in the larger' '
	ready a.db && itdata select a.db -n 2 -q >/dev/null &&
	sql a.db "SELECT id FROM kept" >two &&
	itdata select a.db -n 3 -q >/dev/null &&
	sql a.db "SELECT id FROM kept" >three &&
	[ -z "$(comm -23 two three)" ]
'
it 'knows every method, and reports as JSON' '
	ready a.db && itdata score a.db -q >/dev/null &&
	for m in facility kcenter score-diverse top random; do
		itdata select a.db -n 2 --method $m --json >out &&
		jq -e "[.pairs, .kept, .method] == [4, 2, \"$m\"]" out || exit 1
	done
'
it 'takes by a measure what is not alike' '
	ready a.db && itdata score a.db -q >/dev/null &&
	itdata select a.db -n 4 --method score-diverse --by quality >out &&
	sql a.db "SELECT id FROM kept" >kept && expect kept <<-\EOF
	3
	5
	6
	EOF
'
it 'limits a language or a category' '
	ready a.db && itdata select a.db -n 4 --quota lang:en=1 --quota category:qa=1 \
		-q >/dev/null &&
	[ "$(sql a.db "SELECT group_concat(id) FROM kept")" = 1,5,6 ]
'
it 'keeps what must stay, and what a person keeps' '
	ready a.db && echo 6 >must &&
	itdata select a.db -n 2 --must must -q >/dev/null &&
	[ "$(sql a.db "SELECT group_concat(id) FROM kept")" = 5,6 ]
'
it 'stops before the tokens are used up' '
	ready a.db && itdata select a.db --tokens 20 --method random --json >out &&
	jq -e ".tokens <= 20 and .kept >= 1 and .kept < 4" out
'
it 'is taken back by undo' '
	ready a.db && itdata select a.db -n 1 -q >/dev/null &&
	itdata undo a.db select >/dev/null &&
	[ "$(sql a.db "SELECT count(*) FROM kept")" = 4 ]
'
it 'takes all when it may take more than there are' '
	ready a.db && itdata select a.db -n 99 >out && grep -q "^4 of 4" out
'
it 'chooses among zero and equal vectors, and of one pair' '
	for vector in zeroblob\(8\) "x'\''0000803f0000803f'\''"; do
		rm -f a.db && ready a.db &&
		sql a.db "UPDATE embedding SET vector = $vector" &&
		for m in facility kcenter score-diverse top random; do
			itdata score a.db -q >/dev/null &&
			itdata select a.db -n 2 --method $m --json >out &&
			jq -e ".kept >= 1 and .kept <= 2" out || exit 1
		done || exit 1
	done
	sql a.db "DELETE FROM embedding WHERE pair_id > 1" &&
	for m in facility kcenter score-diverse random; do
		itdata select a.db -n 5 --method $m --json >out 2>err &&
		jq -e "[.pairs, .kept] == [1, 1]" out || exit 1
	done
'
it 'fails in one line, the database as before' '
	look a.db && sql a.db .dump >before &&
	fails_with 1 itdata select a.db -n 2 && says "run '"'itdata embed a.db'"'" &&
	fails_with 2 itdata select a.db && says "say how many" &&
	fails_with 2 itdata select a.db -n 2 --tokens 3 &&
	fails_with 2 itdata select a.db -n 2 --by novelty &&
	fails_with 2 itdata select a.db -n 2 --method top --by nothing &&
	fails_with 2 itdata select a.db -n 2 --quota lang:en=1 --quota ja=5 &&
	says "lang:ja=5000" && sql a.db .dump >after && cmp before after &&
	ready b.db && sql b.db .dump >before &&
	fails_with 1 itdata select b.db -n 2 --method top --by novelty &&
	says "has the measure" && echo 99 >must &&
	fails_with 2 itdata select b.db -n 2 --must must && says "pair 99" &&
	echo x >must && fails_with 2 itdata select b.db -n 2 --must must &&
	sql b.db .dump >after && cmp before after
'
finish
