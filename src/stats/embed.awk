# embed.awk - text files to C, one string constant each: page.css is page_css
#
#     awk -v header=stats/page_text.h -f embed.awk page.css page.js >page_text.c

BEGIN {
	print "/* made by embed.awk */\n#include \"" header "\""
}

FNR == 1 {
	if (NR > 1)
		print "\t\"\";"
	name = FILENAME
	sub(/.*\//, "", name)
	gsub(/[^a-z]/, "_", name)
	print "\nconst char " name "[] ="
}

{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	print "\t\"" $0 "\\n\""
}

END {
	print "\t\"\";"
}
