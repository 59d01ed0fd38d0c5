#!/bin/sh
# demo.sh - the main job from files to shards, told step by step
#
#     demo.sh FOLDER [FILE...]
#
# Takes samples/ and the files named through every stage and leaves in FOLDER:
# pairs.db, shards/, page.html and summary.json (a list of steps with what each
# command reports).  `make demo DATA="a.jsonl b.csv"` calls it.
set -eu
samples=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: demo.sh FOLDER [FILE...]}
shift
mkdir -p "$out"
db=$out/pairs.db
steps=$out/steps.tmp
rm -f "$db" "$db-wal" "$db-shm" "$steps"

bold=$(test -t 1 && test -z "${NO_COLOR:-}" && printf '\033[1m' || true)
plain=$(test -n "$bold" && printf '\033[0m' || true)

# title TEXT, then what a newcomer should know, on stdin
title() {
	printf '\n%s== %s%s\n' "$bold" "$1" "$plain"
	sed 's/^/   /'
}

# itdata, shown as typed; paths below the current folder are shown short
show() {
	printf '\n%s$ itdata' "$bold"
	for word in "$@"; do
		word=${word#"$PWD"/}
		case $word in
		*[!A-Za-z0-9_./,=:-]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '%s\n' "$plain"
	itdata "$@"
}

# What the last command wrote into `run` becomes a step of summary.json.
remember() {
	sqlite3 "$db" "SELECT json_object('command', command, 'summary',
	  json(summary)) FROM run ORDER BY id DESC LIMIT 1" >>"$steps"
}

title 'ingest: files into pairs' <<'END'
Each file is recognised by its keys.  A record that cannot become a pair is not
lost: it is listed with its file, line, byte and reason.
END
show ingest "$db" "$samples/ja.jsonl" "$samples/en.csv" \
	"$samples/talk.jsonl" "$samples/self-instruct.jsonl" "$@"
remember
echo
sqlite3 "$db" "SELECT '   rejected: line ' || line || ': ' || reason
  FROM rejects LIMIT 8"

title 'filter: rules that find and explain defects and ambiguity' <<'END'
Hard defects are dropped, ambiguity is scored and explained.  Here pairs whose
instruction is clearly ambiguous (0.8 and above) are dropped too.
END
show filter "$db" --drop-if 'ambiguity >= 0.8'
remember

title 'decontaminate: pairs that contain a benchmark item' <<'END'
A model must not be tuned on what it is tested with.
END
show decontaminate "$db" --against "$samples/benchmark.jsonl"
remember

title 'dedup: exact and near duplicates' <<'END'
Of pairs that are alike one stays; each of the others names it.  Pairs that
differ in a number are not alike.
END
show dedup "$db"
remember

title 'embed and score: how diverse, how new, how well made' <<'END'
Each pair gets a vector by the bundled encoder, Japanese and English in one
space; its nearest neighbour says how new it is.
END
show embed "$db"
remember
show score "$db"
remember

title 'why is a pair out?' <<'END'
Nothing was deleted: what is kept is a view, why something is not is a query.
END
echo
sqlite3 -header -column "$db" \
	"SELECT stage, reason, count(*) AS pairs FROM dropped GROUP BY 1, 2"
near=$(sqlite3 "$db" "SELECT pair_id FROM duplicate WHERE similarity < 1
  ORDER BY pair_id LIMIT 1")
[ -z "$near" ] || show show "$db" "$near"

title 'stats: the state of the set' <<END
The same as a page to look at: ${out#"$PWD"/}/page.html
END
show stats "$db"
itdata stats "$db" --html "$out/page.html"
itdata stats "$db" --json |
	jq -c '{command: "stats", summary: .}' >>"$steps"

title 'export: balanced shards, split without leaks' <<'END'
Duplicates of one cluster never stand in different splits, and the same
database gives the same bytes again.
END
set -- "$db" -o "$out/shards" --format messages --shards 2 \
	--split train=0.9,test=0.1 --balance lang --alpha 0.5 --total 240
show export "$@"
itdata export "$@" --json -q | # the same bytes again
	jq -c '{command: "export", summary: .}' >>"$steps"
show verify "$out/shards"

title 'train: a small model before and after instruction tuning' <<'END'
The included trainer reads a small world as plain text, then is tuned on pairs
that went through this pipeline.  TEXTS=100 SEEDS=1 shows it in seconds, and
what a model learns in seconds.
END
sh "$samples/before-after.sh" "$out/before-after"

jq -s '{steps: .} + $tuned[0]' "$steps" \
	--slurpfile tuned "$out/before-after/before_after.json" \
	>"$out/summary.json"
rm -f "$steps"

title 'look around' <<END
sqlite3 ${db#"$PWD"/} 'SELECT * FROM dropped LIMIT 5'
head -n 2 ${out#"$PWD"/}/shards/train-00000-of-00002.jsonl
itdata show ${db#"$PWD"/} 1
END
