# train.sh - itdata train: it learns, it repeats, it goes on
. "$srcdir/tests/cli/lib.sh"

tokenizer=$data/tokenizer/unigram.json
text=$data/train/animals.txt
export tokenizer text

mkdir shards
cp "$data/train/pairs.jsonl" shards/train-00000-of-00001.jsonl
cp "$data/train/val.jsonl" shards/val-00000-of-00001.jsonl
shards=$PWD/shards

# pretrain OUT OPTION...: a few steps of a very small model
pretrain() {
	out=$1
	shift
	itdata train --text "$text" --tokenizer "$tokenizer" -q \
		--config "$data/train/nano.json" --tokens 64 --batch 8 \
		--steps 12 -o "$out" "$@"
}
pretrain base --json --log log.csv >summary.json || exit 99
base=$PWD/base

it 'learns: the loss goes down, and the summary has its keys' '
	jq -e ".steps == 12 and .tokens > 0 and .loss < 4.9 and
		.val_loss == null and .tokens_per_second > 0" "$work/summary.json" &&
	[ "$(wc -l <"$work/log.csv")" = 13 ] &&
	jq -e ".model_type == \"llama\" and .eos_token_id == 2" "$base/config.json" &&
	cmp "$base/tokenizer.json" "$tokenizer"
'
it 'gives the same bytes whatever the threads' '
	pretrain one -j 1 && pretrain three -j 3 &&
	cmp one/model.safetensors "$base/model.safetensors" &&
	cmp three/model.safetensors "$base/model.safetensors"
'
it 'gives another model with another seed' '
	pretrain two --seed 2 && ! cmp two/model.safetensors "$base/model.safetensors"
'
it 'goes on after kill -9 to the same bytes' '
	pretrain whole --save-every 1 --steps 40 &&
	for after in 0.1 0.15 0.2 0.3; do
		timeout -s KILL $after itdata train --text "$text" -q -o cut --resume \
			--tokenizer "$tokenizer" --config "$data/train/nano.json" \
			--tokens 64 --batch 8 --steps 40 --save-every 1
	done
	pretrain cut --save-every 1 --steps 40 --resume &&
	cmp whole/model.safetensors cut/model.safetensors &&
	[ ! -e cut/checkpoint.safetensors ]
'
it 'tunes on shards with every means, and goes on from each' '
	for how in "--neftune 5" "--kl 0.1" "--lora 4" "--replay 0.5 --text $text" \
		"--patience 2" "--prompt-loss 0.1 --schedule wsd" "--schedule constant"; do
		rm -rf a b
		itdata train "$shards" --init "$base" -q --template shiji --tokens 64 \
			--batch 4 --steps 6 -o a $how >/dev/null &&
		itdata train "$shards" --init "$base" -q --template shiji --tokens 64 \
			--batch 4 --steps 6 -o b --save-every 3 -j 3 $how >/dev/null &&
		cmp a/model.safetensors b/model.safetensors || exit 1
	done
	jq -e ".itdata_template == \"shiji\"" a/config.json
'
it 'keeps the best model when it stops early' '
	itdata train "$shards" --init "$base" -q --tokens 64 --batch 4 --steps 60 \
		--lr 0.02 --validate-every 2 --patience 2 -o a --json >out &&
	jq -e ".stopped_early and .best_step < .steps and .val_loss > 0" out
'
it 'stops at a loss that is no number, and keeps the last checkpoint' '
	fails_with 1 itdata train --text "$text" --tokenizer "$tokenizer" -q \
		--config "$data/train/nano.json" --tokens 64 --batch 2 --steps 50 \
		--lr 1e30 --clip 0 --save-every 1 -o a &&
	says "is not a number" && says "step " &&
	[ -e a/checkpoint.safetensors ] && [ ! -e a/model.safetensors ]
'
it 'refuses a checkpoint of another run' '
	pretrain a --save-every 4 &&
	mkdir b && fails_with 1 pretrain b --lr 1e30 --clip 0 --save-every 1 &&
	fails_with 1 pretrain b --lr 1e29 --resume && says "another run"
