# remove.sh - what `itdata remove` promises at the command line
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

# no byte of these texts is in the files of database $1
gone() {
	file=$1
	shift
	for text in "$@"; do
		! grep -aqF -e "$text" "$file" "$file"-* 2>/dev/null || {
			echo "still there: $text"
			return 1
		}
	done
}

it 'erases pairs from every table and from the file' '
	look a.db && sql a.db "PRAGMA secure_delete = OFF;
	  INSERT INTO embedding VALUES (2, '\''m'\'', '\''pair'\'', x'\''00000000'\'');
	  INSERT INTO signature VALUES (2, 1, zeroblob(16), 1, 0, 0, NULL);
	  INSERT INTO score (pair_id, novelty) VALUES (2, 0.123);
	  INSERT INTO verdict VALUES (3, '\''drop'\'', '\''secret note'\'', '\'''\'', '\'''\'');
	  UPDATE pair SET extra = '\''{\"k\":\"vertraulich\"}'\'' WHERE id = 3" &&
	grep -aqF 生物 a.db && itdata remove a.db --ids 2-3 >out &&
	grep -q "^2 pairs are erased for good" out &&
	gone a.db 生物 "What should I do" それを英訳して vertraulich "secret note" &&
	for table in decision_row finding_row duplicate cluster signature \
		embedding score verdict turn; do
		sql a.db "SELECT '\''$table'\'' FROM $table WHERE pair_id IN (2, 3)"
	done >left && expect left </dev/null &&
	[ "$(sql a.db "SELECT group_concat(id) FROM (SELECT id FROM pair ORDER BY id)")" = 1,4,5,6 ] &&
	[ "$(sql a.db "SELECT count(*) FROM removed")" = 2 ] &&
	[ "$(sql a.db "PRAGMA integrity_check")" = ok ] &&
	[ -z "$(sql a.db "PRAGMA foreign_key_check")" ]
'
it 'erases a source with its rejects' '
	look a.db && itdata remove a.db --source 日本語 --json >out &&
	jq -e "[.pairs, .sources, .kept_again] == [3, 1, 0]" out &&
	gone a.db ネコ 次の文を大成功 "{secret" "{broken" ja.jsonl &&
	[ "$(sql a.db "SELECT count(*) FROM source")" = 1 ] &&
	[ "$(sql a.db "SELECT count(*) FROM reject")" = 0 ] &&
	[ -z "$(sql a.db "PRAGMA foreign_key_check")" ]
'
it 'keeps again what had fallen for a pair that is gone' '
	look a.db && itdata remove a.db --ids 1 >out &&
	grep -q "^1 pairs had fallen for one of them and are kept again" out &&
	[ "$(sql a.db "SELECT count(*) FROM kept WHERE id = 2")" = 1 ] &&
	[ "$(sql a.db "SELECT (SELECT count(*) FROM duplicate),
	  (SELECT count(*) FROM cluster)")" = "0|0" ]
'
it 'names a cluster after its lowest id that is left' '
	look a.db && sql a.db "INSERT INTO cluster VALUES (4, 1), (6, 1)" &&
	itdata remove a.db --ids 1 &&
	[ "$(sql a.db "SELECT pair_id, cluster_id FROM cluster" | tr "\n" " ")" = \
		"2|2 4|2 6|2 " ]
'
it 'is remembered by ingest' '
	cat >a.jsonl <<-\EOF &&
	{"instruction": "秘密の質問", "output": "秘密の答え"}
	{"instruction": "公開の質問", "output": "公開の答え"}
	EOF
	itdata ingest a.db a.jsonl && itdata remove a.db --ids 1 && gone a.db 秘密 &&
	echo "{\"output\": \"秘密の答え\", \"instruction\": \"秘密の質問\"}" >b.jsonl &&
	echo "{\"instruction\": \"新\", \"output\": \"い\"}" >>b.jsonl &&
	itdata ingest a.db b.jsonl --max-rejects 90% && gone a.db 秘密 &&
	[ "$(sql a.db "SELECT count(*) FROM pair WHERE instruction = '\''新'\''")" = 1 ] &&
	[ "$(sql a.db "SELECT count(*) FROM rejects
	  WHERE reason LIKE '\''removed%'\''")" = 1 ]
'
it 'takes lists, ranges and files of ids' '
	look a.db && printf "4\n5,6\n" >list &&
	itdata remove a.db --ids 1,2 --ids @list &&
	[ "$(sql a.db "SELECT group_concat(id) FROM pair")" = 3 ]
'
it 'changes nothing when an id or a source is not there' '
	look a.db && sql a.db .dump >before &&
	fails_with 2 itdata remove a.db --ids 1,99 && says "no pair 99" &&
	fails_with 2 itdata remove a.db --source nobody &&
	says "there are '"'talk', '日本語'"'" &&
	fails_with 2 itdata remove a.db && says "either --source" &&
	fails_with 2 itdata remove a.db --ids 1 --source talk &&
	fails_with 2 itdata remove a.db --ids "1;2" && says "ids are like" &&
	fails_with 2 itdata remove a.db --ids "" && fails_with 2 itdata remove a.db --ids 5-1 &&
	fails_with 2 itdata remove a.db --ids 99999999999999999999 &&
	fails_with 1 itdata remove a.db --ids @no.txt &&
	sql a.db .dump >after && cmp before after
'
it 'deletes the index of search' '
	look a.db && itdata search a.db 英訳 >out && [ -e a.db.search ] &&
	itdata remove a.db --ids 3 && [ ! -e a.db.search ]
'
finish
