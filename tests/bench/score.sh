#!/bin/sh
# score.sh - neighbours, measures and selection: how long, and how good
#
#     ITDATA_DATA=FOLDER ITDATA_PEERS=PYTHON make bench BENCH=score
#
# FOLDER holds distill/sentences.txt.zst and natural-instructions; PYTHON runs
# where these are installed:
#
#     pip install numpy scikit-learn apricot-select
#
# PAIRS (100,000) with vectors are made and kept in KEEP (a folder that is removed
# unless given); PEER (10,000) of them go to the peers.  1,000,000 pairs take 5 GB
# on disk while they are made, and an hour of one core.
: "${ITDATA_DATA:?names the folder of the data; see tests/bench/score.sh}"
: "${ITDATA_PEERS:?names the python of the peers; see tests/bench/score.sh}"
set -eu
pairs=${PAIRS:-100000}
folder=${KEEP:-$(mktemp -d)}
mkdir -p "$folder"
[ -n "${KEEP:-}" ] || trap 'rm -rf "$folder"' EXIT
PATH=$abs_builddir:$PATH
export PATH ITDATA_RULES="$srcdir/rules" ITDATA_MODELS="$srcdir/src/model"
bench=$srcdir/tests/bench
db=$folder/score-$pairs.db

# measure NAME COMMAND...
measure() {
	name=$1
	shift
	LC_ALL=C bash -c 'TIMEFORMAT="%R %U %S"; time "$@" >&3' - "$@" \
		3>"$folder/out" 2>"$folder/time"
	tail -1 "$folder/time" | awk -v n="$name" \
		'{ printf "%-34s %7.1f s wall %8.1f s CPU\n", n, $1, $2 + $3 }'
}

if [ ! -e "$db" ]; then
	zstd -dcq "$ITDATA_DATA/distill/sentences.txt.zst" >"$folder/lines.txt"
	"$ITDATA_PEERS" "$bench/score_pairs.py" "$db" "$pairs" \
		"$folder/lines.txt"
fi
echo "$pairs pairs; $(itdata version | head -1), $(nproc) processors"
measure "score" itdata score "$db" -q --json
jq -r '"  recall \(.diversity.recall), \(.diversity.cells) cells"' "$folder/out"
measure "select 5 % by facility" itdata select "$db" -q -n "$((pairs / 20))"
itdata undo "$db" select >/dev/null
"$ITDATA_PEERS" "$bench/score_peers.py" "$db" "${PEER:-10000}" 32 500
"$ITDATA_PEERS" "$bench/score_tasks.py" "$folder" "$ITDATA_DATA"
