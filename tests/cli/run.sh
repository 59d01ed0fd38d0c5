# run.sh - what `itdata run` promises at the command line
. "$srcdir/tests/cli/lib.sh"
export ITDATA_RECIPES="$srcdir/recipes"

some() {
	cat >a.jsonl <<-\END
	{"instruction": "ネコは何科ですか？", "output": "ネコはネコ科に属する動物です。"}
	{"instruction": "ネコは何科ですか？", "output": "ネコはネコ科に属する動物です。"}
	{"instruction": "日本の首都はどこですか？", "output": "東京です。"}
	END
	echo "{\"instruction\": \"What is 1+1?\", \"output\": \"2\"}" >b.jsonl
}

it 'runs the shipped recipes from files to verified shards' '
	some && itdata run ja-sft a.db --set data=a.jsonl --set data=b.jsonl -q >out &&
	grep -q "^1/5 ingest: read 4, added 4" out && grep -q "^5/5 verify" out &&
	[ -e shards/manifest.json ] && jq -e ".finished and (.steps | length) == 5" a.db.run.json &&
	jq -e ".steps[2].summary.exact == 1" a.db.run.json &&
	itdata run mixed-small b.db --set data=a.jsonl --set out=s2 --json -q >out &&
	jq -e ".finished and .recipe == \"mixed-small\"" out && [ -s page.html ] &&
	itdata run en-sft c.db --set data=b.jsonl --set out=s3 -q >out &&
	itdata run decontaminate-only d.db --set data=a.jsonl --set benchmark=b.jsonl --set out=s4 -q >out
'
it 'prints the plan and does nothing with --dry-run' '
	some && itdata run ja-sft a.db --set "data=it'\''s a.jsonl" --dry-run >out &&
	grep -qF "  1. itdata ingest a.db '\''it'\''\\'\'''\''s a.jsonl'\''" out &&
	grep -q "  3. itdata dedup a.db" out && [ ! -e a.db ] && [ ! -e a.db.run.json ]
'
it 'goes on where it stood' '
	some && cat >r.json <<-\END &&
	{"name": "r", "set": {"out": "shards"}, "steps": [["ingest", "{db}", "a.jsonl"],
	 ["verify", "{out}"], ["dedup", "{db}"]]}
	END
	fails_with 3 itdata run r.json a.db -q >out && says "step 2 (verify) ended with status" &&
	jq -e "[.finished, .steps[].done] == [false, true, false, false]" a.db.run.json &&
	itdata export a.db -o shards && itdata run r.json a.db -q >out &&
	grep -q "1. itdata ingest a.db a.jsonl   (done)" out && ! grep -q "^1/3" out &&
	grep -q "^3/3 dedup" out && jq -e .finished a.db.run.json &&
	itdata run r.json a.db -q >out && grep -q "^1/3 ingest" out
'
it 'passes on that the answer is no' '
	some && echo "{\"steps\": [[\"ingest\", \"{db}\", \"a.jsonl\"], [\"export\", \"{db}\", \"-o\", \"s\"]]}" >r.json &&
	itdata run r.json a.db -q && echo x >>"$(ls s/*.jsonl | head -1)" &&
	echo "{\"steps\": [[\"verify\", \"s\"]]}" >v.json &&
	fails_with 3 itdata run v.json a.db -q --report v.report
'
it 'names what is wrong with a recipe before anything runs' '
	some && bad() {
		echo "$1" >r.json; fails_with "$2" itdata run r.json a.db && says "$3" && [ ! -e a.db ]
	} &&
	bad "{" 1 "not JSON" && bad "{}" 1 "no array" &&
	bad "{\"steps\": []}" 1 "no array" && bad "{\"steps\": [1]}" 1 "array of words" &&
	bad "{\"steps\": [[\"ingest\", 1]]}" 1 "not text" &&
	bad "{\"steps\": [[\"rm\", \"-rf\"]]}" 1 "step 1: '\''rm'\'' is not a command" &&
	bad "{\"steps\": [[\"run\", \"r.json\", \"{db}\"]]}" 1 "not a command for a recipe" &&
	bad "{\"steps\": [[\"ingest\", \"{db}\", \"{x}\"]]}" 1 "{x} is not in" &&
	bad "{\"set\": {\"x\": null}, \"steps\": [[\"ingest\", \"{db}\", \"{x}\"]]}" 2 "needs --set x=VALUE" &&
	bad "{\"set\": {\"x\": 1}, \"steps\": [[\"ingest\"]]}" 1 "neither text nor null" &&
	fails_with 2 itdata run ja-sft a.db --set nothing=1 && says "it has: data out" &&
	fails_with 2 itdata run ja-sft a.db --set nothing && fails_with 1 itdata run no-such a.db &&
	fails_with 2 itdata run ja-sft
'
finish
