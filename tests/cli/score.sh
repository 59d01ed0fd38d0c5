# score.sh - what `itdata score` promises at the command line
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

# vectors DATABASE: two numbers for each kept pair and one that fell
vectors() {
	sql "$1" "INSERT INTO embedding
	  SELECT column1, 'mini', 'instruction', column2 FROM (VALUES
	  (1, x'0000803f00000000'), (3, x'000080bf00000000'),
	  (5, x'000000000000803f'), (6, x'0000803f00000000'),
	  (4, x'0000803f00000000'))"
}

it 'measures quality without vectors, and says how to have them' '
	look a.db && itdata score a.db >out 2>err &&
	grep -q "^4 pairs measured" out && grep -q "itdata embed a.db" err &&
	sql a.db "SELECT pair_id, round(quality, 2), agreement FROM score
	  WHERE quality IS NOT NULL" >rows &&
	expect rows <<-\EOF
	1|0.9|1.0
	3|0.1|1.0
	5|1.0|1.0
	6|1.0|1.0
	EOF
'
it 'measures how new a pair is beside its nearest' '
	look a.db && vectors a.db && itdata score a.db -k 1 >out &&
	sql a.db "SELECT pair_id, novelty, density FROM score
	  WHERE novelty IS NOT NULL" >rows &&
	expect rows <<-\EOF
	1|0.0|1.0
	3|1.0|0.0
	5|1.0|0.0
	6|0.0|1.0
	EOF
	grep -q "^vectors of mini, instruction: 4 pairs" out &&
	grep -q "Vendi score" out
'
it 'reports as JSON, and stats shows the diversity of the last run' '
	look a.db && vectors a.db && itdata score a.db --json >out &&
	jq -e "[.pairs, .model, .on, .diversity.pairs] ==
	  [4, \"mini\", \"instruction\", 4]" out &&
	jq -e ".diversity | .vendi > 1 and .vendi < 2.01" out &&
	jq -e ".diversity.groups.ja == null and
	  .diversity.groups.en.pairs == 2" out &&
	itdata stats a.db --json | jq -e ".diversity | tostring |
	  contains(\"vendi\")"
'
it 'leaves the measures of other stages as they are' '
	look a.db && itdata score a.db -q >/dev/null &&
	[ "$(sql a.db "SELECT ambiguity FROM score WHERE pair_id = 3")" = 0.9 ]
'
it 'replaces its measures' '
	look a.db && vectors a.db && itdata score a.db -q >/dev/null &&
	sql a.db "DELETE FROM embedding" && itdata score a.db -q >/dev/null &&
	[ "$(sql a.db "SELECT count(novelty) FROM score")" = 0 ]
'
it 'gives the same rows whatever the threads' '
	look a.db && vectors a.db && cp a.db b.db &&
	itdata score a.db -q -j 1 >/dev/null && itdata score b.db -q -j 3 >/dev/null &&
	sql a.db "SELECT * FROM score" >a && sql b.db "SELECT * FROM score" >b &&
	cmp a b
'
it 'measures zero vectors, equal vectors, and one pair' '
	look a.db && vectors a.db &&
	sql a.db "UPDATE embedding SET vector = zeroblob(8)" &&
	itdata score a.db --json >out &&
	jq -e ".diversity | [.pairs, .recall] == [4, 1]" out &&
	jq -e "[.diversity | .vendi, .coverage, .nearest, .novelsum | . >= 0] |
	  all" out &&
	sql a.db "UPDATE embedding SET vector = x'\''0000803f0000803f'\''" &&
	itdata score a.db --json >out &&
	jq -e ".diversity | .vendi < 1.001 and .nearest < 1e-6" out &&
	sql a.db "DELETE FROM embedding WHERE pair_id > 1" &&
	itdata score a.db --json 2>err >out && jq -e ".diversity.pairs == 1" out &&
	grep -q "have no vector" err &&
	[ "$(sql a.db "SELECT count(novelty), count(cell) FROM score")" = "0|1" ]
'
it 'fails in one line, the database as before' '
	look a.db && vectors a.db && sql a.db .dump >before &&
	fails_with 1 itdata score a.db --model other &&
	says "no pair has a vector of model other" &&
	fails_with 2 itdata score a.db -k 0 && fails_with 1 itdata score no.db &&
	sql a.db "UPDATE embedding SET vector = x'\''0000803f'\'' WHERE pair_id = 6" &&
	sql a.db .dump >before &&
	fails_with 1 itdata score a.db && says "pair 6 has another length" &&
	sql a.db .dump >after && cmp before after
'
finish
