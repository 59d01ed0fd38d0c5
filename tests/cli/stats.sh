# stats.sh - what `itdata stats` promises at the command line
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

it 'answers on one screen, Japanese names in straight columns' '
	look a.db && itdata stats a.db >out && [ "$(wc -l <out)" -lt 60 ] &&
	grep -q "^a.db: 6 pairs, 4 kept (66.7 %)" out &&
	grep -q "^  日本語                            3        1  " out &&
	grep -q "^  talk                              3        3  " out &&
	grep -q "^  filter                           -1  " out &&
	grep -q "^    refusal 1$" out &&
	grep -q "^  ja.vague.reference                1        1  ambiguity$" \
		out &&
	grep -q "2 records could not become pairs" out
'
it 'counts in JSON what SQL counts' '
	look a.db && itdata stats a.db --json >out &&
	jq -e "[.pairs, .kept, .rejected] == [6, 4, 2]" out &&
	[ "$(jq .kept out)" = "$(sql a.db "SELECT count(*) FROM kept")" ] &&
	jq -e ".pairs == .kept + (.dropped | add)" out &&
	jq -e ".dropped == {filter: 1, dedup: 1}" out &&
	jq -e ".languages == {en: 2, ja: 3, und: 1}" out &&
	jq -e ".categories[\"翻訳\"] == 1 and .sources[\"日本語\"] == 3" out &&
	jq -e ".kept_by.sources == {\"talk\": 3, \"日本語\": 1}" out &&
	jq -e ".quality.ambiguity | [.pairs, .mean, .max] == [2, 0.5, 0.9]" \
		out &&
	jq -e ".overruled == 1 and .conversations == 1" out
'
it 'measures kept pairs in characters, and tokens by bytes' '
	look a.db && itdata stats a.db --json >out &&
	[ "$(jq .lengths.instruction.max out)" = "$(sql a.db "SELECT
	  max(length(instruction)) FROM pair WHERE id IN kept")" ] &&
	[ "$(jq .tokens out)" = "$(sql a.db "SELECT sum((n + 3) / 4) FROM (
	  SELECT coalesce((SELECT sum(length(CAST(content AS BLOB)))
	    FROM turn WHERE pair_id = id),
	    length(CAST(instruction || response AS BLOB))) AS n
	  FROM pair WHERE id IN kept)")" ]
'
it 'counts each pair once in the funnel, under its first stage' '
	look a.db &&
	sql a.db "INSERT INTO decision_row VALUES
	  (4, 2, 2, 1, NULL, 0.9, 0.8)" &&
	itdata stats a.db --json >out &&
	jq -e ".dropped == {filter: 1, dedup: 1}" out &&
	jq -e "[.stages[].decided] == [1, 2]" out
'
it 'leaves out pairs of a source that is not finished' '
	look a.db && sql a.db "UPDATE source SET finished = 0 WHERE id = 2" &&
	itdata stats a.db --json >out &&
	jq -e ".kept == 1 and .dropped.ingest == 3" out &&
	jq -e ".pairs == .kept + (.dropped | add)" out
'
it 'counts what a person dropped' '
	look a.db && sql a.db "INSERT INTO verdict VALUES
	  (1, '\''drop'\'', '\'''\'', '\'''\'', '\'''\'')" &&
	itdata stats a.db --json >out && jq -e ".dropped.judge == 1" out
'
it 'says which stage is stale' '
	look a.db && sql a.db "INSERT INTO decision_row VALUES
	  (1, 1, 1, NULL, NULL, NULL, NULL)" &&
	itdata stats a.db >out &&
	grep -q "^stale       1 fell in .dedup." out &&
	grep -q "run .itdata dedup. again" out
'
it 'prints the same bytes again' '
	look a.db && itdata stats a.db >one && itdata stats a.db >two &&
	cmp one two && itdata stats a.db --json >one &&
	itdata stats a.db --json >two && cmp one two
'
it 'shows control characters, it does not send them' '
	look a.db && sql a.db "UPDATE source SET name = char(27) || '\''[2J'\''
	  || char(0x202e)" &&
	itdata stats a.db >out && grep -q "<U+001B>\[2J<U+202E>" out &&
	! grep -q "$(printf "\033")" out
'
it 'compares two data sets' '
	look a.db && cp a.db b.db && sql b.db "DELETE FROM pair WHERE id = 6" &&
	itdata stats a.db --compare b.db >out &&
	grep -q "^  pairs  *6  *5  *+20.0 %$" out &&
	grep -q "^  und  *25.0 %  *0.0 %  *+25.0 points$" out &&
	itdata stats a.db --compare b.db --json >json &&
	jq -e "[.this.pairs, .other.pairs] == [6, 5]" json
'
it 'shows an empty database' '
	look a.db && sql a.db "DELETE FROM pair; DELETE FROM reject;
	  DELETE FROM decision_row; DELETE FROM finding_row" &&
	itdata stats a.db >out && grep -q "0 pairs, 0 kept" out &&
	itdata stats a.db --json | jq -e ".pairs == 0"
