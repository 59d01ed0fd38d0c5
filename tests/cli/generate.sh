# generate.sh - itdata generate: what was learnt by heart comes back
. "$srcdir/tests/cli/lib.sh"

mkdir shards
cp "$data/train/pairs.jsonl" shards/train-00000-of-00001.jsonl
jq -c '.decoder = {type: "Sequence", decoders: [{type: "ByteFallback"},
	{type: "Replace", pattern: {String: "▁"}, content: " "}, {type: "Fuse"}]}' \
	"$data/tokenizer/fallback.json" >tokenizer.json
itdata train shards --tokenizer tokenizer.json -q -o model \
	--config "$data/train/nano.json" --tokens 64 --batch 4 --steps 150 \
	--template shiji --lr 0.01 >/dev/null || exit 99
model=$PWD/model
export model

it 'answers as it was taught, in the template it was taught in' '
	itdata generate "$model" "ネコは何科ですか？" "イヌは何科ですか？" >out &&
	sed "s/^ //" out >trimmed && expect trimmed <<-\EOF
	ネコ科です。
	イヌ科です。
	EOF
'
it 'takes lines of stdin and answers in JSON' '
	printf "%s\n" "ネコは何科ですか？" "「ネコ」を英訳してください。" |
		itdata generate "$model" --json >out &&
	[ "$(wc -l <out)" = 2 ] && tail -n 1 out |
		jq -e ".ended and .tokens > 0 and (.response | test(\"cat\"))"
'
it 'draws the same with the same seed, and ends where it is told' '
	itdata generate "$model" --temperature 30 --top-k 50 --top-p 0.95 \
		--continue --max-tokens 20 "ネコ" >a &&
	itdata generate "$model" --temperature 30 --top-k 50 --top-p 0.95 \
		--continue --max-tokens 20 "ネコ" >b && cmp a b &&
	itdata generate "$model" --temperature 30 --continue --max-tokens 20 \
		--seed 9 "ネコ" >c && ! cmp a c &&
	itdata generate "$model" --stop 科 "ネコは何科ですか？" | sed "s/^ //" >out &&
	expect out <<-\EOF
	ネコ
	EOF
'
it 'answers side by side what it answers one by one' '
	for i in 1 2 3 4 5 6 7; do
		echo "ネコは何科ですか？"; echo "「イヌ」を英訳してください。$i"
	done >prompts && echo "イヌは何科ですか？" >>prompts &&
	for how in "" "--type bf16" "--type int8" "--temperature 2 --top-k 9"; do
		itdata generate "$model" --max-tokens 20 $how <prompts >one &&
		for batch in 2 4 64; do
			itdata generate "$model" --max-tokens 20 $how --batch $batch \
				-j 2 <prompts >some && cmp one some || exit 1
		done
	done &&
	itdata generate "$model" --batch 9 --json <prompts >out &&
	[ "$(wc -l <out)" = 15 ]
'
it 'knows the answers in fewer bits, too' '
	for type in bf16 int8; do
		itdata generate "$model" --type $type "ネコは何科ですか？" |
			sed "s/^ //" >out && expect out <<-\EOF || exit 1
		ネコ科です。
		EOF
	done
'
it 'hands out the answer as it comes' '
	mkfifo pipe && { itdata generate "$model" --continue --max-tokens 500 \
		--temperature 30 "ネコ" >pipe & } &&
	head -c 3 <pipe >first && [ -s first ]
'
it 'says what is wrong' '
	fails_with 1 itdata generate none x && says "none/config.json" &&
	fails_with 1 itdata generate "$model" "" && says "empty" &&
	fails_with 1 itdata generate "$model" "$(printf "\377")" && says "UTF-8" &&
	fails_with 2 itdata generate "$model" x --top-p 2 && says "--top-p" &&
	fails_with 2 itdata generate "$model" x --batch 65 && says "--batch is 1 to 64" &&
	fails_with 2 itdata generate "$model" x --type int4 && says "int8" &&
	fails_with 2 itdata generate "$model" x --template y && says "template"
'
finish
