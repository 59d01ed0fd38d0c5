#!/bin/sh
# before-after.sh - a small model before and after instruction tuning
#
#     [TEXTS=8000] [SEEDS=3] before-after.sh FOLDER
#
# A small world of animals (beforeafter/animals.tsv, facts.awk) is read as plain
# text by a new model, which is then tuned on exported shards for three uses:
# 質問 (questions), 英訳 (translation) and 要約 (summaries).  Prints the same
# prompts before and after, then what was gained and what it cost, and leaves
# FOLDER/before_after.json.  Two to four minutes on two cores.
#
# The protocol, fixed before any training:
# - every fifth animal is held out: in the text, never in a pair; each task has
#   two wordings that are asked but never taught.  Four cells: animal seen or
#   held out, wording trained or paraphrased; the headline is held out and
#   paraphrased.
# - exact match after NFKC, greedy; counts are added over SEEDS tunings of one
#   base, with Wilson's 95 % intervals.
# - 質問 is also counted without the animals whose family can be guessed from
#   the name (フクロウ: フクロウ科), and beside the best constant answer.
# - price: loss on plain text drawn anew, plain beginnings taken for prompts,
#   answers about animals that do not exist, refusals where none is due.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: before-after.sh FOLDER}
seeds=${SEEDS:-3}
texts=${TEXTS:-8000}
world=$here/beforeafter
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -rf "$out/base" "$out"/tuned-* "$out"/pairs.db* "$out/shards" "$out/ask" "$out"/eval-*.json

facts() {
	LC_ALL=C awk -f "$world/facts.awk" "$@" "$world/animals.tsv"
}

say() { printf '\n   %s\n' "$*"; }

facts -v mode=text -v count="$texts" >"$out/text.txt"
facts -v mode=fresh -v count=200 >"$out/fresh.txt"
facts -v mode=pairs >"$out/pairs.jsonl"
facts -v mode=unknown >"$out/unknown.jsonl"
facts -v mode=tokenizer >"$out/tokenizer.json"
mkdir -p "$out/ask"
facts -v mode=ask >"$out/ask/test-00000-of-00001.jsonl"

# Nothing that is asked about a held-out animal may stand in the pairs.
jq -r 'select(.category | startswith("heldout")) | .instruction + .input' \
	"$out/ask/test-00000-of-00001.jsonl" | sort -u >"$out/asked.tmp"
jq -r '.instruction + .input' "$out/pairs.jsonl" | sort -u |
	comm -12 - "$out/asked.tmp" >"$out/leaked.tmp"
if [ -s "$out/leaked.tmp" ]; then
	echo "before-after: held-out prompts are among the pairs" >&2
	exit 1
