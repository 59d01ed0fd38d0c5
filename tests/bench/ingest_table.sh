#!/bin/sh
# ingest_table.sh - what every file of a folder is taken for, as Markdown
#
#     tests/bench/ingest_table.sh DATA
#
# Format, encoding, schema, pairs, rejects and the languages of instructions,
# beside the count that DATA/MANIFEST.md gives; of what is refused, why.
set -eu
srcdir=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
itdata=${abs_builddir:-$PWD}/itdata
data=$1
work=$(mktemp -d)

# manifest SET FILE: "175 lines"
manifest() {
	awk -v set="$1" -v file="$2" '
	/^### / { on = $2 == set; next }
	on && index($0, "- `" file "`") == 1 {
		sub(/^.*`: /, ""); sub(/, [0-9.]+ [kM]?B.*/, ""); print; exit
	}' "$data/MANIFEST.md" 2>/dev/null
}

echo '| file | manifest | format, encoding, schema | pairs | rejects | languages |'
echo '|---|---|---|---|---|---|'
find "$data" -type f ! -name '*.md' | LC_ALL=C sort | while read -r file; do
	name=${file#"$data"/}
	count=$(manifest "${name%%/*}" "${name##*/}")
	db=$work/t.db
	rm -f "$db" "$db-wal" "$db-shm"
	if "$itdata" ingest -q "$db" "$file" >/dev/null 2>"$work/err" ||
		[ -e "$db" ]; then
		sqlite3 "$db" "
		WITH s AS (
		  SELECT group_concat(DISTINCT format || ', ' || encoding || ', '
		           || schema) AS what, count(*) AS n,
		         sum(added) AS added, sum(rejected) AS rejected
		  FROM source WHERE finished = 1),
		l AS (SELECT lang, count(*) AS n FROM pair GROUP BY lang
		      ORDER BY 2 DESC LIMIT 4)
		SELECT '| ' || '$name' || iif(n > 1, ' (' || n || ' files)', '')
		  || ' | $count | ' || what || ' | ' || added || ' | ' || rejected
		  || iif(rejected, ': ' || (SELECT reason FROM reject
		       GROUP BY reason ORDER BY count(*) DESC LIMIT 1), '')
		  || ' | ' || coalesce((SELECT group_concat(lang || ' ' || n)
		                        FROM l), '') || ' |' FROM s"
	else
		why=$(sed "s/^.*$(basename "$file"): //; s/|/,/g; s/; its rec.*//
			s/; say what.*//; s/; a model.*//" "$work/err" | head -1)
		echo "| $name | $count | refused: $why | | | |"
	fi
done
rm -r "$work"
