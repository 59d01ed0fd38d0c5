# undo.sh - what `itdata undo` promises at the command line
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

it 'takes back what dedup said, and nothing else' '
	look a.db && itdata undo a.db dedup >out &&
	grep -q "^dedup taken back: 1 decisions, 0 findings; 1 pairs are kept again$" out &&
	[ "$(wc -l <out)" = 1 ] &&
	[ "$(sql a.db "SELECT (SELECT count(*) FROM duplicate),
	  (SELECT count(*) FROM cluster), (SELECT count(*) FROM decision),
	  (SELECT count(*) FROM finding), (SELECT count(*) FROM kept)")" = \
	  "0|0|2|2|5" ]
'
it 'says which later stages have not seen the pairs that come back' '
	look a.db && itdata undo a.db filter >out &&
	grep -q "^they were not there when .dedup. looked at the set; run it again$" out &&
	[ "$(sql a.db "SELECT count(*) FROM finding")" = 0 ] &&
	[ "$(sql a.db "SELECT count(ambiguity) FROM score")" = 0 ] &&
	[ "$(sql a.db "SELECT count(*) FROM kept WHERE id IN (4, 5)")" = 2 ]
'
it 'counts only pairs that are kept again' '
	look a.db && sql a.db "INSERT INTO decision_row VALUES
	  (4, 2, 2, 1, NULL, 0.9, 0.8)" &&
	itdata undo a.db filter --json >out &&
	jq -e "[.stage, .decisions, .findings, .kept_again, .stale] ==
	  [\"filter\", 2, 2, 0, []]" out
'
it 'keeps clusters of a later dedup' '
	look a.db && sql a.db "INSERT INTO run VALUES (4, '\''dedup'\'', '\''[]'\'',
	  '\'''\'', 1, '\'''\'', '\'''\'', '\''{}'\'');
	  INSERT INTO stage VALUES (3, '\''second'\'', '\''dedup'\'', 30, '\''[]'\'', 4)" &&
	itdata undo a.db dedup && [ "$(sql a.db "SELECT count(*) FROM cluster")" = 2 ] &&
	itdata undo a.db second && [ "$(sql a.db "SELECT count(*) FROM cluster")" = 0 ]
'
it 'takes back every verdict under the name judge' '
	look a.db && itdata undo a.db judge >out &&
	[ "$(sql a.db "SELECT count(*) FROM verdict")" = 0 ] &&
	[ "$(sql a.db "SELECT count(*) FROM kept WHERE id = 5")" = 0 ]
'
it 'is a run of its own' '
	look a.db && itdata undo a.db dedup && [ "$(sql a.db "SELECT command,
	  arguments, json_extract(summary, '\''$.decisions'\'') FROM run
	  ORDER BY id DESC LIMIT 1")" = "undo|[\"undo\",\"a.db\",\"dedup\"]|1" ]
'
it 'names the stages that there are, and changes nothing' '
	look a.db && sql a.db .dump >before &&
	fails_with 2 itdata undo a.db dedupe &&
	says "there is no stage '"'dedupe'; there are 'filter', 'dedup'"'" &&
	fails_with 2 itdata undo a.db && fails_with 1 itdata undo no.db dedup &&
	sql a.db .dump >after && cmp before after
'
it 'says when no stage has run' '
	look a.db && sql a.db "DELETE FROM stage" &&
	fails_with 2 itdata undo a.db dedup && says "none has run yet"
'
finish
