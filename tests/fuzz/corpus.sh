# corpus.sh - every fuzz target runs over its corpus
. "$srcdir/tests/cli/lib.sh"

for target in scan encoding reader tar map; do
	it "fuzz_$target survives its corpus" '
		"$abs_builddir/tests/fuzz/fuzz_$target" "$data/ingest/fuzz/$target"/*
	'
done
it "fuzz_rules survives packs, whole and cut off" '
	for pack in "$srcdir"/rules/*.rules; do
		for size in 100 1000 5000 20000; do
			head -c $size "$pack" >"$(basename "$pack").$size"
		done
	done &&
	"$abs_builddir/tests/fuzz/fuzz_rules" "$srcdir"/rules/*.rules *.rules.*
'
it "fuzz_serve survives its corpus" '
	"$abs_builddir/tests/fuzz/fuzz_serve" "$data"/serve/fuzz/*
'
finish
