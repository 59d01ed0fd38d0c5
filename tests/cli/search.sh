# search.sh - what `itdata search` promises at the command line
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

# ids QUERY: the pairs that are found
ids() {
	itdata search a.db --json "$@" >json && jq -c "[.pairs[].id]" json
}

it 'finds two characters of Japanese, with the hits marked' '
	look a.db && itdata search a.db 英訳 >out && expect out <<-\EOF
	3  kept  (en, talk)
	    user         それを[英訳]して。
	4  dropped by filter: refusal  (ja, 翻訳, 日本語)
	    instruction  次の文を[英訳]してください。
	5  kept by me (fine), against filter: refusal  (en, talk)
	    instruction  Translate: [英訳]
	EOF
'
it 'finds one character, wherever it stands' '
	look a.db && [ "$(ids 科)" = "[1,2]" ] && [ "$(ids ネ)" = "[1,2]" ] &&
	[ "$(ids 文)" = "[4]" ] && [ "$(ids 猫)" = "[]" ]
'
it 'finds words, phrases and starts of words, all of them' '
	look a.db && [ "$(ids DO)" = "[3]" ] && [ "$(ids ＤＯ)" = "[3]" ] &&
	[ "$(ids "\"should i\"")" = "[3]" ] && [ "$(ids "\"i should\"")" = "[]" ] &&
	[ "$(ids translat)" = "[]" ] && [ "$(ids "translat*")" = "[5]" ] &&
	[ "$(ids 英訳 project)" = "[]" ] && [ "$(ids 英訳　次の文)" = "[4]" ] &&
	[ "$(ids "\"大成功でした as\"")" = "[]" ] &&
	[ "$(ids "英訳 -次の文")" = "[3,5]" ] && [ "$(ids "script")" = "[6]" ]
'
it 'filters by what is said about the pairs' '
	look a.db && [ "$(ids lang:ja)" = "[1,2,4]" ] &&
	[ "$(ids "category:翻*")" = "[4]" ] && [ "$(ids source:talk)" = "[3,5,6]" ] &&
	[ "$(ids license:MIT lang:en)" = "[3,5]" ] && [ "$(ids dropped:dedup)" = "[2]" ] &&
	[ "$(ids "rule:ja.*")" = "[3]" ] && [ "$(ids "score:ambiguity>0.5")" = "[3]" ] &&
	[ "$(ids "score:ambiguity<=0.1")" = "[1]" ] && [ "$(ids judged:keep)" = "[5]" ] &&
	[ "$(ids kept)" = "[1,3,5,6]" ] && [ "$(ids -- -kept)" = "[2,4]" ] &&
	[ "$(ids "英訳 kept")" = "[3,5]" ] && [ "$(ids 英訳 --dropped)" = "[4]" ] &&
	[ "$(ids "英訳 -lang:ja -judged:*")" = "[3]" ] && [ "$(ids "lang:*")" = "[1,2,3,4,5,6]" ]
'
it 'stops at the limit and says that there are more' '
	look a.db && itdata search a.db 英訳 -n 2 >out 2>err &&
	grep -q "there are more" err && [ "$(grep -c "^[0-9]" out)" = 2 ] &&
	itdata search a.db 英訳 -n 3 2>err >out && ! [ -s err ] &&
	itdata search a.db 英訳 -n 2 --json | jq -e .more
