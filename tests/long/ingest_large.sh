# ingest_large.sh - files that are larger than they should be, in bounded memory
#
# A line of 1 GiB and a bomb of 10 GiB, each one reject between neighbours that
# survive; nesting of 100,000; under a limit of 1 GB of address space, which
# holds libraries, threads and all.
. "$srcdir/tests/cli/lib.sh"

good() {
	printf '{"prompt":"質問 %s","completion":"答え"}\n' "$1"
}

# the letter a, $1 MiB of it
letters() {
	head -c "$(($1 * 1048576))" /dev/zero | tr '\0' a
}

bounded() {
	(ulimit -v 1000000 && itdata ingest -q --max-rejects 100% --json "$@")
}

it 'rejects a line of 1 GiB and takes the next' '
	{ good 1; printf "{\"prompt\":\""; letters 1024; printf "\"}\n"; good 2; } | zstd -q >a.jsonl.zst &&
	bounded a.db a.jsonl.zst | jq -e ".added == 2 and .rejected == 1" &&
	sql a.db "SELECT line, reason FROM reject; SELECT line FROM pair" >out &&
	expect out <<-\EOF
	2|longer than 64 MiB
	1
	3
	EOF
'
it 'rejects a member of 1 GiB of an array, and one of a list' '
	{ printf "["; good 1; printf ",{\"prompt\":\""; letters 1024; printf "\"},"; good 2; printf "]"; } | zstd -q >a.json.zst &&
	bounded a.db a.json.zst | jq -e ".added == 2 and .rejected == 1" &&
	{ printf "{\"v\":1,\"data\":["; good 1; printf ",{\"prompt\":\""; letters 1024; printf "\"},"; good 2; printf "]}"; } | zstd -q >b.json.zst &&
	bounded b.db b.json.zst | jq -e ".added == 2 and .rejected == 1"
'
it 'survives a bomb of 10 GiB in gzip and zstd' '
	{ good 1; letters 10240; echo; good 2; } | zstd -q >a.jsonl.zst &&
	bounded a.db a.jsonl.zst | jq -e ".added == 2 and .rejected == 1" &&
	{ good 3; letters 2048; echo; good 4; } | gzip -1 >b.jsonl.gz &&
	bounded a.db b.jsonl.gz | jq -e ".added == 2 and .rejected == 1"
'
it 'rejects nesting of 100,000 and a quote that never closes' '
	{ good 1; head -c 100000 /dev/zero | tr "\\0" "["; echo; good 2; } >a.jsonl &&
	bounded a.db a.jsonl | jq -e ".added == 2 and .rejected == 1" &&
	{ echo question,answer; echo q,a; printf "\"open,"; letters 300; } >b.csv &&
	bounded b.db b.csv | jq -e ".added == 1 and .rejected == 1"
'
finish
