#!/bin/sh
# dedup_growth.sh - what dedup costs as the pairs grow, up to ten million
#
#     make bench BENCH=dedup_growth
#
# COUNTS (100000 1000000 10000000) pairs of about 260 bytes (dedup_growth.c),
# MEMORY (2G); WORK keeps databases and what was measured, for 10 million about
# 6 GB.  Prints a table and writes WORK/growth.svg, CPU seconds over pairs.
work=${WORK:-$abs_builddir/tests/tmp/bench-growth}
mkdir -p "$work"
PATH=$abs_builddir:$PATH
cc -O2 -o "$work/growth" "$srcdir/tests/bench/dedup_growth.c" || exit 1

for count in ${COUNTS:-100000 1000000 10000000}; do
	[ -s "$work/$count.cost" ] && continue
	rm -f "$work/$count.db"
	"$work/growth" "$count" 1 | itdata ingest -q "$work/$count.db" - \
		>"$work/$count.log" 2>&1 || exit 1
	TMPDIR=$work /usr/bin/time -f '%U %S %e %M' -o "$work/$count.time" \
		itdata dedup -q "$work/$count.db" --memory "${MEMORY:-2G}" \
		--json >"$work/$count.json" || exit 1
	awk '{ print $1 + $2, $3, $4 / 1024 }' "$work/$count.time" \
		>"$work/$count.cost"
done

echo '| pairs | fell | CPU s | us a pair | wall s | MiB |'
echo '|---|---|---|---|---|---|'
for count in ${COUNTS:-100000 1000000 10000000}; do
	fell=$(jq '.exact + .near' "$work/$count.json")
	awk -v n="$count" -v fell="$fell" '{
		printf "| %d | %d | %.1f | %.1f | %.0f | %.0f |\n",
			n, fell, $1, $1 / n * 1e6, $2, $3 }' "$work/$count.cost"
done | tee "$work/growth.table"

# Both axes are logarithmic: a straight line of slope 1 is linear growth.
awk -F'|' 'function x(n) { return 60 + (log(n) / log(10) - 4.5) * 160 }
function y(s) { return 240 - (log(s) / log(10) + 1) * 50 }
BEGIN {
	print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"500\"" \
		" height=\"300\" font-family=\"sans-serif\" font-size=\"12\">"
	print "<text x=\"60\" y=\"20\">CPU seconds of dedup over pairs" \
		" (both logarithmic; grey: linear)</text>"
	for (s = 0.1; s < 2000; s *= 10)
		printf "<path d=\"M60 %.1fH480\" stroke=\"#ddd\"/>" \
			"<text x=\"52\" y=\"%.1f\" text-anchor=\"end\">%g" \
			"</text>\n", y(s), y(s) + 4, s
	for (n = 1e5; n < 2e7; n *= 10)
		printf "<text x=\"%.1f\" y=\"285\" text-anchor=\"middle\">" \
			"%d</text>\n", x(n), n
}
{
	path = path (NR > 1 ? "L" : "M") sprintf("%.1f %.1f", x($2), y($4))
	dots = dots sprintf("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>\n",
		x($2), y($4))
	if (NR == 1) { n0 = $2; s0 = $4 }
	last = $2
}
END {
	printf "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#999\" " \
		"stroke-dasharray=\"4\"/>\n", x(n0), y(s0), x(last),
		y(s0 * last / n0)
	printf "<path d=\"%s\" fill=\"none\" stroke=\"#06c\" " \
		"stroke-width=\"2\"/>\n<g fill=\"#06c\">%s</g>\n</svg>\n",
		path, dots
}' "$work/growth.table" >"$work/growth.svg"
