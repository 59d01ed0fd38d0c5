#!/bin/sh
# fuzz.sh - a fuzz target under libFuzzer, with sanitizers
#
#     tests/fuzz/fuzz.sh TARGET SECONDS [libFuzzer options]
#
# Run it where the program was built (the SQL is needed); it wants clang.
# New inputs gather in fuzz-TARGET/, findings beside them as crash-*, oom-* and
# timeout-*; a finding becomes a file of tests/data/ingest/fuzz/TARGET.
set -eu
srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
target=$1
seconds=$2
shift 2
mkdir -p "fuzz-$target"
flags='-g -O1 -std=gnu11 -D_DEFAULT_SOURCE -fsanitize=fuzzer,address,undefined'
flags="$flags -fno-sanitize-recover=all -DPKGDATADIR=\"\""
if [ ! -x "fuzz-$target/fuzz" ]; then
	# shellcheck disable=SC2086,SC2046
	clang $flags -I. -I"$srcdir/src" -Isrc -I"$srcdir/tests/fuzz" \
		"$srcdir/tests/fuzz/fuzz_$target.c" \
		$(ls "$srcdir"/src/base/*.c "$srcdir"/src/text/*.c \
			"$srcdir"/src/read/*.c "$srcdir"/src/ingest/*.c \
			"$srcdir"/src/db/*.c | grep -v '/sql\.c$') \
		src/db/sql.c -o "fuzz-$target/fuzz" -pthread -lm \
		-lsqlite3 -lpcre2-8 -lutf8proc -lxxhash -lnettle -lz -lzstd \
		-llzma -lcjson
fi
cd "fuzz-$target"
mkdir -p corpus
exec ./fuzz -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 \
	-print_final_stats=1 "$@" corpus "$srcdir/tests/data/ingest/fuzz/$target"
