# filter.sh - what `itdata filter` promises at the command line
. "$srcdir/tests/cli/lib.sh"

# some DATABASE: pairs with and without defects, and a conversation
some() {
	cat >some.jsonl <<-\END
	{"instruction":"ネコは何科ですか？","output":"ネコはネコ科に属する動物です。"}
	{"instruction":"次の文を英訳してください。","input":"大成功でした。","output":"It was a great success."}
	{"instruction":"Write a poem about rain.","output":"As an AI language model, I cannot feel the rain."}
	{"instruction":"Say hello.","output":"Hello!<|im_end|>"}
	{"instruction":"適切にまとめて。","output":"はい。"}
	END
	cat >talk.jsonl <<-\END
	{"messages":[{"role":"user","content":"好きな食べ物は？"},{"role":"assistant","content":"寿司です。"},{"role":"user","content":"飲み物は？"},{"role":"assistant","content":"私はAIなので飲めません。"}]}
	END
	itdata ingest "$1" some.jsonl talk.jsonl -q >/dev/null
}

# mine: a pack with a score and a flag
mine() {
	cat >mine.rules <<-\END
	pack mine 1
	rule ja.fitting
	field instruction
	lang ja
	category vague
	keyword 適切に
	match 適切に
	action score 0.9
	hit 適切に直して。
	hit 適切にまとめて。
	miss まとめて。
	miss 直して。
	rule every.dot
	field response
	category dot
	keyword 。
	match 。
	all
	hit あ。
	hit い。う。
	miss あ
	miss い
	END
}

it 'drops defects and says why' '
	some a.db &&
	itdata filter a.db --rules defects >out &&
	grep -q "^6 pairs: 3 flagged, 3 dropped$" out &&
	sql a.db "SELECT id, stage, reason FROM dropped" >rows &&
	expect rows <<-\EOF
	3|filter|disclaimer: en.disclaimer.as-an-ai
	4|filter|leak: common.leak.special-token
	6|filter|disclaimer: ja.disclaimer.as-an-ai
	EOF
'
it 'tells where, in characters and by message' '
	some a.db &&
	itdata filter a.db --rules defects >out &&
	sql a.db "SELECT pair_id, rule, turn, field, start, length
		FROM finding" >rows &&
	expect rows <<-\EOF
	3|en.disclaimer.as-an-ai|0|response|0|8
	4|common.leak.special-token|0|response|6|10
	6|ja.disclaimer.as-an-ai|3|content|0|7
	EOF
'
it 'reports as JSON with the promised keys, and keeps that with the run' '
	some a.db &&
	itdata filter a.db --rules defects --json >out &&
	jq -e "[.pairs, .flagged, .dropped] == [6, 3, 3]" out &&
	jq -e ".by_category == {\"disclaimer\": 2, \"leak\": 1}" out &&
	jq -e ".by_rule[\"common.leak.special-token\"] == 1 and .seconds >= 0" out &&
	sql a.db "SELECT summary FROM run ORDER BY id DESC LIMIT 1" |
		jq -e "(.rules_sha256 | length) == 64 and
			.packs[0].name == \"defects\""
'
it 'scores ambiguity and drops by it on request' '
	some a.db && mine &&
	itdata filter a.db --rules mine.rules --json >out &&
	jq -e ".dropped == 0 and .ambiguity.strong == 1" out &&
	[ "$(sql a.db "SELECT value FROM pair_score WHERE pair_id = 5")" = 0.9 ] &&
	[ "$(sql a.db "SELECT count(*) FROM pair_score")" = 6 ] &&
	itdata filter a.db --rules mine.rules --drop-if "ambiguity>=0.8" >out &&
	sql a.db "SELECT id, reason, value, threshold FROM dropped" >rows &&
	expect rows <<-\EOF
	5|ambiguity >= 0.8|0.9|0.8
	EOF
'
it 'leaves no ambiguity of rules that run no more' '
	some a.db && mine && printf "pack plain 1\nrule plain.dot\nfield any\ncategory x\nmatch [.]\n" >plain.rules &&
	itdata filter a.db --rules mine.rules >out &&
	itdata filter a.db --rules plain.rules --name other >out &&
	[ "$(sql a.db "SELECT count(*) FROM pair_score")" = 6 ] &&
	itdata undo a.db other && itdata filter a.db --rules plain.rules --replace >out &&
	[ "$(sql a.db "SELECT count(*) FROM pair_score")" = 0 ]
'
it 'tells what a constraint wanted and what was counted' '
	printf "%s\n" "{\"instruction\":\"猫について3文で説明してください。\",\"output\":\"猫は動物です。\"}" >c.jsonl &&
	itdata ingest c.db c.jsonl -q && itdata filter c.db -q >out &&
	itdata show c.db 1 >out &&
	grep -q "^        violated: wanted 3 sentences, found 1$" out &&
	itdata show c.db 1 --json | jq -e ".pairs[0].findings[0].words ==
		\"violated: wanted 3 sentences, found 1\""
