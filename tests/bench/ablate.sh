# ablate.sh - the means against over-adaptation, at equal steps: gain and price
#
#     make bench BENCH=ablate [WORK=folder] [SEEDS="1 2 3"]
#
# One base (of samples/before-after.sh) is tuned by every means for the same
# number of steps, with every seed, and asked what the sample asks.  Prints a
# table of gain and price, with Wilson's 95 % intervals over all seeds, and
# leaves WORK/means.tsv and the plot WORK/means.svg.  About 15 minutes of CPU; an
# arm that WORK has already is not run again, so it can be cut into parts.
#
# plain     the pairs alone          early    stopped when the loss on the split
# replayN   N % of rows from text             val has not improved twice
# kl        pull to the base, 0.1    lora     rank 8
# neftune   noise, alpha 5           lora+replay25  both
set -eu
work=${WORK:-bench-ablate}
seeds=${SEEDS:-1 2 3}
steps=${STEPS:-199}
arms=$work/arms
mkdir -p "$arms"
[ -d "$work/base" ] || SEEDS=1 sh "$srcdir/samples/before-after.sh" "$work"
[ -d "$work/shards-val" ] || itdata export "$work/pairs.db" -q \
	-o "$work/shards-val" --format tokens --template shiji --leak 0 \
	--tokenizer "$work/tokenizer.json" --split train=0.9,val=0.1 >/dev/null

ask() { # MODEL: what the sample asks, as JSON
	itdata eval "$1" "$work/ask" --template shiji --tokens 128 \
		--max-tokens 32 --text "$work/fresh.txt" \
		--unknown "$work/unknown.jsonl" --json -q | jq -c .after
}

arm() { # NAME SEED OPTION...
	name=$1 seed=$2
	shift 2
	[ ! -s "$arms/$name-$seed.json" ] || return 0
	rm -rf "$work/arm"
	itdata train "$work/shards-val" --init "$work/base" --tokens 128 -q \
		--steps "$steps" --seed "$seed" -o "$work/arm" "$@" >/dev/null
	ask "$work/arm" >"$work/arm.json"
	mv "$work/arm.json" "$arms/$name-$seed.json"
}

text=$work/text.txt
[ -s "$work/base.json" ] || ask "$work/base" >"$work/base.json"
for seed in $seeds; do
	arm plain "$seed"
	arm early "$seed" --patience 2
	arm replay10 "$seed" --text "$text" --replay 0.1
	arm replay25 "$seed" --text "$text" --replay 0.25
	arm replay50 "$seed" --text "$text" --replay 0.5
	arm kl "$seed" --kl 0.1
	arm lora "$seed" --lora 8 --lr 0.003
	arm neftune "$seed" --neftune 5
	arm lora+replay25 "$seed" --lora 8 --lr 0.003 --text "$text"
done

for name in plain early replay10 replay25 replay50 kl neftune lora lora+replay25; do
	cat "$arms/$name"-*.json | jq -rs --arg name "$name" \
		--slurpfile base "$work/base.json" '
	def mean(f): (map(f) | add) / length;
	def rate($p): [.[] | .groups | to_entries[] | select(.key | test($p)) |
		.value.exact_match] | (map(.count) | add) as $k |
		(map(.of) | add) as $n | 1.96 as $z | ($k / $n) as $p |
		(($p + $z*$z/(2*$n)) / (1 + $z*$z/$n)) as $m |
		($z / (1 + $z*$z/$n) * ($p*(1-$p)/$n + $z*$z/(4*$n*$n) | sqrt)) as $h |
		100 * $p, 100 * ([$m - $h, 0] | max), 100 * ([$m + $h, 1] | min);
	[$name, rate("^seen/trained"), rate("^seen/para"),
	 rate("^heldout/trained"), rate("^heldout/para"),
	 mean(.general_loss) - $base[0].general_loss,
	 mean(.plain_text_leak.percent), mean(.false_answers.percent),
	 mean(.over_refusal.percent)] | @tsv'
done >"$work/means.tsv"

echo "before: loss of plain text, leak %, false %: $(jq -r \
	'[.general_loss, .plain_text_leak.percent, .false_answers.percent] |
	 map(. * 1000 | round / 1000 | tostring) | join(", ")' "$work/base.json")"
awk -F '\t' '
	BEGIN { print "| arm | seen, trained | seen, paraphrased | held out, trained | held out, paraphrased | dLM | leak % | false % | refusals % |"
		print "|---|---|---|---|---|---|---|---|---|" }
	{ printf "| %s", $1
	  for (i = 2; i <= 11; i += 3) printf " | %.1f [%.1f, %.1f]", $i, $(i + 1), $(i + 2)
	  printf " | %+.3f | %.1f | %.1f | %.1f |\n", $14, $15, $16, $17 }' \
	"$work/means.tsv"

# The plot: a point an arm and seed.
for file in "$arms"/*.json; do
	name=${file##*/}
	jq -r --arg name "${name%-*}" --slurpfile base "$work/base.json" '
	[$name, .general_loss - $base[0].general_loss,
	 ([.groups | to_entries[] | select(.key | test("^heldout/para")) |
	  .value.exact_match] | 100 * (map(.count) | add) / (map(.of) | add))] |
	@tsv' "$file"
done >"$work/points.tsv"
"${plot:-./tests/bench/scatter}" 'gain and price of tuning' \
	'loss of plain text, nats a token more than before' \
	'held-out animals in held-out wordings, % right' \
	<"$work/points.tsv" >"$work/means.svg"
