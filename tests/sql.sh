#!/bin/sh
# sql.sh - every statement prepares, and reads all pairs only where it says so
#
# A statement that scans the table `pair` needs the words "full scan" in the
# comment above it.
. "$srcdir/tests/cli/lib.sh"

# The statements of all files, one file each: NAME.sql, with its comment.
cut_statements() {
	for file in "$srcdir"/sql/*.sql; do
		case $file in
		*/schema.sql | */views.sql) ;;
		*) cat "$file"; echo ;;
		esac
	done | awk '
	/^-- name: / { name = $3; file = name ".sql"; printf "%s", note >file
		       note = ""; next }
	/^--/ && !name { note = note $0 "\n"; next }
	/^--/ { if (ended) { name = ""; ended = 0; note = $0 "\n"; next } }
	name && NF { print >file; ended = /;[ \t]*$/ }
	!NF { if (ended) { close(file); name = ""; note = ""; ended = 0 } }
	'
}

it 'has a schema that SQLite takes, and views' '
	cat "$srcdir/sql/schema.sql" "$srcdir/sql/views.sql" |
		sqlite3 a.db && [ "$(sql a.db "SELECT count(*) FROM kept")" = 0 ]
'
it 'prepares every statement' '
	cat "$srcdir/sql/schema.sql" "$srcdir/sql/views.sql" | sqlite3 a.db &&
	mkdir s && (cd s && cut_statements) && ls s | wc -l &&
	[ "$(ls s | wc -l)" = "$(cat "$srcdir"/sql/*.sql | grep -c "^-- name: ")" ] &&
	sed "/^BEGIN/d" s/INDEX_SCHEMA.sql | sqlite3 index.db >out &&
	for f in s/*.sql; do
		case $f in s/INDEX_SCHEMA.sql | s/MIGRATE_*) continue ;; s/INDEX_*) db=index.db ;;
		*) db=a.db ;; esac
		{ grep -hE "^CREATE (TEMP|VIRTUAL TABLE IF NOT EXISTS temp)" s/*.sql; echo "EXPLAIN"; cat "$f"; } |
		sqlite3 $db >out 2>err && ! [ -s err ] || {
			echo "$f:"; cat "$f" err; touch bad; }
	done; ! [ -e bad ]
'
it 'reads all pairs only where it says so' '
	cat "$srcdir/sql/schema.sql" "$srcdir/sql/views.sql" | sqlite3 a.db &&
	mkdir s && (cd s && cut_statements) &&
	for f in s/*.sql; do
		{ echo "EXPLAIN QUERY PLAN"; cat "$f"; } | sqlite3 a.db >out 2>/dev/null
		if grep -qE "SCAN (pair|p)( |$)" out && ! grep -qE "COVERING INDEX" out &&
		   ! grep -qi "full scan" "$f"; then
			echo "$f:"; cat "$f" out; touch bad
		fi
	done; ! [ -e bad ]
'
finish
