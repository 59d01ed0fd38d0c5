# export.sh - a million pairs to one shard, beside Python's sqlite3 and json
#
#     make bench BENCH=export PAIRS=1000000 RUNS=5
#
# Needs python3 for the peer and for the pairs.  CPU seconds are user + system
# of /usr/bin/time; the last column is the peak resident set in MB.
set -eu
PAIRS=${PAIRS:-1000000} RUNS=${RUNS:-5}
here=$(cd "$srcdir" && pwd)/tests/bench
work=$abs_builddir/tests/tmp/bench-export
itdata=$abs_builddir/itdata
command -v python3 >/dev/null || { echo "export: needs python3, skipped"; exit 0; }
mkdir -p "$work" && cd "$work"
db=pairs-$PAIRS.db
[ -s "$db" ] || {
	python3 "$here/export_pairs.py" "$PAIRS" >pairs.jsonl
	"$itdata" ingest "$db" pairs.jsonl -q >/dev/null
	rm pairs.jsonl
}

# measure NAME COMMAND...: a line "NAME cpu wall MB"
measure() {
	name=$1
	shift
	/usr/bin/time -o time -f '%U %S %e %M' "$@" >/dev/null
	awk -v n="$name" '{ printf "%-22s %6.2f %6.2f %6.0f\n", n, $1 + $2, $3, $4 / 1024 }' time
}

printf '%-22s %6s %6s %6s\n' "$PAIRS pairs" cpu wall MB
i=0
while [ $i -lt "$RUNS" ]; do
	i=$((i + 1))
	measure 'python sqlite3 + json' python3 "$here/export_peer.py" "$db" peer
	measure 'itdata -j 1' "$itdata" export "$db" -o one -j 1 -q
	measure 'itdata' "$itdata" export "$db" -o all -q
	measure 'itdata --memory 64M' "$itdata" export "$db" -o all -q --memory 64M
	measure 'itdata zstd' "$itdata" export "$db" -o zst -q --compress zstd
	measure 'itdata split, leak .5' "$itdata" export "$db" -o two -q --split train=0.9,test=0.1
done | tee lines
echo 'medians of CPU seconds:'
sort -k1,1 lines | awk '{ v = $(NF - 2); NF -= 3; print $0 "\t" v }' |
	sort -t "$(printf '\t')" -k1,1 -k2,2n | awk -F '\t' '
	$1 != name { if (name) print "  " name, v[int((n + 1) / 2)]; name = $1; n = 0 }
	{ v[++n] = $2 } END { print "  " name, v[int((n + 1) / 2)] }'
