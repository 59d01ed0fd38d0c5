# eval.sh - itdata eval: gain and price, beside each other
. "$srcdir/tests/cli/lib.sh"

mkdir -p shards/meta
cp "$data/train/pairs.jsonl" shards/train-00000-of-00001.jsonl
for category in qa qa translation translation; do
	echo "{\"lang\":\"ja\",\"category\":\"$category\"}"
done >shards/meta/train-00000-of-00001.jsonl
itdata train --text "$data/train/animals.txt" -q -o base --steps 20 \
	--tokenizer "$data/tokenizer/unigram.json" --tokens 64 --batch 4 \
	--config "$data/train/nano.json" >/dev/null || exit 99
itdata train shards --init base -q -o tuned --tokens 64 --batch 4 --steps 150 \
	--template shiji --lr 0.01 >/dev/null || exit 99
shards=$PWD/shards base=$PWD/base tuned=$PWD/tuned
text=$data/train/animals.txt
export shards base tuned text

it 'shows what was gained, by group, with intervals' '
	itdata eval "$tuned" "$shards" --base "$base" --template shiji --json >out &&
	jq -e ".pairs == 4 and .after.exact_match.percent == 100 and
		.before.exact_match.count == 0 and
		.after.exact_match.low > 50 and .after.exact_match.high == 100 and
		.after.loss < .before.loss and .after.chrf > 99 and
		.after.groups[\"ja/qa\"].exact_match.of == 2 and
		.after.instruction_use > 2" out
'
it 'shows the price, and --strict says no' '
	head -n 1 "$data/train/pairs.jsonl" >unknown.jsonl &&
	fails_with 3 itdata eval "$tuned" "$shards" --base "$base" --template shiji \
		--text "$text" --unknown unknown.jsonl --strict --json >out &&
	says "plain text lost" &&
	jq -e ".after.general_loss > .before.general_loss and
		.after.false_answers.percent == 100 and
		.after.plain_text_leak.of > 0" out &&
	itdata eval "$tuned" "$shards" --base "$base" --template shiji --strict &&
	fails_with 3 itdata eval "$base" "$shards" --base "$tuned" --template shiji \
		--strict && says "not better"
'
it 'gives the same whatever the threads' '
	itdata eval "$tuned" "$shards" --text "$text" --json -j 1 >a &&
	itdata eval "$tuned" "$shards" --text "$text" --json -j 3 >b && cmp a b
'
it 'says what is missing' '
	fails_with 2 itdata eval "$tuned" "$shards" --strict && says "--base" &&
	fails_with 1 itdata eval "$tuned" "$shards" --split none && says "split none" &&
	fails_with 1 itdata eval none "$shards" && says "none/config.json" &&
	mkdir empty && : >empty/test-0.jsonl &&
	fails_with 1 itdata eval "$tuned" empty && says "empty"
'
finish
