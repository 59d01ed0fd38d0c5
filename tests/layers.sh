#!/bin/sh
# layers.sh - a folder includes only what is below it
#
#   cli
#   serve
#   ingest dedup embed filter score export train stats   never each other
#   read near model                                      never each other
#   text nn db shard                                     never each other
#   base
cd "${srcdir:-$(dirname "$0")/..}" || exit 99

grep -rnE '^#include "[a-z]+/' src |
	sed -nE 's|^src/([a-z]+)/([^:]*):([0-9]+):#include "([a-z]+)/.*|\1 \4 src/\1/\2:\3|p' |
	awk '
	BEGIN {
		level("base", 1)
		level("text nn db shard", 2)
		level("read near model", 3)
		level("ingest dedup embed filter score export train stats", 4)
		level("serve", 5)
		level("cli", 6)
	}
	function level(names, n,    name, i) {
		split(names, name)
		for (i in name)
			of[name[i]] = n
	}
	{
		seen++
		if (!of[$1] || !of[$2])
			problem = "has no layer"
		else if ($1 != $2 && of[$2] >= of[$1])
			problem = "is not below it"
		else
			next
		bad++
		print "not ok - " $3 ": " $1 " includes " $2 ", which " problem
	}
	END {
		if (!bad && seen)
			print "ok - " seen " includes go downwards"
		exit bad || !seen
	}'
