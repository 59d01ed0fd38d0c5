# sample.sh - what `itdata sample` promises at the command line
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

it 'shows pairs with the reason for where they are' '
	look a.db && itdata sample a.db --stage dedup >out && expect out <<-\EOF
	1 of 1 pairs

	2  dropped by dedup: near duplicate of 1: Jaccard 0.91 >= 0.80
	  日本語 line 2, ja, qa
	    instruction  ネコは何科ですか
	    response     ネコはネコ科に属する生物です。
	EOF
'
it 'draws by stage, rule and fate' '
	look a.db && ids() { itdata sample a.db --json "$@" | jq -c "[.pairs[].id] | sort"; } &&
	[ "$(ids --stage filter)" = "[4,5]" ] && [ "$(ids --kept)" = "[1,3,5,6]" ] &&
	[ "$(ids --dropped)" = "[2,4]" ] && [ "$(ids --rule "ja.*")" = "[3]" ] &&
	[ "$(ids --rule en.refusal.ai)" = "[4]" ] && [ "$(ids --stage judge)" = "[5]" ] &&
	[ "$(ids --stage filter --kept)" = "[5]" ] && [ "$(ids --rule none)" = "[]" ]
'
it 'draws the same pairs for the same seed, whatever else comes' '
	look a.db && itdata sample a.db --json -n 3 | jq -c "[.pairs[].id]" >one &&
	itdata sample a.db --json -n 3 | jq -c "[.pairs[].id]" >two && cmp one two &&
	itdata sample a.db --json -n 6 | jq -c "[.pairs[:3][].id]" >two &&
	cmp one two &&
	for seed in 2 3 4 5; do
		itdata sample a.db --json -n 3 --seed $seed | jq -c "[.pairs[].id]"
	done | sort -u >others && [ "$(wc -l <others)" -gt 1 ]
'
it 'draws every pair equally often' '
	look a.db && for seed in $(seq 1 120); do
		itdata sample a.db --json -n 1 --seed $seed | jq ".pairs[0].id"
	done | sort | uniq -c >counts && [ "$(wc -l <counts)" = 6 ] &&
	awk "\$1 < 6 || \$1 > 40 { bad = 1 } END { exit bad }" counts
'
it 'writes CSV that a spreadsheet does not run' '
	look a.db && sql a.db "UPDATE pair SET response = '\''＝cmd '\'' ||
	  char(34) || '\'',x'\'' WHERE id = 1" &&
	itdata sample a.db --csv >out &&
	[ "$(head -c 3 out | od -An -tx1 | tr -d " ")" = efbbbf ] &&
	grep -q ",\"'\''=1+1\"," out && grep -q ",\"'\''=cmd</script>" out &&
	grep -q ",\"'\''＝cmd \"\",x\"" out &&
	grep -q "<U+001B>\[2J<U+202E>abc" out &&
	! LC_ALL=C grep -q "$(printf "\033")" out
'
it 'writes CSV that judge takes as it is' '
	look a.db && itdata sample a.db --csv >out && itdata judge a.db out --json >judged &&
	jq -e "[.rows, .empty] == [6, 6]" judged &&
	sed "s/^4,,/4,keep,/; s/^1,,/1,drop,/" out >edited && itdata judge a.db edited &&
	[ "$(sql a.db "SELECT group_concat(id) FROM (SELECT id FROM kept ORDER BY id)")" = "3,4,5,6" ]
'
it 'fails on what is not there' '
	look a.db && fails_with 2 itdata sample a.db --stage dedupe &&
	says "there are '"'filter', 'dedup'"'" &&
	fails_with 2 itdata sample a.db --kept --dropped &&
	fails_with 2 itdata sample a.db --csv --json &&
	fails_with 2 itdata sample a.db -n 9999999999 &&
	fails_with 1 itdata sample no.db && itdata sample a.db -n 0
'
it 'leaves the database as it is' '
	look a.db && sql a.db .dump >before && itdata sample a.db --csv >out &&
	sql a.db .dump >after && cmp before after
'
finish
