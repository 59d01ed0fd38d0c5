#!/bin/sh
# headers.sh - each header compiles on its own, and is guarded by its own name
build=${abs_builddir:-$PWD}
cd "${srcdir:-$(dirname "$0")/..}" || exit 99
failed=0
n=0

for header in $(ls src/*/*.h | grep -v db/sql.h); do
	n=$((n + 1))
	name=${header#src/}
	guard=$(echo "$name" | tr 'a-z/.' 'A-Z__')
	grep -q "^#ifndef $guard\$" "$header" || {
		echo "not ok - $header: its guard is not $guard"
		failed=1
	}
	head -n 2 "$header" | grep -q "$(basename "$header") - " || {
		echo "not ok - $header: its first line does not say what it is"
		failed=1
	}
done
for header in $(ls src/*/*.h | grep -v db/sql.h); do
	printf '#include "%s"\n' "${header#src/}" >"$build/headers_one.c"
	${CC:-cc} -std=c11 -Wall -Wextra -D_DEFAULT_SOURCE -fsyntax-only \
		-Isrc -I"$build/src" -I"$build" "$build/headers_one.c" || {
		echo "not ok - $header does not compile on its own"
		failed=1
	}
done
rm -f "$build/headers_one.c"
[ "$failed" = 1 ] || echo "ok - $n headers compile on their own"
exit $failed
