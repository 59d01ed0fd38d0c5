# db.sh - itdata-db(5) names every table and column, and its examples run
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

page=$srcdir/man/itdata-db.5

it 'names every table, view and column' '
	look a.db &&
	sql a.db "SELECT name FROM sqlite_schema WHERE type IN (
	    '\''table'\'', '\''view'\'') AND name NOT LIKE '\''sqlite_%'\''
	  UNION SELECT c.name FROM sqlite_schema s, pragma_table_info(s.name) c
	  WHERE s.type IN ('\''table'\'', '\''view'\'')" >names &&
	[ "$(wc -l <names)" -gt 50 ] &&
	while read -r name; do
		grep -qw -e "$name" "$page" || echo "$name"
	done <names >missing && expect missing </dev/null
'
it 'has examples that run' '
	look pairs.db &&
	sed -n "/^.Sh EXAMPLES/,\$p" "$page" |
		sed -n "/^.Bd/,/^.Ed/p" | grep -v "^\." >examples &&
	[ "$(grep -c sqlite3 examples)" -ge 6 ] && sh -e examples >out &&
	grep -qx "dedup|near duplicate|1" out && grep -qx "filter|refusal|fine" out
'
it 'keeps every pair in one of kept and dropped' '
	look a.db && sql a.db "UPDATE source SET finished = 0 WHERE id = 2;
	  INSERT INTO verdict VALUES (1, '\''drop'\'', '\'''\'', '\'''\'', '\'''\'')" &&
	[ "$(sql a.db "SELECT count(*) FROM pair WHERE
	  (id IN kept) = (id IN (SELECT id FROM dropped))")" = 0 ]
'
it 'is brought up to date by a command that writes' '
	look new.db && look a.db &&
	sql a.db "DROP TABLE edit; DROP VIEW finding;
	  ALTER TABLE finding_row DROP COLUMN other_id; PRAGMA user_version = 1" &&
	fails_with 1 itdata show a.db 1 && says "made by an older itdata" &&
	printf "id,verdict\n4,keep\n" >v.csv && itdata judge a.db v.csv >/dev/null &&
	[ "$(sql a.db "PRAGMA user_version")" = 2 ] &&
	itdata show a.db 1 >out && itdata digest a.db >/dev/null &&
	for table in edit finding_row finding; do
		for db in a new; do
			sql $db.db "SELECT name, type, pk FROM pragma_table_info('\''$table'\'')" >$db || exit 1
		done
		[ -s a ] && cmp a new || exit 1
	done &&
	sql a.db "PRAGMA user_version = 3" &&
	fails_with 1 itdata show a.db 1 && says "made by a newer itdata"
'
it 'is brought up to date once when several commands write' '
	look a.db && sql a.db "DROP TABLE edit; DROP VIEW finding;
	  ALTER TABLE finding_row DROP COLUMN other_id; PRAGMA user_version = 1" &&
	printf "id,verdict\n4,keep\n" >v.csv && pids= &&
	for i in 1 2 3 4; do itdata judge a.db v.csv -q >/dev/null & pids="$pids $!"; done &&
	for pid in $pids; do wait "$pid" || exit 1; done &&
	[ "$(sql a.db "SELECT count(*) FROM finding WHERE other_id IS NULL")" = 2 ]
'
finish
