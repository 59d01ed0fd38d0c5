# verify.sh - what `itdata verify` promises at the command line
. "$srcdir/tests/cli/lib.sh"

# made DIR: an export of twelve pairs in three shards
made() {
	for i in $(seq 1 12); do
		echo "{\"instruction\":\"ネコは何匹？ $i\",\"input\":\"\",\"output\":\"$i 匹\"}"
	done >a.jsonl
	itdata ingest a.db a.jsonl -q >/dev/null &&
	itdata export a.db -o "$1" --shards 3 -q >/dev/null
}

it 'agrees with what export wrote' '
	made out && itdata verify out >said &&
	grep -q "^out: 3 shards, 12 rows, .* as the manifest says" said &&
	itdata verify out --json |
		jq -e ".ok and .shards == 3 and .rows == 12 and .problems == []"
'
it 'finds a changed byte' '
	made out && sed -i "s/ 匹/ 疋/" out/train-00001-of-00003.jsonl &&
	fails_with 3 itdata verify out >said && says "out: 1 problem" &&
	grep -q "^train-00001-of-00003.jsonl: its SHA-256" said
'
it 'finds a file that is gone, cut or a link' '
	made out && rm out/meta/train-00000-of-00003.jsonl &&
	echo x >>out/train-00001-of-00003.jsonl &&
	mv out/train-00002-of-00003.jsonl elsewhere &&
	ln -s ../elsewhere out/train-00002-of-00003.jsonl &&
	fails_with 3 itdata verify out >said && says "out: 3 problems" &&
	grep -q "^meta/train-00000-of-00003.jsonl: not there" said &&
	grep -q "^train-00001-of-00003.jsonl: .* bytes, the manifest says" said &&
	grep -q "^train-00002-of-00003.jsonl: not a regular file" said
'
it 'finds a shard that a loader would read by mistake' '
	made out && cp out/train-00000-of-00003.jsonl out/train-00003-of-00003.jsonl &&
	fails_with 3 itdata verify out >said &&
	grep -q "^train-00003-of-00003.jsonl: a shard that the manifest does" said
'

# forged LINE: an export whose first shard has this line and a right SHA-256
forged() {
	made out
	{
		echo "$1"
		tail -n +2 out/train-00000-of-00003.jsonl
	} >new && mv new out/train-00000-of-00003.jsonl
	sum=$(sha256sum <out/train-00000-of-00003.jsonl | cut -d" " -f1)
	jq -c ".shards[0].sha256 = \"$sum\" | .shards[0].bytes = $(wc -c \
		<out/train-00000-of-00003.jsonl)" out/manifest.json >new &&
	mv new out/manifest.json
}
it 'reads every line' '
	forged "{\"messages\":[{\"role\":\"user\",\"content\":1}]}" &&
	fails_with 3 itdata verify out >said &&
	grep -q "^train-00000-of-00003.jsonl:1: not a line of format messages" said &&
	rm -rf out a.db && forged "" && fails_with 3 itdata verify out >said &&
	grep -q ": 3 lines, the manifest says 4" said
'

# with JQ: a manifest changed like this
with() {
	made out && jq -c "$1" out/manifest.json >new && mv new out/manifest.json
}
it 'refuses names that lead out of the folder' '
	cp /dev/null secret &&
	for name in ../secret /etc/passwd .hidden a/b "a b" ""; do
		with ".shards[0].path = \"$name\"" &&
		fails_with 3 itdata verify out >said &&
		grep -q "'\''path'\'' is missing or not right" said || exit 1
		rm -rf out a.db
	done
'
it 'refuses a manifest that is broken or of another version' '
	with ".version = 99" && fails_with 3 itdata verify out >said &&
	grep -q "not a manifest that this program reads" said &&
	with "del(.shards[1].rows)" && fails_with 3 itdata verify out >said &&
	grep -q "'\''rows'\'' is missing" said &&
	echo "{" >out/manifest.json && fails_with 3 itdata verify out >said
'
it 'says no to a folder without a manifest' '
	mkdir empty && fails_with 3 itdata verify empty >said &&
	grep -q "no manifest.json" said &&
	fails_with 3 itdata verify absent --json >said && jq -e ".ok == false" said
'
finish
