# judge.sh - what `itdata judge` promises at the command line
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

kept() {
	sql a.db "SELECT group_concat(id) FROM (SELECT id FROM kept ORDER BY id)"
}

it 'keeps and drops pairs, with author, note and time' '
	look a.db && cat >j.csv <<-\EOF &&
	id,verdict,note
	4,keep,"良い, 残す"
	1,drop,
	2,,later
	5,none,
	EOF
	itdata judge a.db j.csv --author mika >out &&
	grep -q "^4 rows: 1 keep, 1 drop, 1 taken back, 1 without a verdict$" out &&
	[ "$(kept)" = 3,4,6 ] &&
	[ "$(sql a.db "SELECT verdict, note, author FROM verdict WHERE pair_id = 4")" = \
		"keep|良い, 残す|mika" ] &&
	sql a.db "SELECT made FROM verdict WHERE pair_id = 4" | grep -q "^20..-.*Z$" &&
	[ "$(sql a.db "SELECT stage FROM dropped WHERE id = 1")" = judge ]
'
it 'finds its columns by name, in any order' '
	look a.db && printf "note,x,verdict,id\n,y, keep ,4\n" | itdata judge a.db - &&
	[ "$(kept)" = 1,3,4,5,6 ]
'
it 'says which pairs fell for a pair that is dropped now' '
	look a.db && printf "id,verdict\n1,drop\n" | itdata judge a.db - >out &&
	grep -q "^1 pairs fell for a pair that is dropped today" out
'
it 'outranks a stage that runs again' '
	look a.db && printf "id,verdict\n2,keep\n" | itdata judge a.db - &&
	itdata dedup a.db --on instruction && kept | grep -q 2 &&
	itdata undo a.db filter && kept | grep -q 5
'
it 'changes nothing when a row is wrong, and names it' '
	look a.db && sql a.db .dump >before &&
	wrong() {
		printf "$1" >j.csv
		fails_with 1 itdata judge a.db j.csv && says "$2" &&
		[ "$(wc -l <err)" = 1 ]
	} &&
	wrong "id,verdict\n1,drop\n4,perhaps\n" "j.csv:3: '"'perhaps'"' is not keep, drop or none" &&
	wrong "id,verdict\n1,drop\n99,keep\n" "j.csv:3: there is no pair 99" &&
	wrong "id,verdict\n1,drop\n-1,keep\n" "j.csv:3: '"'-1'"' is not the id" &&
	wrong "id,verdict\n1,drop\nx,\n" "j.csv:3: '"'x'"' is not the id" &&
	wrong "id,verdict\n1,drop\n\"4\nx\",keep\n" "j.csv:3" &&
	wrong "id,verdict\n1,drop\n1,keep\n" "j.csv:3: pair 1 is judged twice" &&
	wrong "id,verdict\n1,drop\n1,keep,x\n" "j.csv:3: more fields" &&
	wrong "id,verdict\n1,drop\n4\n" "j.csv:3: fewer fields" &&
	wrong "id,verdict,note\n1,drop,\n4,keep,\202\240\n" "save the file as CSV UTF-8" &&
	wrong "id,verdict\n1,drop\n4,\"keep\n" "j.csv:3: a quoted field does not end" &&
	wrong "1,drop\n4,keep\n" "must name the columns" &&
	wrong "id,verdict\n" "no row to judge by" &&
	wrong "" "no row to judge by" &&
	sql a.db .dump >after && cmp before after
'
it 'takes the same verdict twice' '
	look a.db && printf "id,verdict\n1,drop\n1,drop\n" | itdata judge a.db -
'
it 'is a run, with its figures' '
	look a.db && printf "id,verdict\n1,drop\n" | itdata judge a.db - --json >out &&
	jq -e "[.rows, .keep, .drop, .stale] == [1, 0, 1, 1]" out &&
	sql a.db "SELECT summary FROM run WHERE command = '\''judge'\''" |
		jq -e ".drop == 1"
'
it 'fails on what is not there' '
	look a.db && fails_with 1 itdata judge a.db no.csv &&
	fails_with 1 itdata judge no.db no.csv && fails_with 2 itdata judge a.db
'
finish
