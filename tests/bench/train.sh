# train.sh - speed of training and of writing beside PyTorch, llm.c, llama2.c
#
#     make bench BENCH=train PYTHON=venv/bin/python [SHAPES="4x128 6x384 124M"]
#
# What runs: itdata on one thread and on two; with PYTHON (torch, numpy) PyTorch
# eager in fp32 and bf16 and compiled; with LLMC a train_gpt2 of llm.c that takes
# B, T and STEPS from the environment; for writing, with LLAMA2C a run of
# llama2.c.  A peer that is not there is left out, and said.
#
# CPU seconds and wall seconds are those of a run of STEPS + 1 steps less those of
# a run of one step, so start, data and saving do not count; medians of ROUNDS,
# the peers' two threads, bf16 and compiled once; none for longer than LIMIT s.
# On a machine that others use walls mean little.  The share of the sgemm peak is
# counted by flops a token = 6 N + 6 L d T, against the best product of 1,024 x
# 1,024 in the same run.  PART=speed, packing, writing runs one part alone.
set -eu
rounds=${ROUNDS:-5}
shapes=${SHAPES:-4x128 6x384 124M}
work=${WORK:-bench-train}
part=${PART:-speed packing writing}
python=${PYTHON:-}
mkdir -p "$work"
world=$srcdir/samples/beforeafter

facts() {
	LC_ALL=C awk -f "$world/facts.awk" "$@" "$world/animals.tsv"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# CPU seconds, wall seconds and peak MiB of a command
measure() {
	/usr/bin/time -f '%U %S %e %M' -o "$work/time" timeout "${LIMIT:-600}" "$@" \
		>"$work/said" 2>&1 || {
		tail -n 3 "$work/said" >&2
		return 1
	}
	awk '{ print $1 + $2, $3, int($4 / 1024) }' "$work/time"
}

# less FEW MANY TOKENS: tokens a CPU second and a wall second, and MiB
less() {
	echo "$1 $2" | awk -v n="$3" '{ print n / ($4 - $1), n / ($5 - $2), $6 }'
}

# row NAME FILE FLOPS: medians of the rounds in FILE
row() {
	cpu=$(cut -d ' ' -f 1 <"$2" | median)
	wall=$(cut -d ' ' -f 2 <"$2" | median)
	mib=$(cut -d ' ' -f 3 <"$2" | median)
	awk -v name="$1" -v c="$cpu" -v w="$wall" -v m="$mib" -v f="$3" -v p="$peak" \
		'BEGIN { printf "| %s | %.0f | %.0f | %.1f | %.0f | %d |\n", name, c, w, c * f / 1e3, 100 * c * f / 1e3 / p, m }'
}

# -- training --

shape() { # NAME: layers channels heads vocabulary rows tokens steps
	case $1 in
	4x128) set -- 4 128 4 4096 8 256 8 ;;
	6x384) set -- 6 384 6 8192 4 256 4 ;;
	124M) set -- 12 768 12 50257 4 128 2 ;;
	*) echo "no shape $1" >&2; return 1 ;;
	esac
	L=$1 C=$2 H=$3 V=$4 B=$5 T=$6 N=${STEPS:-$7}
	printf '{"model_type":"gpt2","n_layer":%s,"n_embd":%s,"n_head":%s,"vocab_size":%s,"n_positions":%s}' \
		"$L" "$C" "$H" "$V" "$T" >"$work/config.json"
	# millions of flops a token
	flops=$(awk -v L="$L" -v C="$C" -v V="$V" -v T="$T" \
		'BEGIN { print (6 * (V * C + L * 12 * C * C) + 6 * L * C * T) / 1e6 }')
}

ours() { # THREADS STEPS
	rm -rf "$work/out"
	measure itdata train --text "$work/text.txt" --tokenizer "$work/t.json" \
		--config "$work/config.json" --tokens "$T" --batch "$B" --steps "$2" \
		-o "$work/out" -q -j "$1" --save-every 0
}

torch() { # THREADS STEPS KIND
	OMP_NUM_THREADS=$1 measure "$python" "$srcdir/tests/bench/train_torch.py" \
		"$L" "$C" "$H" "$V" "$B" "$T" "$2" "$3"
}

llmc() { # THREADS STEPS
	(cd "$work/llmc" && work=. OMP_NUM_THREADS=$1 B=$B T=$T STEPS=$2 measure "$LLMC")
}

round() { # NAME COMMAND...: one line more in the file of NAME
	file=$work/rows/$1
	shift
	few=$("$1" "$2" 1 ${3:+"$3"}) && many=$("$1" "$2" $((N + 1)) ${3:+"$3"}) || {
		echo "$*: failed" >&2
		return 0
	}
	less "$few" "$many" $((N * B * T)) >>"$file"
}

