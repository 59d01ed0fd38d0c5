# dedup.sh - dedup and decontaminate on real sets
#
# ITDATA_DATA names a folder with gsm8k-train, ambiguity-umwp, bench-ifeval,
# jglue-jsquad, jglue-jcqa and bench-jmmlu-a, as their authors publish them.
. "$srcdir/tests/cli/lib.sh"

[ -d "$ITDATA_DATA/gsm8k-train" ] || {
	echo "ok - skipped: ITDATA_DATA does not name a folder with gsm8k-train"
	exit 0
}
sets=$ITDATA_DATA

# gsm8k: its pairs in g.db, after decontamination against ambiguity-umwp
gsm8k() {
	itdata ingest -q g.db "$sets/gsm8k-train/train.jsonl.zst" >out 2>&1 &&
	itdata decontaminate -q g.db --json >one \
		--against "$sets/ambiguity-umwp/StandardDataset.jsonl.zst"
}
jsquad() {
	itdata ingest -q s.db "$sets"/jglue-jsquad/*.zst >out 2>&1
}

it 'finds the questions of a benchmark that was made of the pairs' '
	gsm8k &&
	jq -e ".items >= 1822 and .contaminated >= 1692" one
'
it 'keeps what a run said when another one follows' '
	gsm8k && rows="SELECT * FROM decision WHERE stage = '\''decontaminate'\''" &&
	sql g.db "$rows" >before &&
	fails_with 2 itdata decontaminate -q g.db \
		--against "$sets/bench-ifeval/input_data.jsonl" &&
	says "--name" &&
	itdata decontaminate -q g.db --name ifeval --json >two \
		--against "$sets/bench-ifeval/input_data.jsonl" &&
	jq -e ".contaminated == 0" two && sql g.db "$rows" | cmp before -
'
it 'does not take clean Japanese questions for those of an examination' '
	jsquad && itdata decontaminate -q s.db --json >out \
		--against "$sets"/bench-jmmlu-a/*.csv &&
	jq -e ".pairs == 4442 and .contaminated == 0" out
'
it 'shows where each question of a test stands in the training pairs' '
	itdata ingest -q j.db "$sets"/jglue-jcqa/train*.zst \
		--map instruction=question,response=choice0 >out 2>&1 &&
	itdata decontaminate -q j.db --json >out \
		--against "$sets"/jglue-jcqa/valid*.json &&
	jq -e ".items >= 19" out &&
	[ "$(jq .contaminated out)" = "$(sql j.db "SELECT count(DISTINCT pair_id)
		FROM finding WHERE category = '\''contamination'\''")" ]
'
it 'drops copies, and no equal question about another text' '
	jsquad && itdata dedup -q s.db --method exact --json >out &&
	jq -e ".exact >= 2" out &&
	[ "$(sql s.db "SELECT count(*) FROM dropped d JOIN pair p ON p.id = d.id
		JOIN pair k ON k.id = d.other_id WHERE p.input <> k.input")" = 0 ] &&
	[ "$(sql s.db "SELECT count(*) FROM (SELECT 1 FROM kept
		JOIN pair USING (id) GROUP BY instruction
		HAVING count(DISTINCT input) > 1)")" -gt 0 ]
'
it 'finds by signatures what the join finds' '
	jsquad && itdata dedup -q s.db --json >one &&
	sql s.db "SELECT pair_id, other_id, value FROM decision" >by_signature &&
	itdata dedup -q s.db --method join --json >two &&
	sql s.db "SELECT pair_id, other_id, value FROM decision" |
		cmp by_signature - &&
	jq -e ".near > 100" one
'
finish
