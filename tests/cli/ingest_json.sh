# ingest_json.sh - JSON that must and must not be accepted, among good neighbours
#
# tests/data/ingest/accept.txt and reject.txt hold a value a line, written for
# this test after the rules of RFC 8259.
. "$srcdir/tests/cli/lib.sh"

# each line as a value of a record, with a good record on either side
stream() {
	LC_ALL=C awk '{ printf "{\"prompt\":\"前 %d\",\"completion\":\"a\"}\n", NR
		printf "{\"prompt\":\"値 %d\",\"completion\":\"b\",\"v\":%s}\n", NR, $0
		} END { print "{\"prompt\":\"終\",\"completion\":\"c\"}" }' "$1"
}

it 'accepts every value that must be, as it was written' '
	n=$(wc -l <"$data/ingest/accept.txt") && stream "$data/ingest/accept.txt" >a.jsonl &&
	itdata ingest -q --json a.db a.jsonl | jq -e ".rejected == 0 and .added == $((2 * n + 1))" &&
	sql a.db "SELECT substr(extra, 6, length(extra) - 6) FROM pair WHERE extra IS NOT NULL" >out && cmp out "$data/ingest/accept.txt" &&
	{ echo "["; sed "\$!s/\$/,/" a.jsonl; echo "]"; } >b.json && itdata ingest -q --json b.db b.json | jq -e ".rejected == 0 and .added == $((2 * n + 1))" &&
	sql b.db "SELECT instruction, response, extra FROM pair" >b.txt && sql a.db "SELECT instruction, response, extra FROM pair" | cmp - b.txt
'
it 'rejects every value that must not be, and no neighbour' '
	n=$(wc -l <"$data/ingest/reject.txt") && stream "$data/ingest/reject.txt" >a.jsonl &&
	itdata ingest -q --max-rejects 100% --json a.db a.jsonl | jq -e ".rejected == $n and .added == $((n + 1))" &&
	[ "$(sql a.db "SELECT count(*) FROM pair WHERE instruction LIKE \"値%\" OR line % 2 = 0")" = 0 ] &&
	[ "$(sql a.db "SELECT count(*) FROM reject WHERE line % 2 = 1")" = 0 ] &&
	[ "$(sql a.db "SELECT count(*) FROM reject WHERE reason LIKE \"U+0000%\"")" = 3 ]
'
it 'finds the failing byte' '
	printf "%s\n" "{\"prompt\":\"p\",\"completion\":01}" "{\"prompt\":\"猫\",\"completion\":\"\\ud800\"}" "{\"prompt\":\"p\" \"completion\":1}" "{\"prompt\":\"p\",\"completion\":\"c\"}" >a.jsonl &&
	itdata ingest -q --max-rejects 100% a.db a.jsonl >/dev/null &&
	sql a.db "SELECT line, byte, reason FROM reject" >out &&
	expect out <<-\EOF
	1|27|number with a leading zero
	2|61|lone surrogate
	3|84|'"','"' or '"'}'"' is missing
	EOF
'
it 'bounds the values of a record, and takes many keys in little time' '
	{ echo "{\"prompt\":\"p\",\"completion\":\"c\"}"
	  awk "BEGIN { printf \"{\\\"prompt\\\":\\\"p\\\",\\\"completion\\\":\\\"c\\\",\\\"v\\\":[0\"; for (i = 0; i < 1100000; i++) printf \",0\"; print \"]}\" }"
	  awk "BEGIN { printf \"{\\\"prompt\\\":\\\"p\\\",\\\"completion\\\":\\\"c\\\"\"; for (i = 0; i < 100000; i++) printf \",\\\"k%d\\\":0\", i; print \"}\" }"
	  awk "BEGIN { printf \"{\\\"prompt\\\":\\\"p\\\",\\\"completion\\\":\\\"c\\\"\"; for (i = 0; i < 100000; i++) printf \",\\\"k%d\\\":0\", i; print \",\\\"k7\\\":1}\" }"
	  echo "{\"prompt\":\"q\",\"completion\":\"c\"}"; } >a.jsonl &&
	itdata ingest -q --max-rejects 100% --json a.db a.jsonl | jq -e ".added == 3 and .rejected == 2" &&
	sql a.db "SELECT line, reason FROM reject" >out &&
	expect out <<-\EOF
	2|more than a million values
	4|a key stands twice
	EOF
'
finish