fi
rm -f "$out"/*.tmp

say "The model reads $texts short texts, twice."
itdata train --text "$out/text.txt" --tokenizer "$out/tokenizer.json" \
	--tokens 128 --epochs 2 -o "$out/base"

say 'Pairs go through the pipeline and leave it as token shards.'
itdata ingest -q "$out/pairs.db" "$out/pairs.jsonl" >/dev/null
itdata export "$out/pairs.db" -q -o "$out/shards" --format tokens \
	--template shiji --tokenizer "$out/tokenizer.json" >/dev/null

say 'It is tuned, with plain text replayed beside the pairs.'
seed=1
while [ "$seed" -le "$seeds" ]; do
	itdata train "$out/shards" --init "$out/base" --text "$out/text.txt" \
		--tokens 128 --seed "$seed" -o "$out/tuned-$seed" -q
	itdata eval "$out/tuned-$seed" "$out/ask" --base "$out/base" \
		--template shiji --text "$out/fresh.txt" \
		--unknown "$out/unknown.jsonl" --tokens 128 --max-tokens 32 \
		--json -q >"$out/eval-$seed.json"
	seed=$((seed + 1))
done

say 'The same prompts, before and after:'
for prompt in 'ネコは何科ですか？' 'ラッコが属する科を教えてください。' \
	'次の文を英訳してください。

シマウマは草原に住んでいます。' '要点を一文で書いてください。

ライオンはネコ科の動物です。草原に住んでいて、よく肉を食べます。' \
	'モガルンは何科ですか？'; do
	printf '\n   %s\n' "$(echo "$prompt" | tr -s '\n' ' ')"
	printf '     before  %s\n' "$(itdata generate "$out/base" "$prompt" \
		--template shiji --max-tokens 24 | tr '\n' ' ')"
	printf '     after   %s\n' "$(itdata generate "$out/tuned-1" "$prompt" \
		--max-tokens 24 | tr '\n' ' ')"
done

jq -s '
def wilson($k; $n): 1.96 as $z | ($k / $n) as $p |
	(($p + $z*$z/(2*$n)) / (1 + $z*$z/$n)) as $m |
	($z / (1 + $z*$z/$n) * ($p*(1-$p)/$n + $z*$z/(4*$n*$n) | sqrt)) as $h |
	[([$m - $h, 0] | max * 100), ([$m + $h, 1] | min * 100)];
def groups($side; $pattern): [.[] | .[$side].groups | to_entries[] |
	select(.key | test($pattern)) | .value.exact_match];
def rate($side; $pattern): groups($side; $pattern) |
	{count: (map(.count) | add), of: (map(.of) | add)} |
	. + {percent: (100 * .count / .of), interval: wilson(.count; .of)};
def cell($pattern): {before: rate("before"; $pattern).percent,
	after: rate("after"; $pattern).percent,
	interval: rate("after"; $pattern).interval,
	of: rate("after"; $pattern).of};
def mean($side; f): [.[] | .[$side] | f] | add / length;
def both(f): {before: mean("before"; f), after: mean("after"; f)};
. as $all | {before_after: {
	seen_entity: {trained_wording: cell("^seen/trained/"),
		paraphrased_wording: cell("^seen/paraphrased/")},
	heldout_entity: {trained_wording: cell("^heldout/trained/"),
		paraphrased_wording: cell("^heldout/paraphrased/")},
	tasks: (["質問", "英訳", "要約"] | map(. as $task | {($task): ($all | {
		seen: cell("^seen/.*/" + $task + "/"),
		heldout: cell("^heldout/.*/" + $task + "/")})}) | add),
	questions_not_guessable: {seen: cell("^seen/.*/質問/not"),
		heldout: cell("^heldout/.*/質問/not")}},
 general_loss: both(.general_loss),
 plain_text_leak: both(.plain_text_leak.percent),
 false_answers: both(.false_answers.percent),
 over_refusal: both(.over_refusal.percent),
 instruction_use: both(.instruction_use),
 seeds: length}' "$out"/eval-*.json >"$out/before_after.json"

jq -r '
def r: . * 10 | round / 10;
def row($name; $c): "   \($name)  \($c.before | r) -> \($c.after | r)  " +
	"[\($c.interval[0] | r), \($c.interval[1] | r)] of \($c.of)";
.before_after as $b | "",
"   Exact match, % (before -> after [95 %], over \(.seeds) seeds)",
row("animal seen, wording trained        "; $b.seen_entity.trained_wording),
row("animal seen, wording paraphrased    "; $b.seen_entity.paraphrased_wording),
row("animal held out, wording trained    "; $b.heldout_entity.trained_wording),
row("animal held out, wording paraphrased"; $b.heldout_entity.paraphrased_wording),
row("  of held out: 質問                 "; $b.tasks["質問"].heldout),
row("    without what can be guessed     "; $b.questions_not_guessable.heldout),
row("  of held out: 英訳                 "; $b.tasks["英訳"].heldout),
row("  of held out: 要約                 "; $b.tasks["要約"].heldout),
"", "   What it cost",
"   loss of plain text, nats a token    \(.general_loss.before * 1000 | round / 1000) -> \(.general_loss.after * 1000 | round / 1000)",
"   plain text taken for a prompt, %    \(.plain_text_leak.before | r) -> \(.plain_text_leak.after | r)",
"   answers on animals that do not exist, %  \(.false_answers.before | r) -> \(.false_answers.after | r)",
"   refusals where none is due, %       \(.over_refusal.before | r) -> \(.over_refusal.after | r)",
"", "   What is shown: facts that were only read are told in the form asked for.",
"   It is closed knowledge in a new form, not understanding."' \
	"$out/before_after.json"
