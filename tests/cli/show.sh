# show.sh - what `itdata show` promises at the command line
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

it 'says a decision in words, with the keeper beside it' '
	look a.db && itdata show a.db 2 >out && expect out <<-\EOF
	pair 2: dropped by dedup: near duplicate of 1: Jaccard 0.91 >= 0.80
	  日本語, ja.jsonl line 2, CC-BY-4.0
	  ja, qa

	instruction
	    ネコは何科ですか

	response
	    ネコはネコ科に属する生物です。

	decisions
	    dedup          near duplicate of 1: Jaccard 0.91 >= 0.80

	beside pair 1, which is kept
	    instruction  ネコは何科ですか{+？+}
	    response     ネコはネコ科に属する[-生-]{+動+}物です。

	cluster 1, of 2 pairs
	EOF
'
it 'underlines the span of a finding, in columns of the terminal' '
	look a.db && itdata show a.db 3 4 >out &&
	grep -A1 "^        それを英訳して。$" out | grep -q "^        ^^^^$" &&
	grep -A1 "^        As an AI" out | grep -q "^              ^\{17\}$" &&
	grep -q "^user (message 2)$" out &&
	grep -q "ambiguity *0.9  *score, 0 to 1" out
'
it 'marks spans of any length at any place' '
	look a.db &&
	sql a.db "INSERT INTO finding_row (pair_id, stage_id, rule, category,
		  turn, field, start, length) VALUES
	  (6, 1, 3, 4, 0, 8, 0, 1), (6, 1, 3, 4, 0, 8, 7, 0),
	  (6, 1, 3, 4, 0, 8, 9999, 5);
	  UPDATE pair SET response = '\''あ'\'' || char(10) ||
	  replace(hex(zeroblob(99)), '\''0'\'', '\''い'\'') WHERE id = 1;
	  INSERT INTO finding_row (pair_id, stage_id, rule, category,
		  turn, field, start, length) VALUES (1, 1, 3, 4, 0, 8, 2, 150)" &&
	itdata show a.db 6 1 >out && grep -q "^        ^\{8\}$" out &&
	grep -q "^        ^\{120\}$" out
'
it 'shows control and direction characters, it does not send them' '
	look a.db && itdata show a.db 6 >out &&
	grep -q "^    <U+001B>\[2J<U+202E>abc<U+009B>31m$" out &&
	! LC_ALL=C grep -q "$(printf "\033")" out
'
it 'says who overruled a stage' '
	look a.db && itdata show a.db 5 >out &&
	grep -q "^pair 5: kept by me (fine), against filter: refusal$" out &&
	grep -q "^    judge  *keep, by me, 2026-01-02T00:00:00Z: fine$" out
'
it 'prints all of it as JSON' '
	look a.db && itdata show a.db 2 3 --json >out &&
	jq -e ".pairs[0] | [.id, .kept, .decisions[0].other_id,
	  .decisions[0].value, .cluster_size] == [2, false, 1, 0.91, 2]" out &&
	jq -e ".pairs[1].findings[0] | [.rule, .turn, .start, .text] ==
	  [\"ja.vague.reference\", 2, 0, \"それ\"]" out &&
	jq -e ".pairs[1] | (.messages | length) == 4 and
	  .scores.ambiguity == 0.9 and .verdict == null" out &&
	itdata show a.db 5 1 --json | jq -e ".pairs |
	  .[0].verdict.verdict == \"keep\" and .[1].fallen[0].id == 2"
'
it 'gives the text as it is stored' '
	look a.db && itdata show a.db 6 --json | jq -j ".pairs[0].response" >out &&
	[ "$(cat out)" = "$(sql a.db "SELECT response FROM pair WHERE id = 6")" ]
'
it 'compares messages in order' '
	look a.db && sql a.db "INSERT INTO decision_row VALUES
	  (3, 2, 2, 5, NULL, 0.9, 0.8)" && itdata show a.db 3 >out &&
	grep -q "^    user  *\[-Do it.-\]{+Translate: 英訳+}$" out &&
	grep -q "^    assistant  *\[-Sure.-\]$" out
'
it 'leaves out the middle of a long text that does not differ' '
	look a.db && sql a.db "UPDATE pair SET response =
	  replace(hex(zeroblob(300)), '\''00'\'', '\''あ。'\'') || id
	  WHERE id IN (1, 2)" &&
	itdata show a.db 2 >out && grep -q " … 520 characters … .*\[-2-\]{+1+}$" out
'
it 'fails on what is not there, in one line, and prints nothing' '
	look a.db && fails_with 1 itdata show a.db 1 99 >out && says "no pair 99" &&
	[ "$(wc -l <err)" = 1 ] && ! [ -s out ] &&
	fails_with 2 itdata show a.db one && says "not the id of a pair" &&
	fails_with 2 itdata show a.db 0 && fails_with 2 itdata show a.db &&
	fails_with 2 itdata show a.db 99999999999999999999 &&
	fails_with 1 itdata show absent.db 1
'
it 'leaves the database as it is' '
	look a.db && sql a.db .dump >before && itdata show a.db 1 2 3 >out &&
	sql a.db .dump >after && cmp before after
'
finish
