# tune.sh - samples/tune.sh: from a file of pairs to a verdict
. "$srcdir/tests/cli/lib.sh"

LC_ALL=C awk -f "$samples/beforeafter/facts.awk" -v mode=text -v count=400 \
	"$samples/beforeafter/animals.tsv" >text.txt

it 'ends with the verdict of eval --strict' '
	cat "$samples/ja.jsonl" "$samples/self-instruct.jsonl" |
		grep -v "\"instruction\":\"\"" >pairs.jsonl
	status=0
	sh "$samples/tune.sh" pairs.jsonl "$work/text.txt" out >said || status=$?
	tail -n 18 said
	grep -q "eval --strict ends with $status\$" said &&
	jq -e ".after.exact_match.of > 5 and .after.exact_match.high > 0 and
		.after.loss < .before.loss and .after.general_loss > 0 and
		.after.plain_text_leak.of > 0" out/eval.json &&
	case $status in
	0) jq -e ".after.general_loss - .before.general_loss <= 0.05" out/eval.json ;;
	3) jq -e ".after.general_loss - .before.general_loss > 0.05 or
		.after.exact_match.count < .before.exact_match.count" out/eval.json ;;
	*) false ;;
	esac &&
	fails_with 3 itdata eval out/base out/shards --base out/tuned --limit 5 \
		--strict && says "not better"
'
finish
