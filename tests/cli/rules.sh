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
	itdata rules list defects >out && grep -q "^echo  *echo" out &&
	itdata rules list defects --json >out &&
	jq -e "map(select(.rule == \"echo\"))[0].action == \"drop\"" out
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
finish
