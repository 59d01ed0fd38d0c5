#!/bin/sh
# fuzz.sh - a fuzz target under libFuzzer, with sanitizers
#
#     tests/fuzz/fuzz.sh TARGET SECONDS [libFuzzer options]
#
# Run it where the program was built (the SQL is needed); it wants clang.
# New inputs gather in fuzz-TARGET/, findings beside them as crash-*, oom-* and
# timeout-*; a finding becomes a file of its corpus in tests/data.
set -eu
srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
target=$1
seconds=$2
shift 2
mkdir -p "fuzz-$target"
flags='-g -O1 -std=gnu11 -D_DEFAULT_SOURCE -fsanitize=fuzzer,address,undefined'
flags="$flags -fno-sanitize-recover=all -DPKGDATADIR=\"\" -DPKGLIBDIR=\"\""
if [ ! -x "fuzz-$target/fuzz" ]; then
	# shellcheck disable=SC2086,SC2046
	clang $flags -I. -I"$srcdir/src" -Isrc -I"$srcdir/tests/fuzz" \
		"$srcdir/tests/fuzz/fuzz_$target.c" \
		$(ls "$srcdir"/src/*/*.c |
			grep -v '/cli/\|/sql\.c$\|_text\.c$') \
		src/db/sql.c src/stats/page_text.c src/serve/review_text.c \
		-o "fuzz-$target/fuzz" -pthread -lm \
		-lsqlite3 -lpcre2-8 -lutf8proc -lxxhash -lnettle -lz -lzstd \
		-llzma -lcjson -lopenblas -lmicrohttpd
fi
cd "fuzz-$target"
mkdir -p corpus
seeds=$(ls -d "$srcdir"/tests/data/*/fuzz/"$target" \
	"$srcdir"/tests/data/"$target"/fuzz 2>/dev/null || true)
exec ./fuzz -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 \
	-print_final_stats=1 "$@" corpus $seeds
