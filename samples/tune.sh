#!/bin/sh
# tune.sh - a file of pairs becomes a tuned model, and is it worth it?
#
#     tune.sh PAIRS TEXT FOLDER
#
# What a team does with a first file of pairs: read it, filter it, look at what
# fell and overrule, export token shards, tune, and compare with the model
# before: what was gained on pairs held back, and what plain text lost.  PAIRS is
# any file that `itdata ingest` reads, TEXT plain text, an empty line between
# documents: nine tenths of it are read by the model before tuning and replayed,
# the rest measures the price.  Ends with the status of `eval --strict`: 0 it is
# better, 3 it is not.  Leaves FOLDER/eval.json and FOLDER/plain.json (tuned
# without replay).  Five minutes of CPU for 1,000 pairs and 1 MB of text.
set -eu
pairs=${1:?usage: tune.sh PAIRS TEXT FOLDER}
text=${2:?usage: tune.sh PAIRS TEXT FOLDER}
out=${3:?usage: tune.sh PAIRS TEXT FOLDER}
mkdir -p "$out"
db=$out/pairs.db
rm -rf "$db" "$db-wal" "$db-shm" "$out/base" "$out/tuned" "$out/plain" "$out/shards"

echo '1. pairs: read, filter, drop what repeats'
itdata ingest "$db" "$pairs" -q
itdata filter "$db" -q
itdata dedup "$db" -q

echo
echo '2. a person looks at what fell, and overrules'
itdata sample "$db" --stage filter --count 20 --csv >"$out/review.csv"
# here the script is the person: the longest answers among them may stay
sqlite3 -csv -header "$db" "SELECT id, 'keep' AS verdict, 'a full answer' AS note
	FROM dropped JOIN pair USING (id) WHERE stage = 'filter'
	ORDER BY length(response) DESC, id LIMIT 5" >"$out/verdicts.csv"
[ ! -s "$out/verdicts.csv" ] || itdata judge "$db" "$out/verdicts.csv"

echo
echo '3. a vocabulary and a model that has read the text'
awk -v RS= -v ORS='\n\n' 'NR % 10 != 0' "$text" >"$out/read.txt"
awk -v RS= -v ORS='\n\n' 'NR % 10 == 0' "$text" >"$out/fresh.txt"
sqlite3 "$db" 'SELECT instruction FROM pair UNION ALL
	SELECT response FROM pair' >"$out/lines.txt"
itdata tokenizer train "$out/read.txt" "$out/lines.txt" --kind bpe --vocab 2048 \
	-o "$out/tokenizer.json" -q
itdata train --text "$out/read.txt" --tokenizer "$out/tokenizer.json" \
	--epochs 2 -o "$out/base" -q

echo
echo '4. token shards, a tenth of the pairs held back'
itdata export "$db" -o "$out/shards" --format tokens --template chatml \
	--tokenizer "$out/tokenizer.json" --split train=0.9,test=0.1 -q

echo
echo '5. tuning, with a quarter of replayed text and without'
itdata train "$out/shards" --init "$out/base" --text "$out/read.txt" \
	-o "$out/tuned" -q
itdata train "$out/shards" --init "$out/base" -o "$out/plain" -q

# against MODEL REPORT: its gain and price
against() {
	status=0
	itdata eval "$1" "$out/shards" --base "$out/base" --text "$out/fresh.txt" \
		--max-tokens 48 --strict --json -q >"$2" || status=$?
	jq -r 'def r: . * 1000 | round / 1000;
		"   loss of answers      \(.before.loss | r) -> \(.after.loss | r)",
		"   exact match, %       \(.before.exact_match.percent | r) -> \(.after.exact_match.percent | r) [\(.after.exact_match.low | r), \(.after.exact_match.high | r)] of \(.after.exact_match.of)",
		"   chrF2                \(.before.chrf | r) -> \(.after.chrf | r)",
		"   instruction use      \(.before.instruction_use | r) -> \(.after.instruction_use | r)",
		"   loss of plain text   \(.before.general_loss | r) -> \(.after.general_loss | r)",
		"   taken for a prompt, % \(.before.plain_text_leak.percent | r) -> \(.after.plain_text_leak.percent | r) [\(.after.plain_text_leak.low | r), \(.after.plain_text_leak.high | r)] of \(.after.plain_text_leak.of)"' "$2"
	echo "   eval --strict ends with $status"
	return "$status"
}

echo
echo '6. gain and price: without replay'
against "$out/plain" "$out/plain.json" || true
echo '   with replay'
against "$out/tuned" "$out/eval.json"
