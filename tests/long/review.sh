# review.sh - the report page and the review, driven in a real browser
#
#     sh tests/long/review.sh [FOLDER]     pictures are left in FOLDER
#
# Needs chromium and Python; says so and passes when one is missing.
. "$srcdir/tests/cli/lib.sh"
export ITDATA_MODELS="$srcdir/src/model"

{ command -v chromium || command -v chromium-browser; } >/dev/null &&
	command -v python3 >/dev/null || {
	echo "ok - skipped: there is no chromium or no Python"
	exit 0
}
pictures=${1:-$work/pictures}
browser="timeout 200 python3 $srcdir/tests/reference/browser.py"

set_up() {
	itdata ingest a.db "$samples/ja.jsonl" "$samples/en.csv" \
		"$samples/talk.jsonl" "$samples/self-instruct.jsonl" -q &&
	itdata filter a.db --drop-if 'ambiguity >= 0.8' -q &&
	itdata decontaminate a.db --against "$samples/benchmark.jsonl" -q &&
	itdata dedup a.db -q && itdata embed a.db -q && itdata score a.db -q
}

it 'a report of both languages: no word in the console, no request' '
	set_up && itdata stats a.db --html page.html -q &&
	$browser report page.html "$pictures"
'
it 'a review: search, drop, see it in kept, undo, edit' '
	set_up && { itdata serve a.db --port 0 -q >url & server=$!; } &&
	trap "kill $server" EXIT && mkfifo go &&
	while ! [ -s url ]; do sleep 0.1; done
	{ $browser review "$(cat url)" "$pictures" <go; echo $? >status; } |
		{
		exec 4>go
		while read -r what id rest; do
			echo "$what $id $rest"
			in=$(sql a.db "SELECT count(*) FROM kept WHERE id = $id" 2>/dev/null)
			case $what:$in in
			dropped:0) echo "ok - it is not in kept" ;;
			undone:1) echo "ok - it is in kept again" ;;
			dropped:1 | undone:0) echo "not ok - kept is wrong" ;;
			*) continue ;;
			esac
			echo >&4
		done; } >seen
	cat seen; grep -q "it is in kept again" seen && ! grep -q "^not ok" seen &&
	[ "$(cat status)" = 0 ] &&
	[ "$(sql a.db "SELECT count(*) FROM verdict") $(sql a.db "SELECT count(*) FROM edit")" = "0 0" ]
'
finish
