#!/bin/sh
# ingest.sh - JSONL into a database: itdata beside its peers, on the same file
#
#     make bench BENCH=ingest DATA=/path/to/data [PYTHON=python3] [ROUNDS=5]
#
# 200,000 pairs, half English and half Japanese, from dedup_corpus.py.  Peers:
# Python json + sqlite3, sqlite-utils and duckdb of that Python (skipped when
# absent), and sqlite3_step alone, fed from memory with the same rows.
# Prints the median wall and CPU seconds; tests/bench/RESULTS.md keeps them.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
itdata=${abs_builddir:-$PWD}/itdata
PYTHON=${PYTHON:-python3}
ROUNDS=${ROUNDS:-5}
work=${WORK:-$(mktemp -d)}
cd "$work"

if [ ! -s pairs.jsonl ]; then
	: "${DATA:?the folder with natural-instructions, jaquad, jglue-jsquad}"
	"$PYTHON" "$srcdir/tests/bench/dedup_corpus.py" "$DATA" en 120000 1 >en
	"$PYTHON" "$srcdir/tests/bench/dedup_corpus.py" "$DATA" ja 80000 1 >ja
	cat en ja | shuf --random-source=en >pairs.jsonl
	rm -f en ja
fi
ls -l pairs.jsonl | awk '{ print $5 / 1e6 " MB" }'
cc -O2 -o raw_step "$srcdir/tests/bench/raw_step.c" -lsqlite3

# one NAME COMMAND...: wall and CPU seconds and peak memory, a line a run
one() {
	name=$1
	shift
	rm -f out.db out.db-wal out.db-shm
	/usr/bin/time -a -o times -f "$name %e %U %S %M" "$@" >/dev/null 2>&1 ||
		echo "$name: skipped" >&2
}

rm -f times
round=0
while [ $round -lt "$ROUNDS" ]; do
	one itdata "$itdata" ingest -q out.db pairs.jsonl
	[ -s rows.db ] || cp out.db rows.db
	one itdata-j1 "$itdata" ingest -q -j1 out.db pairs.jsonl
	./raw_step rows.db out.db >>times
	for peer in python duckdb sqlite-utils; do
		one $peer "$PYTHON" "$srcdir/tests/bench/ingest_peer.py" $peer \
			pairs.jsonl out.db
	done
	round=$((round + 1))
done
awk '
function median(list, n,    i, j, t, a) {
	split(list, a, " ")
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && a[j - 1] + 0 > a[j] + 0; j--) {
			t = a[j]; a[j] = a[j - 1]; a[j - 1] = t
		}
	return a[int((n + 1) / 2)]
}
$2 ~ /^[0-9.]+$/ { wall[$1] = wall[$1] " " $2; cpu[$1] = cpu[$1] " " $3 + $4
	mem[$1] = mem[$1] " " $5; n[$1]++ }
END { printf "%-14s %8s %8s %8s\n", "median of", "wall s", "CPU s", "MiB"
	for (k in n) printf "%-14s %8.2f %8.2f %8.0f\n", k,
		median(wall[k], n[k]), median(cpu[k], n[k]),
		median(mem[k], n[k]) / 1024 }' times
