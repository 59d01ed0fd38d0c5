# corpus.sh - every fuzz target runs over its corpus
. "$srcdir/tests/cli/lib.sh"

for target in scan encoding reader tar map; do
	it "fuzz_$target survives its corpus" '
		"$abs_builddir/tests/fuzz/fuzz_$target" "$data/ingest/fuzz/$target"/*
	'
done
finish