'
it 'leaves the last checkpoint when the disk is full' '
	for n in 2 5 9; do
		rm -rf a
		fails_with 1 env ITDATA_FAULT=write:$n itdata train --text "$text" -q \
			--tokenizer "$tokenizer" --config "$data/train/nano.json" \
			--tokens 64 --batch 8 --steps 12 --save-every 1 -o a &&
		says "saving a checkpoint" && [ ! -e a/model.safetensors ] &&
		pretrain a --save-every 1 --resume &&
		cmp a/model.safetensors "$base/model.safetensors" || exit 1
	done
'
it 'keeps the checkpoint before the one that a full disk cut off' '
	small="itdata train --text $text -q --tokenizer $tokenizer --save-every 1 -j 1
		--config $data/train/nano.json --tokens 64 --batch 8 --steps 12 -o a" &&
	fails_with 1 env ITDATA_FAULT=write:9 $small --resume &&
	[ -e a/checkpoint.safetensors ] && cp a/checkpoint.safetensors before &&
	(trap "" XFSZ && ulimit -f 100 && fails_with 1 $small --resume) &&
	grep -q "saving a checkpoint: .*File too large" err &&
	cmp before a/checkpoint.safetensors && [ "$(ls a)" = checkpoint.safetensors ] &&
	$small --resume >out && cmp a/model.safetensors "$base/model.safetensors"
'
it 'refuses shards of another tokenizer, and a tokenizer that is too large' '
	itdata ingest p.db "$data/train/pairs.jsonl" -q >out &&
	jq . "$tokenizer" >same-size.json &&
	for other in "$data/tokenizer/trained.json:a vocabulary of" \
		"same-size.json:another tokenizer than the model"; do
		rm -rf tokens && itdata export p.db -o tokens --format tokens -q \
			--template shiji --tokenizer "${other%%:*}" >out &&
		fails_with 1 itdata train tokens --init "$base" -o x &&
		says "${other#*:}" && says "tokens/train-" && [ ! -e x ] || exit 1
	done &&
	cp -r "$base" m && sed "s/\"vocab_size\":[0-9]*/\"vocab_size\":9/" \
		"$base/config.json" >m/config.json &&
	fails_with 1 itdata train "$shards" --init m -o x && says "m"
'
it 'says what is missing' '
	fails_with 2 itdata train "$shards" --init "$base" && says "-o FOLDER" &&
	fails_with 2 itdata train -o x --init "$base" && says "nothing to train on" &&
	fails_with 2 itdata train -o x "$shards" && says "--tokenizer" &&
	fails_with 2 itdata train -o "$base" "$shards" --init "$base" &&
	says "holds a model already" &&
	fails_with 2 itdata train -o x --text "$text" --tokenizer "$tokenizer" \
		--config huge && says "tiny, small and medium" &&
	fails_with 2 itdata train -o x "$shards" --init "$base" --template x &&
	says "chat template" &&
	echo "{\"model_type\":\"gpt2\",\"vocab_size\":200,\"n_layer\":1,\"n_head\":2,
		\"n_embd\":16,\"n_positions\":16}" >gpt2.json &&
	fails_with 2 itdata train -o x --text "$text" --tokenizer "$tokenizer" \
		--config gpt2.json && says "16 positions: --tokens 16" &&
	mkdir none && fails_with 1 itdata train -o x none --init "$base" &&
	says "no shard" &&
	echo "{}" >none/train-0.jsonl &&
	fails_with 1 itdata train -o x none --init "$base" && says "line 1" &&
	: >none/train-0.jsonl &&
	fails_with 1 itdata train -o x none --init "$base" && says "empty"
'
it 'refuses what is no model' '
	cp -r "$base" m && head -c 2000 "$base/model.safetensors" >m/model.safetensors &&
	fails_with 1 itdata train -o x "$shards" --init m &&
	cp "$base/model.safetensors" m/ &&
	sed "s/\"hidden_size\":32/\"hidden_size\":64/" "$base/config.json" >m/config.json &&
	fails_with 1 itdata train -o x "$shards" --init m && says "m: " &&
	echo "{" >m/config.json &&
	fails_with 1 itdata train -o x "$shards" --init m && says "config.json"
'
finish
