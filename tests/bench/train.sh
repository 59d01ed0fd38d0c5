# train.sh - training speed against PyTorch
#
#     make bench BENCH=train PYTHON=venv/bin/python [THREADS=2]
#
# Speed: GPT-2 blocks of 4 x 128 (V 4096, 8 rows of 256) and 6 x 384 (V 8192,
# 4 rows), fp32, two threads; PYTHON has torch.  Tokens a CPU second, of the
# steps alone: the time of 5 steps is taken off.  LLMC= and LLAMA2C= name
# binaries of llm.c (train_gpt2) and llama2.c (run); absent, they are left out.
set -eu
steps=${STEPS:-30}
rounds=${ROUNDS:-5}
threads=${THREADS:-2} # on a busy machine 1: OpenMP spins
work=${WORK:-bench-train}
mkdir -p "$work"
world=$srcdir/samples/beforeafter

facts() {
	LC_ALL=C awk -f "$world/facts.awk" "$@" "$world/animals.tsv"
}

config() { # LAYERS CHANNELS HEADS V
	printf '{"model_type":"gpt2","n_layer":%s,"n_embd":%s,"n_head":%s,' "$1" "$2" "$3"
	printf '"vocab_size":%s,"n_positions":256}' "$4"
}

# CPU seconds, wall seconds and peak MiB of a command
measure() {
	bash -c 'TIMEFORMAT="%U %S %R"; time "$@" >/dev/null 2>&1' measure "$@" 2>&1 |
		awk '{ print $1 + $2, $3 }'
}

ours() { # CONFIG ROWS STEPS
	rm -rf "$work/out"
	measure itdata train --text "$work/text.txt" --tokenizer "$work/t.json" \
		--config "$1" --tokens 256 --batch "$2" --steps "$3" -o "$work/out" \
		-q -j "$threads" --save-every 0
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

speed() { # NAME LAYERS CHANNELS HEADS V ROWS
	config "$2" "$3" "$4" "$5" >"$work/config.json"
	tokens=$((steps * $6 * 256))
	: >"$work/ours"
	: >"$work/torch"
	for round in $(seq "$rounds"); do
		few=$(ours "$work/config.json" "$6" 5)
		many=$(ours "$work/config.json" "$6" $((steps + 5)))
		echo "$few $many" | awk -v n="$tokens" '{ print n / ($3 - $1), n / ($4 - $2) }' \
			>>"$work/ours"
		[ -z "${PYTHON:-}" ] || OMP_NUM_THREADS=$threads "$PYTHON" \
			"$srcdir/tests/bench/train_torch.py" "$2" "$3" "$4" "$5" "$6" 256 \
			"$steps" | awk -v n="$tokens" '{ print n / $1, n / $2, $3 }' >>"$work/torch"
	done
	echo "$1: tokens a CPU second, median of $rounds"
	echo "  itdata  $(median <"$work/ours")"
	[ -z "${PYTHON:-}" ] || echo "  torch   $(median <"$work/torch"), $(
		tail -n 1 "$work/torch" | cut -d ' ' -f 3) MiB"
}

facts -v mode=text -v count=4000 >"$work/text.txt"
facts -v mode=tokenizer >"$work/t.json"
speed '4x128, V 4096, 8 rows of 256' 4 128 4 4096 8
speed '6x384, V 8192, 4 rows of 256' 6 384 6 8192 4
for peer in LLMC LLAMA2C; do
	eval "binary=\${$peer:-}"
	[ -n "$binary" ] || echo "$peer names no binary: not measured"
done
