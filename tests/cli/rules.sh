# rules.sh - what `itdata rules` promises at the command line
. "$srcdir/tests/cli/lib.sh"

# wrong LINE COLUMN WORDS: the pack on stdin is refused there, in these words
wrong() {
	cat >wrong.rules
	fails_with 1 itdata rules list wrong.rules &&
		says "wrong.rules:$1:$2: " && says "$3"
}

it 'proves the shipped packs' '
	itdata rules test >out && grep -q " 0 errors" out
'
it 'lists rules, for people and as JSON' '
	itdata rules list defects >out && grep -q "^common.echo.instruction  *echo" out &&
	itdata rules list defects --json >out &&
	jq -e ".rules | map(select(.rule == \"common.echo.instruction\"))[0].action == \"drop\"" out
'
it 'finds examples that are wrong' '
	cat >a.rules <<-\END &&
	pack a 1
	rule one
	field response
	category x
	keyword abc
	match a.c|xyz
	hit abc
	hit xyz
	miss abd
	miss a ABC abc
	END
	fails_with 3 itdata rules test a.rules >out &&
	grep -q "^a.rules:8: error: rule one: a hit has none of the keywords: xyz$" out &&
	grep -q "^a.rules:10: error: rule one: this should miss: " out &&
	grep -q "^1 rules, 4 examples: 2 errors" out &&
	fails_with 3 itdata rules test a.rules --json >out &&
	jq -e ".errors == 2 and (.problems | length) == 2" out
