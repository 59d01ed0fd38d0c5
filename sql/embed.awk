# embed.awk - SQL files to C: one string constant a statement
#
#     awk -f embed.awk -v mode=header FILE.sql... >sql.h
#     awk -f embed.awk -v mode=source FILE.sql... >sql.c
#
# A line "-- name: DUPLICATE_PUT" starts SQL_DUPLICATE_PUT; a file without such
# a line is one constant, named after it: schema.sql is SQL_SCHEMA.  Comments
# and indentation are left out, except in a constant that is a whole file:
# SQLite keeps the text of CREATE statements, and people read it there.

function finish() {
	if (name == "")
		return
	if (mode == "header")
		print "extern const char SQL_" name "[];"
	else
		print "const char SQL_" name "[] =\n" body "\t\"\";\n"
	name = ""
	body = ""
}

function add(line) {
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	body = body "\t\"" line "\\n\"\n"
}

BEGIN {
	print "/* made from sql/ by embed.awk */"
	if (mode == "header")
		print "#ifndef DB_SQL_H\n#define DB_SQL_H\n"
	else
		print "#include \"db/sql.h\"\n"
}

FNR == 1 {
	finish()
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.sql$/, "", name)
	name = toupper(name)
	named = 0
	file = name
}

/^-- name: / {
	if (named)
		finish()
	named = 1
	name = $3
	body = ""
	next
}

named {
	sub(/[ \t]*--.*$/, "")
	sub(/^[ \t]+/, "")
	if ($0 == "")
		next
}

{ add($0) }

END {
	finish()
	if (mode == "header")
		print "\n#endif"
}
