#!/bin/sh
# filter_packs.sh - what the rule packs find in labelled public sets
#
#     make bench BENCH=filter_packs DATA=FOLDER
#
# FOLDER holds the public sets, one sub-folder each (filter_sets.py names
# them).  Needs Python with numpy, and zstd.  Takes about three minutes.
set -eu

bench=$srcdir/tests/bench
export ITDATA_RULES="$srcdir/rules"
if [ ! -d "${DATA:-}/ambiguity-in3-train" ]; then
	echo "filter_packs: skipped, DATA names no folder with the public sets"
	exit 0
fi
if ! python3 -c 'import numpy' 2>/dev/null; then
	echo "filter_packs: skipped, Python has no numpy"
	exit 0
fi
sets=$(mktemp -d)
trap 'rm -rf "$sets"' EXIT INT TERM
python3 "$bench/filter_sets.py" "$DATA" "$sets" \
	"$srcdir/tests/data/filter/ambiguity-ja.jsonl"
python3 "$bench/filter_plant.py" "$sets" "$sets"
python3 "$bench/filter_report.py" "$sets" "$abs_builddir/itdata" \
	"${TSV:-/dev/null}"