'
it 'finds keywords that hide matches in real text' '
	printf "pack a 1\nrule r\nfield instruction\ncategory x\nkeyword car \\\\u{ff66}-\\\\u{ff9d}\nmatch car|truck|[ｦ-ﾝ]\nhit car\nhit ﾈｺ\nmiss a\nmiss b\n" >a.rules &&
	echo "{\"instruction\":\"my truck\"}
	{\"instruction\":\"ﾈｺ\"}" >a.jsonl &&
	itdata rules test a.rules >out && cat out &&
	fails_with 3 itdata rules test a.rules --text a.jsonl >out &&
	grep -q "^a.rules:2: error: rule r: its keywords hide a match: truck$" out &&
	grep -q " 1 errors" out
'
it 'wants two hits and two misses' '
	printf "pack a 1\nrule r\nfield input\ncategory x\nmatch a\nhit a\n" \
		>a.rules &&
	fails_with 3 itdata rules test a.rules >out &&
	grep -q "two hits and two misses" out
'
it 'names a pattern that is slow on hostile text' '
	cat >a.rules <<-\END &&
	pack a 1
	rule slow.one
	field response
	category x
	match a.*b.*c.*d
	hit abcd
	hit a b c d
	miss a
	miss dcba
	END
	fails_with 3 itdata rules test a.rules >out &&
	grep -q "error: rule slow.one: .*64 KiB" out
'
it 'warns of bare scripts and refuses back references on any character' '
	cat >a.rules <<-\END &&
	pack a 1
	rule r
	field response
	category x
	match \p{Han}x
	hit 漢x
	hit 字x
	miss x
	miss 。
	rule s
	field response
	category x
	match (\w)\1{5}
	hit aaaaaa
	hit bbbbbb
	miss x
	miss y
	END
	fails_with 3 itdata rules test a.rules >out &&
	grep -q "warning: rule r: a bare script name" out &&
	grep -q "error: rule s: a back reference" out
'
it 'extends packs, replaces rules and leaves some out' '
	cat >base.rules <<-\END &&
	pack base 1
	rule one
	field response
	category x
	match one
	rule two
	field response
	category x
	match two
	rule three
	field response
	category x
	match three
	END
	cat >mine.rules <<-\END &&
	pack mine 1
	extends base
	without three
	rule two
	field response
	category y
	match 2
	END
	itdata rules list ./mine.rules >out && awk "{ print \$1, \$2 }" out >ids &&
	expect ids <<-\EOF
	one x
	two y
	EOF
'
it 'says file, line, column and reason' '
	echo "rule a" | wrong 1 1 "the first line is: pack NAME" &&
	printf "pack a\n" | wrong 1 7 "the version is missing" &&
	printf "pack A 1\n" | wrong 1 6 "is no name" &&
	printf "pack a 1\nfield input\n" | wrong 2 1 "a rule comes first" &&
	printf "pack a 1\nrule r\nmatsch a\n" | wrong 3 1 "unknown word" &&
	printf "pack a 1\nrule r\nfield inptu\n" | wrong 3 7 "is no field" &&
	printf "pack a 1\nrule r\nfield any\nmatch あ(b\n" |
		wrong 4 10 "missing closing" &&
	printf "pack a 1\nrule r\nfield any\ncategory c\n" |
		wrong 2 1 "rule r has no line match" &&
	printf "pack a 1\nrule r\ncheck nonsense\n" | wrong 3 7 "no check" &&
	printf "pack a 1\nrule r\ncheck char-run\n" | wrong 3 15 "needs 1" &&
	printf "pack a 1\nrule r\nwhen never\n" | wrong 3 6 "unknown condition" &&
	printf "pack a 1\nrule r\naction score 2\n" | wrong 3 14 "score W" &&
	printf "pack a 1\nrule r\nhit a\\\\qb\n" | wrong 3 6 "unknown escape" &&
	printf "pack a 1\nrule r\nmatch \\\\C\n" | wrong 3 9 "" &&
	printf "pack a 1\nrule r\nfield any\ncategory c\nmatch a\nrule r\n" |
		wrong 6 6 "rule r is at" &&
	printf "pack a 1\n\377\n" >wrong.rules &&
	fails_with 1 itdata rules list wrong.rules && says "not UTF-8" &&
	fails_with 2 itdata rules tset && says "none of" &&
	fails_with 2 itdata rules
'
# labels: pairs of which those with "maybe" are labelled ambiguous, mostly
labels() {
	cat >pack.rules <<-\END
	pack p 1
	rule maybe
	field instruction
	category vague
	match maybe
	action score 0.5
	rule the
	field instruction
	category vague
	match \bthe\b
	action score 0.1
	rule off
	field instruction
	category other
	match x
	action score 0.9
	default off
	END
	for i in $(seq 1 20); do
		echo "{\"instruction\":\"do maybe $i\",\"label\":true,\"half\":\"a\"}"
		echo "{\"instruction\":\"do the $i x\",\"label\":false,\"half\":\"a\"}"
	done >labels.jsonl
	echo "{\"instruction\":\"maybe not\",\"label\":false,\"half\":\"b\"}
	{\"instruction\":\"the end\",\"label\":true,\"half\":\"b\"}" >>labels.jsonl
}

it 'measures rules on labelled pairs' '
	labels && itdata rules mass labels.jsonl pack.rules >out &&
	grep -q "^42 pairs, 21 true (0.500)$" out &&
	grep -q "^maybe  *20  *1  0.952 \[0.773, 0.992\]   1.90 \[1.55, 1.98\]" out &&
	grep -q "^off .* off$" out &&
	itdata rules mass labels.jsonl pack.rules --json >out &&
	jq -e ".true == 21 and .rules[1].true == 1 and .rules[1].false == 20" out &&
	jq -e ".auc[0] > 0.8 and .auc[1] <= .auc[0] and .auc[0] <= .auc[2]" out &&
	itdata rules mass labels.jsonl pack.rules --json --where half=b \
		--only maybe >out &&
	jq -e ".pairs == 2 and .rules[1].true == 0" out &&
	itdata rules mass labels.jsonl pack.rules --json -j 1 --seed 1 |
		jq "del(.rules[].seconds)" >one &&
	itdata rules mass labels.jsonl pack.rules --json -j 3 |
		jq "del(.rules[].seconds)" >two && cmp one two
'
it 'learns weights that are never negative' '
	labels && itdata rules fit labels.jsonl pack.rules >out &&
	grep -q "^maybe  *0.50 -> action score 0.[89]" out &&
	grep -q "^the  *0.10 -> of no use here$" out &&
	itdata rules fit labels.jsonl pack.rules --json >out &&
	jq -e ".scores.maybe > 0.8 and .scores.the < 0.01 and
		.auc_held_out > 0.8" out
'
it 'says what is wrong with labels' '
	labels && echo "{\"instruction\":\"a\"}" >none.jsonl &&
	fails_with 1 itdata rules mass none.jsonl pack.rules &&
	says "none.jsonl:1: no '"'label'"'" &&
	echo "{\"instruction\":\"a\",\"label\":0}" >one.jsonl &&
	fails_with 1 itdata rules mass one.jsonl pack.rules &&
	says "--positive" &&
	echo "{broken" >broken.jsonl &&
	fails_with 1 itdata rules mass broken.jsonl pack.rules &&
	says "broken.jsonl:1:" &&
	fails_with 2 itdata rules mass && says "needs a file" &&
	fails_with 1 itdata rules mass absent.jsonl pack.rules &&
	fails_with 2 itdata rules mass labels.jsonl pack.rules --only nothing
'
it 'exports packs as JSON' '
	labels && itdata rules export pack.rules >out &&
	jq -e ".packs[0].name == \"p\" and (.rules | length) == 3" out &&
	jq -e ".rules[2] | .on == false and .weight == 0.9 and
		.match == [\"x\"]" out &&
	itdata rules export | jq -e ".rules | length > 5"
'
it 'reports terms that are written in several ways' '
	cat >a.jsonl <<-\END &&
	{"instruction":"サーバーとは何ですか","output":"サーバは計算機です。サーバント。"}
	{"instruction":"Send an E-mail","output":"email sent; emails are fine"}
	{"instruction":"サーバ","output":"はい"}
	END
	itdata ingest a.db a.jsonl -q >out &&
	printf "サーバー サーバ # loan words\nemail e-mail \"e mail\"\n猫 ネコ\n" \
		>terms.txt &&
	itdata rules drift a.db terms.txt >out &&
	expect out <<-\EOF &&
	2 of 3 terms are written in several ways in 3 pairs
	サーバー 1 (1 pairs, first 1), サーバ 2 (2 pairs, first 1)
	email 1 (1 pairs, first 2), e-mail 1 (1 pairs, first 2)
	EOF
	itdata rules drift a.db terms.txt --json >out &&
	jq -e ".divided[0][1].uses == 2" out &&
	itdata rules drift a.db >out && grep -q "^2 of " out &&
	echo "alone" >bad.txt &&
	fails_with 1 itdata rules drift a.db bad.txt &&
	says "bad.txt:1: a term needs two" &&
	printf "a b\nc a\n" >bad.txt &&
	fails_with 1 itdata rules drift a.db bad.txt && says "bad.txt:2:"
'
finish