speed() { # SHAPE
	shape "$1"
	rm -rf "$work/rows"
	mkdir -p "$work/rows" "$work/llmc"
	[ -z "${LLMC:-}" ] || "$python" "$srcdir/tests/bench/train_peers.py" llmc \
		"$L" "$C" "$H" "$V" "$T" "$work/llmc"
	for _ in $(seq "$rounds"); do
		round itdata-1 ours 1
		[ -z "$python" ] || round torch-1 torch 1 fp32
		round itdata-2 ours 2
	done
	# once: two threads that spin, what is slow, what must be compiled first
	[ -z "${LLMC:-}" ] || round llmc-1 llmc 1
	[ -z "$python" ] || round torch-2 torch 2 fp32
	[ -z "$python" ] || for kind in ${KINDS-compile bf16}; do
		round "torch-1-$kind" torch 1 "$kind"
	done
	echo
	echo "$1 (V $V, $B rows of $T), sgemm peak $peak GFLOP/s:"
	echo '| | tokens a CPU s | tokens a wall s | GFLOP a CPU s | % of peak | MiB |'
	echo '|---|---|---|---|---|---|'
	for file in "$work"/rows/*; do
		row "$(basename "$file")" "$file" "$flops"
	done
}

# -- packing --

packing() {
	facts -v mode=pairs >"$work/pairs.jsonl"
	rm -rf "$work/shards" "$work/rows"
	mkdir -p "$work/shards" "$work/rows"
	cp "$work/pairs.jsonl" "$work/shards/train-00000-of-00001.jsonl"
	T=256 B=8
	printf '{"model_type":"gpt2","n_layer":4,"n_embd":128,"n_head":4,"vocab_size":4096,"n_positions":256}' >"$work/config.json"
	for _ in $(seq "$rounds"); do
		for how in packed padded; do
			rm -rf "$work/out"
			flag=; [ $how = packed ] || flag=--no-pack
			/usr/bin/time -f '%U %S' -o "$work/time" itdata train "$work/shards" \
				--tokenizer "$work/t.json" --config "$work/config.json" \
				--tokens $T --batch $B --steps 12 $flag --template shiji \
				-o "$work/out" -q -j 1 --save-every 0 --json >"$work/said"
			jq -r --arg t "$(cat "$work/time")" '($t | split(" ") | map(tonumber) |
				add) as $s | "\(.tokens / $s) \(.fill)"' "$work/said" >>"$work/rows/$how"
		done
	done
	awk -v p="$(cut -d ' ' -f 1 "$work/rows/packed" | median)" \
		-v q="$(cut -d ' ' -f 1 "$work/rows/padded" | median)" \
		-v fp="$(tail -n 1 "$work/rows/packed" | cut -d ' ' -f 2)" \
		-v fq="$(tail -n 1 "$work/rows/padded" | cut -d ' ' -f 2)" 'BEGIN {
		printf "\npacking: fill %.3f, padded %.3f; useful tokens a CPU second %.0f, padded %.0f: %.2f times, %.2f of 1 / fill\n",
			fp, fq, p, q, p / q, p / q * fq }'
}

# -- writing --

writes() { # TYPE TOKENS [BATCH]: `times` texts, or batches of them
	for _ in $(seq $((times * ${3:-1}))); do echo x; done >"$work/prompts"
	measure itdata generate "$work/model" --continue --max-tokens "$2" --json \
		--type "$1" --batch "${3:-1}" -j 1 -q <"$work/prompts"
}

llama2c() { # TOKENS
	measure sh -c 'for i in $(seq $2); do "$0" "$1.bin" -z "$1.tok" -t 0 -n "$3"; done' \
		"$LLAMA2C" "$work/llama2c" "$times" "$1"
}

writing() { # NAME LAYERS CHANNELS HEADS V F TIMES
	printf '{"model_type":"llama","vocab_size":%s,"num_hidden_layers":%s,"num_attention_heads":%s,"num_key_value_heads":%s,"hidden_size":%s,"intermediate_size":%s,"max_position_embeddings":256,"tie_word_embeddings":true}' \
		"$5" "$2" "$4" "$4" "$3" "$6" >"$work/config.json"
	rm -rf "$work/model" "$work/rows"
	mkdir -p "$work/rows"
	itdata train --text "$work/text.txt" --tokenizer "$work/t.json" -q -o "$work/model" \
		--config "$work/config.json" --tokens 8 --batch 1 --steps 1 --save-every 0 >/dev/null
	[ -z "${LLAMA2C:-}" ] || "$python" "$srcdir/tests/bench/train_peers.py" llama2c \
		"$2" "$3" "$4" "$5" 256 "$6" "$work/llama2c"
	times=$7 n=$((240 * $7))
	for _ in $(seq "$rounds"); do
		for type in f32 bf16 int8; do
			few=$(writes $type 8)
			less "$few" "$(writes $type 248)" $n >>"$work/rows/itdata-$type"
		done
		few=$(writes f32 8 16)
		less "$few" "$(writes f32 248 16)" $((16 * n)) >>"$work/rows/itdata-f32-batch-16"
		[ -z "${LLAMA2C:-}" ] || {
			few=$(llama2c 8)
			less "$few" "$(llama2c 248)" $n >>"$work/rows/llama2c"
		}
	done
	echo
	echo "writing, llama $1 (V $5, hidden $6), one thread, tokens 8 to 248:"
	echo '| | tokens a CPU s | tokens a wall s | MiB |'
	echo '|---|---|---|---|'
	for file in "$work"/rows/*; do
		printf '| %s | %.0f | %.0f | %d |\n' "$(basename "$file")" \
			"$(cut -d ' ' -f 1 "$file" | median)" "$(cut -d ' ' -f 2 "$file" | median)" \
			"$(cut -d ' ' -f 3 "$file" | median)"
	done
}

facts -v mode=text -v count=4000 >"$work/text.txt"
facts -v mode=tokenizer >"$work/t.json"
[ -n "$python" ] || echo 'PYTHON names no python: PyTorch is not measured'
for peer in LLMC LLAMA2C; do
	eval "binary=\${$peer:-}"
	[ -n "$binary" ] || echo "$peer names no binary: not measured"
done
case $part in *speed*)
	peak=$("${sgemm:-./tests/bench/sgemm_peak}")
	for shape in $shapes; do
		speed "$shape"
	done ;;
esac
case $part in *packing*) packing ;; esac
case $part in *writing*)
	writing 4x128 4 128 4 4096 512 10
	writing 6x384 6 384 6 8192 1536 2
	[ -n "${SMALL:-}" ] || writing 12x768 12 768 12 32000 2048 1 ;;
esac