'
it 'leaves the database as it is' '
	look a.db && sql a.db .dump >before && itdata stats a.db >out &&
	sql a.db .dump >after && cmp before after
'
it 'fails on what is no database, in one line' '
	fails_with 1 itdata stats absent.db && says "no such database" &&
	echo text >text && fails_with 1 itdata stats text &&
	says "stats: text: not an itdata database" && [ "$(wc -l <err)" = 1 ] &&
	look a.db && fails_with 1 itdata stats a.db --compare absent.db &&
	fails_with 2 itdata stats && fails_with 2 itdata stats a.db b.db &&
	fails_with 2 itdata stats a.db --compar
'
it 'writes a page that needs nothing else' '
	look a.db && itdata stats a.db --html a.html && [ "$(wc -c <a.html)" -gt 10000 ] &&
	! grep -qE "(src|href)=\"?(https?:|//)|url\(|@import| on[a-z]+=\"" a.html &&
	grep -q "default-src .none.; base-uri .none." a.html &&
	grep -q "id=\"samples\"" a.html && grep -q "ネコはネコ科に属する<del>生</del><ins>動</ins>物です" a.html &&
	grep -q "<mark>それ</mark>" a.html
'
it 'shows scripts and controls of pairs as text' '
	look a.db && itdata stats a.db --html a.html &&
	grep -qF "=cmd&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" a.html &&
	! grep -qF "<img" a.html && [ "$(grep -c "<script" a.html)" = 1 ] &&
	grep -q "&lt;U+001B&gt;\[2J&lt;U+202E&gt;abc" a.html &&
	! LC_ALL=C grep -q "$(printf "\033")" a.html
'
it 'allows its own style and script by their hash' '
	look a.db && itdata stats a.db --html a.html &&
	sed -n "/^<script>/,/<\/script>/p" a.html | sed "1s/<script>//; \$s/<\/script>.*//" >script.js &&
	head -c -1 script.js >script && [ "$(tail -c 2 script | tr -d "\n")" = "}" ] &&
	hash=$(sha256sum script | cut -c1-64) &&
	grep -o "script-src .sha256-[^'\'']*" a.html | sed "s/.*sha256-//" |
		base64 -d | od -An -tx1 | tr -d " \n" >wanted &&
	[ "$hash" = "$(cat wanted)" ]
'
it 'writes the same page again, of an empty database too' '
	look a.db && itdata stats a.db --html one.html && itdata stats a.db --html - >two.html &&
	cmp one.html two.html &&
	sql a.db "DELETE FROM pair; DELETE FROM reject; DELETE FROM verdict;
	  DELETE FROM decision_row; DELETE FROM finding_row; DELETE FROM score;
	  DELETE FROM duplicate; DELETE FROM cluster; DELETE FROM turn" &&
	itdata stats a.db --html a.html && grep -q "There is none" a.html
'
it 'draws a map when there are vectors' '
	look a.db && sql a.db "INSERT INTO embedding SELECT id, '\''m'\'', '\''pair'\'',
	  CAST(printf('\''%04d%04d'\'', id * id, 9 * id) AS BLOB) FROM pair" &&
	itdata stats a.db --html a.html &&
	[ "$(grep -c "<circle.* data-g=" a.html)" = 6 ] &&
	[ "$(grep -c "name=.view. value" a.html)" = 4 ] &&
	grep -q "<title>4, ja, .*, dropped$" a.html && cp a.html b.html &&
	itdata stats a.db --html a.html && cmp a.html b.html
'
it 'shows on the page what score measured of the set' '
	look a.db && sql a.db "INSERT INTO run (id, command, arguments, version, seed, started, summary)
	  SELECT 9, char(115,99,111,114,101), arguments, version, seed, started,
	  json_object('\''diversity'\'', json_object('\''vendi'\'', 12.5, '\''<b>'\'', 1, '\''x'\'', json_array()))
	  FROM run WHERE id = 1" &&
	itdata stats a.db --html a.html &&
	grep -q ">vendi</td><td class=\"n\" data-v=\"12.5\">12.5<" a.html &&
	grep -q "&lt;b&gt;</td>" a.html
'
it 'shows conflicts beside each other on the page, and splits' '
	printf "{\"instruction\":\"1足す1は？\",\"output\":\"%s\"}\n" 2 3 2です。 >c.jsonl &&
	itdata ingest c.db c.jsonl -q && itdata conflicts c.db --drop minority -q &&
	itdata export c.db -o out --split train=0.5,test=0.5 -q --stale && itdata stats c.db --html c.html &&
	sed -n "/id=\"conflicts\"/,/<.section>/p" c.html >conflicts &&
	grep -q "in hard conflict" conflicts && grep -q "<del>2</del><ins>3</ins>" conflicts &&
	grep -q "pairs of each split" c.html
'
it 'fails when the page cannot be written' '
	look a.db && fails_with 1 itdata stats a.db --html no/folder/a.html &&
	fails_with 2 itdata stats a.db --html a.html --json && fails_with 1 itdata stats no.db --html a.html &&
	[ ! -e a.html ]
'
finish
