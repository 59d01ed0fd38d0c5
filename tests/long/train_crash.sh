# train_crash.sh - a run killed again and again ends in the same bytes
#
# KILLS (20) times kill -9 at a random moment, then --resume: the model that
# comes out is compared with that of a run that nobody disturbed, for plain
# tuning with replay, and for LoRA with noise and a pull to the base.
. "$srcdir/tests/cli/lib.sh"

KILLS=${KILLS:-20}
mkdir shards
cp "$data/train/pairs.jsonl" shards/train-00000-of-00001.jsonl
cp "$data/train/val.jsonl" shards/val-00000-of-00001.jsonl
shards=$PWD/shards text=$data/train/animals.txt
itdata train --text "$text" --tokenizer "$data/tokenizer/unigram.json" -q \
	--config "$data/train/nano.json" --tokens 64 --steps 12 -o base \
	>/dev/null || exit 99
base=$PWD/base
export KILLS

tune="itdata train $shards --init $base --text $text -q --tokens 64 --batch 8
	--steps 400 --save-every 5"
export tune

# survives OPTION...: kills at random moments, each of a run that goes on
survives() {
	start=$(date +%s%N) && $tune -o whole "$@" &&
	full=$((($(date +%s%N) - start) / 1000000)) &&
	kills=0 seed=1
	while [ "$kills" -lt "$KILLS" ] && [ ! -e cut/model.safetensors ]; do
		seed=$(((seed * 1103515245 + 12345) % 2147483648))
		$tune -o cut --resume "$@" & pid=$!
		sleep "$(awk "BEGIN { print (20 + $seed / 65536 % ($full / 30)) / 1000 }")"
		kill -KILL $pid && kills=$((kills + 1))
		wait $pid
	done
	echo "$kills kills of a run of $full ms"
	[ "$kills" -ge "$KILLS" ] && $tune -o cut --resume "$@" &&
	cmp whole/model.safetensors cut/model.safetensors &&
	[ ! -e cut/checkpoint.safetensors ]
}

it "tuning with replay survives $KILLS kills" '
	survives --replay 0.25
'
it "LoRA, noise, a pull to the base and early stopping survive $KILLS kills" '
	survives --lora 4 --neftune 5 --kl 0.1 --validate-every 50 --patience 100
'
finish
