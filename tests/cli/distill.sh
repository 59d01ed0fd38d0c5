# distill.sh - what `itdata distill` promises at the command line
. "$srcdir/tests/cli/lib.sh"

small=$data/distill
export small
make_small() {
	itdata distill "$small/lines.txt" --teacher "$small/lines.npy" \
		--tokenizer "$data/tokenizer/trained.json" --dimension 32 \
		--buckets 1024 --batch 16 --epochs 20 --rate 0.02 "$@"
}

it 'makes a model and measures it after each epoch' '
	make_small -o model --dev "$small/pairs.tsv" >out &&
	[ "$(grep -c "^epoch" out)" = 21 ] &&
	grep -q "^epoch 20  loss [0-9.]*  pairs \(7[5-9]\|[89].\|100\)" out &&
	grep -q "^model: 96 texts, 48 vectors; 550 tokens and 1024" out &&
	cmp model/tokenizer.json "$data/tokenizer/trained.json" &&
	[ -e model/model.safetensors ] && [ -e model/target.safetensors ]
'
it 'makes the same bytes for any number of threads' '
	make_small -o one -j1 >out && make_small -o three -j3 >out &&
	cmp one/model.safetensors three/model.safetensors &&
	cmp one/target.safetensors three/target.safetensors &&
	make_small -o other --seed 2 >out &&
	fails_with 1 cmp one/model.safetensors other/model.safetensors
'
it 'reports in JSON' '
	make_small -o model --dev "$small/pairs.tsv" --json >out &&
	jq -e ".texts == 96 and .vectors == 48 and .buckets == 1024" out &&
	jq -e ".epochs[20].dev.pairs >= 75 and .epochs[20].loss > 0" out &&
	jq -e ".epochs[0].loss == null and (.epochs | length) == 21" out
'
it 'trains layers above the table, and keeps it' '
	make_small -o table >out &&
	make_small -o model --layers 1 --hidden 32 --layer-epochs 20 \
		--layer-batch 16 --dev "$small/pairs.tsv" \
		--curve curve.svg >out &&
	grep -q "<svg" curve.svg && grep -q ">pairs<" curve.svg &&
	[ "$(grep -c "^layers  epoch" out)" -ge 21 ] &&
	grep -q "^layers  epoch 20  loss [0-9.]*  pairs" out &&
	[ ! -e model/checkpoint.safetensors ] &&
	cut -f1 "$small/pairs.tsv" >text &&
	itdata encode -q text -o table.npy --model table >out &&
	itdata encode -q text -o model.npy --model model >out &&
	fails_with 1 cmp -s table.npy model.npy
'
it 'trains layers above the table of a model' '
	make_small -o table >out &&
	make_small -o one --layers 1 --hidden 32 --layer-batch 16 -j1 \
		--table table >out &&
	make_small -o two --layers 1 --hidden 32 --layer-batch 16 -j3 >out &&
	cmp one/model.safetensors two/model.safetensors &&
	fails_with 1 make_small -o three --layers 1 --buckets 512 \
		--table table && says "550 tokens, 1024 n-grams and 32 numbers"
'
it 'goes on with layers where a killed run was' '
	layers="--layers 1 --hidden 32 --layer-batch 16 --layer-epochs 80" &&
	make_small -o whole $layers >out && export ITDATA_FAULT=kill:9 &&
	{ make_small -o killed $layers >out; unset ITDATA_FAULT; } &&
	[ -e killed/checkpoint.safetensors ] &&
	fails_with 1 make_small -o killed $layers --layer-rate 0.1 &&
	says "checkpoint.safetensors: of another run" &&
	make_small -o killed $layers >out && ! grep -q "^epoch" out &&
	cmp whole/model.safetensors killed/model.safetensors
'
it 'keeps to the space of an earlier run' '
	make_small -o first >out &&
	make_small -o second --target first/target.safetensors >out &&
	cmp first/model.safetensors second/model.safetensors
'
it 'says when text and vectors do not belong together' '
	head -n 40 "$small/lines.txt" >less.txt &&
	fails_with 1 itdata distill less.txt --teacher "$small/lines.npy" \
		--tokenizer "$data/tokenizer/trained.json" -o model &&
	says "less.txt has 40 lines, but" && [ ! -e model ]
'
it 'says what is wrong with a file of vectors' '
	head -c 1000 "$small/lines.npy" >cut.npy &&
	fails_with 1 itdata distill "$small/lines.txt" --teacher cut.npy \
		--tokenizer "$data/tokenizer/trained.json" -o model &&
	says "cut.npy: cut off" &&
	fails_with 1 itdata distill "$small/lines.txt" \
		--teacher "$small/lines.txt" \
		--tokenizer "$data/tokenizer/trained.json" -o model &&
	says "not an .npy file" &&
	: >empty.npy &&
	fails_with 1 itdata distill "$small/lines.txt" --teacher empty.npy \
		--tokenizer "$data/tokenizer/trained.json" -o model &&
	says "empty.npy: empty" &&
	sed "s/<f2/<i8/" "$small/lines.npy" >type.npy &&
	fails_with 1 itdata distill "$small/lines.txt" --teacher type.npy \
		--tokenizer "$data/tokenizer/trained.json" -o model &&
	says "float32 and float16 are read"
'
it 'says what is wrong with the command line' '
	fails_with 2 itdata distill "$small/lines.txt" -o model &&
	says "--teacher FILE.npy is needed" &&
	fails_with 2 make_small -o model --buckets 1000 &&
	says "--buckets: 1000" &&
	fails_with 2 make_small -o model --dimension 33 && says "--dimension" &&
	fails_with 2 make_small -o model --layers 1 --heads 3 &&
	says "--heads" &&
	fails_with 2 make_small -o model --curve x.svg && says "--curve" &&
	fails_with 2 make_small -o model --layers 65 && says "--layers" &&
	fails_with 1 make_small -o model --dev "$small/lines.txt" &&
	says "lines.txt:1: not: text TAB text TAB number"
'
finish