'
it 'finds every match where the rule asks for it' '
	some a.db && mine &&
	itdata filter a.db --rules mine.rules >out &&
	[ "$(sql a.db "SELECT count(*) FROM finding
		WHERE rule = \"every.dot\"")" = 4 ]
'
it 'drops a category or rule on request, and spares by measure' '
	some a.db && mine &&
	itdata filter a.db --rules mine.rules --drop dot --json >out &&
	jq -e ".dropped == 3" out &&
	itdata filter a.db --rules mine.rules --drop every.dot \
		--keep-if "response_chars > 5" --json >out &&
	jq -e ".dropped == 2 and .spared == 1" out &&
	itdata filter a.db --rules mine.rules --disable dot --json >out &&
	jq -e ".by_rule == {\"ja.fitting\": 1}" out
'
it 'uses the measures of other stages' '
	some a.db && sql a.db "UPDATE score SET quality = NULL;
		INSERT INTO score (pair_id, quality) VALUES (1, 0.1), (5, 0.9)" &&
	itdata filter a.db --rules defects --drop-if "quality < 0.5" >out &&
	[ "$(sql a.db "SELECT reason FROM dropped WHERE id = 1")" = "quality < 0.5" ] &&
	cp a.db before.db &&
	fails_with 1 itdata filter a.db --replace --drop-if "beauty > 1" &&
	says "no pair has a measure '"'beauty'"'" && says "quality" &&
	cmp before.db a.db
'
it 'replaces what it said; other packs need --replace or a name' '
	some a.db && mine &&
	itdata filter a.db --rules defects >out &&
	itdata filter a.db --rules defects >out &&
	[ "$(sql a.db "SELECT count(*) FROM finding")" = 3 ] &&
	fails_with 2 itdata filter a.db --rules mine.rules && says "--replace" &&
	itdata filter a.db --rules mine.rules --name own >out &&
	[ "$(sql a.db "SELECT count(*) FROM stage")" = 2 ]
'
it 'says the same whatever the threads' '
	some a.db && mine &&
	rows="SELECT * FROM finding_row; SELECT * FROM score" &&
	itdata filter a.db --rules mine.rules -j 1 >out && sql a.db "$rows" >one &&
	itdata filter a.db --rules mine.rules -j 3 >out && sql a.db "$rows" >two &&
	[ -s one ] && cmp one two
'
it 'leaves the database alone when something is wrong' '
	some a.db && cp a.db before.db &&
	fails_with 2 itdata filter a.db --drop-if "ambiguity" &&
	says "METRIC OP VALUE" &&
	fails_with 2 itdata filter a.db --drop nonsense && says "rules list" &&
	fails_with 1 itdata filter a.db --rules nonsense &&
	says "no rule pack" &&
	fails_with 1 itdata filter a.db --rules none.rules &&
	fails_with 2 itdata filter a.db --ruels defects &&
	fails_with 1 itdata filter none.db &&
	printf "pack bad 1\nrule a\nfield response\ncategory x\nmatch (a\n" \
		>bad.rules &&
	fails_with 1 itdata filter a.db --rules bad.rules &&
	says "bad.rules:5:9: missing closing parenthesis" &&
	cmp before.db a.db
'
it 'takes an empty database' '
	some a.db && sql a.db "DELETE FROM turn; DELETE FROM pair" &&
	itdata filter a.db --json >out && jq -e ".pairs == 0" out
'
it 'notes a pattern that gives up, and passes nothing in silence' '
	some a.db &&
	cat >slow.rules <<-\END &&
	pack slow 1
	rule catastrophe
	field response
	category x
	match ^(?:a|a)*+b|^(?:(?:a+)+)+[c]$
	action drop
	END
	awk "BEGIN { printf \"{\\\"instruction\\\":\\\"x\\\",\\\"output\\\":\\\"\";
		for (i = 0; i < 5000; i++) printf \"aaaa\"; print \"d\\\"}\" }" \
		>long.jsonl &&
	itdata ingest a.db long.jsonl -q >out &&
	itdata filter a.db --rules slow.rules --json >out &&
	jq -e ".rule_errors == 1 and .dropped == 0" out &&
	[ "$(sql a.db "SELECT rule || category FROM finding")" = \
		catastropherule-error ]
'
it 'fails whole when memory or disk is short' '
	some a.db && cp a.db before.db && n=1 &&
	while [ $n -lt 900 ]; do
		cp before.db a.db && rm -f a.db-wal a.db-shm
		if ITDATA_FAULT=malloc:$n itdata filter -q -j 1 a.db \
			--rules defects 2>err >out
		then break; fi
		case $(sql a.db "SELECT count(*) FROM decision_row") in
		0 | 3) ;; # none or all
		*) exit 1 ;;
		esac
		n=$((n + 37))
	done && [ $n -gt 100 ] && [ $n -lt 900 ]
'
finish
