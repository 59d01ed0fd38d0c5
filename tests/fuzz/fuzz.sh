#!/bin/sh
# fuzz.sh - a fuzz target under libFuzzer or AFL++, with sanitizers
#
#     tests/fuzz/fuzz.sh TARGET SECONDS [libFuzzer options]
#     ENGINE=afl tests/fuzz/fuzz.sh TARGET SECONDS [afl-fuzz options]
#
# Run it where the program was built (the SQL is needed); it wants clang, or
# afl++, which takes the same function LLVMFuzzerTestOneInput.  New inputs gather
# in fuzz-TARGET/, findings as crash-*, oom-* and timeout-* (libFuzzer) or in
# afl/default/crashes; a finding becomes a file of tests/data/.../fuzz/TARGET.
set -eu
srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
target=$1
seconds=$2
shift 2
ENGINE=${ENGINE:-libfuzzer}
mkdir -p "fuzz-$target"
compiler=clang
program=fuzz
if [ "$ENGINE" = afl ]; then
	compiler=afl-clang-fast
	program=fuzz-afl
fi
# no target computes with models, and clang does not build the AVX-512 kernels
folders='base text db shard read near ingest filter stats serve'
flags='-g -O1 -std=gnu11 -D_DEFAULT_SOURCE -fsanitize=fuzzer,address,undefined'
# an absent text ends at null + 0, which C2y defines (N3322); clang minds it
flags="$flags -fno-sanitize=pointer-overflow"
flags="$flags -fno-sanitize-recover=all -DPKGDATADIR=\"\" -DPKGLIBDIR=\"\""
if [ ! -x "fuzz-$target/$program" ]; then
	# shellcheck disable=SC2086,SC2046
	$compiler $flags -I. -I"$srcdir/src" -Isrc -I"$srcdir/tests/fuzz" \
		"$srcdir/tests/fuzz/fuzz_$target.c" \
		$(for folder in $folders; do ls "$srcdir/src/$folder"/*.c; done |
			grep -v '/sql\.c$\|_text\.c$') \
		src/db/sql.c src/stats/page_text.c src/serve/review_text.c \
		-o "fuzz-$target/$program" -pthread -lm \
		-lsqlite3 -lpcre2-8 -lutf8proc -lxxhash -lnettle -lz -lzstd \
		-llzma -lcjson -lmicrohttpd \
		-no-pie -Wl,--unresolved-symbols=ignore-all
fi
cd "fuzz-$target"
mkdir -p corpus
seeds=$(ls -d "$srcdir"/tests/data/*/fuzz/"$target" \
	"$srcdir"/tests/data/"$target"/fuzz 2>/dev/null || true)
if [ "$ENGINE" = afl ]; then
	for folder in $seeds; do
		cp "$folder"/* corpus/
	done
	export AFL_SKIP_CPUFREQ=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1
	export AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
	exec afl-fuzz -V "$seconds" -i corpus -o afl "$@" -- ./fuzz-afl
fi
exec ./fuzz -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 \
	-print_final_stats=1 "$@" corpus $seeds