'
it 'gives spans in characters of the text' '
	look a.db && itdata search a.db 英訳 --json >out &&
	jq -e ".pairs[1].hits[0] | [.field, .spans] ==
	  [\"instruction\", [[4, 2]]]" out
'
it 'builds its index once, and again when pairs came or went' '
	echo "{\"instruction\": \"英訳して\", \"output\": \"a\"}" >a.jsonl &&
	echo "{\"instruction\": \"和訳して\", \"output\": \"b\"}" >b.jsonl &&
	itdata ingest a.db a.jsonl && [ "$(ids 英訳)" = "[1]" ] &&
	cp a.db.search first && [ "$(ids 和訳)" = "[]" ] && cmp a.db.search first &&
	itdata ingest a.db b.jsonl && [ "$(ids 和訳)" = "[2]" ] &&
	itdata remove a.db --ids 1 && [ ! -e a.db.search ] && [ "$(ids 英訳)" = "[]" ] &&
	ls a.db.search* >files && [ "$(wc -l <files)" = 1 ]
'
it 'builds the same index on any number of threads' '
	look a.db && itdata search a.db 英訳 -j 1 >one && cp a.db.search first &&
	itdata search a.db 英訳 -j 4 --rebuild >two && cmp one two &&
	cmp a.db.search first
'
it 'builds an index again that is damaged' '
	look a.db && ids 英訳 && echo garbage >a.db.search &&
	[ "$(ids 英訳)" = "[3,4,5]" ] && : >a.db.search && [ "$(ids 英訳)" = "[3,4,5]" ]
'
it 'shows control characters, it does not send them' '
	look a.db && itdata search a.db abc >out && grep -q "<U+202E>\[abc\]" out ||
	itdata search a.db "lang:und" >out; cat out; ! LC_ALL=C grep -q "$(printf "\033")" out
'
it 'says what is wrong with a query' '
	look a.db && fails_with 2 itdata search a.db -- -x && says "not only what not" &&
	fails_with 2 itdata search a.db ！ && says "no letter or digit" &&
	fails_with 2 itdata search a.db "score:nonsense>1" && says "no such measure" &&
	fails_with 2 itdata search a.db "score:novelty" && says "score:novelty>0.3" &&
	fails_with 2 itdata search a.db "score:novelty>x" &&
	fails_with 2 itdata search a.db "lang:" && fails_with 2 itdata search a.db " " &&
	fails_with 2 itdata search a.db "$(printf "\377")" && says "not UTF-8" &&
	fails_with 1 itdata search no.db 英訳 &&
	itdata search a.db "\"a AND OR NOT NEAR(\" * ^ : ( {" -n 1 || [ $? = 2 ]
'
it 'finds by meaning, with the encoder of the vectors' '
	look a.db &&
	fails_with 1 itdata search a.db --semantic ネコ && says "itdata embed a.db" &&
	itdata embed a.db -q && itdata search a.db --semantic "What family do cats belong to?" -n 1 >out &&
	grep -q "^1  0\.[0-9]* *kept" out && [ "$(ids --semantic 猫の種類 lang:ja -n 3)" = "[1]" ] &&
	itdata search a.db --semantic animals --json >json &&
	jq -e "[.pairs[].cosine] | . == (sort | reverse) and length == 4" json &&
	fails_with 2 itdata search a.db --semantic lang:ja && says "say in words" &&
	sql a.db "UPDATE embedding SET model = '\''lost'\''" &&
	fails_with 1 itdata search a.db --semantic ネコ && says "those of '\''lost'\''" &&
	sql a.db "UPDATE embedding SET model = '\''mini'\'', vector = x'\''00000000'\''" &&
	fails_with 1 itdata search a.db --semantic ネコ
'
it 'adds pairs that came behind those in the index, and builds it when others came' '
	for i in 1 2 3 4 5; do echo "{\"instruction\": \"$i番を英訳\", \"output\": \"a\"}" >$i.jsonl; done &&
	itdata ingest a.db 1.jsonl 2.jsonl -q && [ "$(ids 英訳)" = "[1,2]" ] && inode=$(stat -c %i a.db.search) &&
	itdata ingest a.db 3.jsonl -q && [ "$(ids 英訳)" = "[1,2,3]" ] &&
	[ "$(stat -c %i a.db.search)" = "$inode" ] && itdata ingest a.db 4.jsonl --part 1 -q &&
	[ "$(ids 英訳 | tr -cd ,)" = ",,," ] && [ "$(stat -c %i a.db.search)" = "$inode" ] &&
	itdata ingest a.db 5.jsonl -q && [ "$(ids 英訳 | tr -cd ,)" = ",,,," ] &&
	[ "$(stat -c %i a.db.search)" != "$inode" ] && sqlite3 a.db.search "INSERT INTO entry (entry) VALUES ('\''integrity-check'\'')"
'
it 'finds an edited pair by its new text, and by the old when it is back' '
	edit() {
		sql a.db "INSERT OR IGNORE INTO edit VALUES (1, 0, '\''response'\'',
		  '\''ネコはネコ科に属する動物です。'\'', '\'\'', '\''now'\'');
		  UPDATE pair SET response = '\''獅子と仲間'\'' WHERE id = 1"
	}
	back() {
		sql a.db "DELETE FROM edit; UPDATE pair SET response =
		  '\''ネコはネコ科に属する動物です。'\'' WHERE id = 1"
	}
	look a.db && [ "$(ids 動物)" = "[1]" ] && edit && [ "$(ids 動物)" = "[]" ] &&
	[ "$(ids 獅子)" = "[1]" ] && [ "$(ids ネコ)" = "[1,2]" ] && back &&
	[ "$(ids 動物)" = "[1]" ] && [ "$(ids 獅子)" = "[]" ] &&
	edit && [ "$(ids --rebuild 獅子)" = "[1]" ] && [ "$(ids 動物)" = "[]" ] &&
	back && [ "$(ids 動物)" = "[1]" ] && [ "$(ids 獅子)" = "[]" ]
'
it 'leaves the database as it is' '
	look a.db && sql a.db .dump >before && ids 英訳 &&
	sql a.db .dump >after && cmp before after
'
finish
