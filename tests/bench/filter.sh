# filter.sh - rules over pairs: itdata beside its peers, in processor seconds
#
#     make bench BENCH=filter FILTER_PAIRS=pairs.jsonl
#
# FILTER_PAIRS  JSONL of instruction, input, response; the samples without it
# FILTER_PACKS  packs, by name or file; all shipped ones without it
#
# Peers that are absent are left out and named: Vectorscan (libvectorscan-dev),
# Python with the module regex (PYTHON=... names the interpreter).
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
build=${abs_builddir:-$PWD}
python=${PYTHON:-python3}
ITDATA_RULES=${ITDATA_RULES:-$srcdir/rules}
export ITDATA_RULES
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pairs=${FILTER_PAIRS:-}
if [ -z "$pairs" ]; then
	pairs=$work/pairs.jsonl
	for i in 1 2 3 4 5 6 7 8 9 10; do
		cat "$srcdir"/samples/*.jsonl
	done >"$pairs"
	echo "no FILTER_PAIRS: the samples, ten times"
fi

flags=
libs=
if pkg-config --exists libhs; then
	flags="-DHAVE_VECTORSCAN $(pkg-config --cflags libhs)"
	libs=$(pkg-config --libs libhs)
else
	echo "no Vectorscan: apt-get install libvectorscan-dev"
fi
make -s -C "$build" tests/bench/filter_engine CPPFLAGS="$flags" \
	BENCH_LIBS="$libs" >/dev/null

grep -m1 'model name' /proc/cpuinfo
# shellcheck disable=SC2086
"$build/tests/bench/filter_engine" "$pairs" ${FILTER_PACKS:-}

if "$python" -c 'import regex' 2>/dev/null; then
	# shellcheck disable=SC2086
	"$build/itdata" rules export ${FILTER_PACKS:-} >"$work/rules.json"
	"$python" "$srcdir/tests/bench/filter_regex.py" "$work/rules.json" \
		"$pairs"
else
	echo "no Python regex: pip install regex, then PYTHON=.../python3"
fi

# the whole command, one thread, database and all
"$build/itdata" ingest "$work/a.db" "$pairs" -q --max-rejects 100% >/dev/null
bytes=$(sqlite3 "$work/a.db" "SELECT sum(length(CAST(instruction AS BLOB)) +
	coalesce(length(CAST(input AS BLOB)), 0) +
	length(CAST(response AS BLOB))) FROM pair")
for i in 1 2 3 4 5; do
	( TIMEFORMAT='%U %S'
	  time "$build/itdata" filter "$work/a.db" -q -j 1 \
		${FILTER_PACKS:+--rules $FILTER_PACKS} >/dev/null ) 2>&1 |
		awk '/user|sys/ { split($2, t, /[ms]/); s += t[1] * 60 + t[2] }
		     /^[0-9.]+ [0-9.]+$/ { s = $1 + $2 } END { print s }'
done | sort -n | awk -v bytes="$bytes" 'NR == 3 {
	printf "itdata filter -j 1, database and all: %.1f MB/s (%.2f s)\n",
	       bytes / 1e6 / $1, $1 }'
