# digest.sh - what `itdata digest` promises at the command line
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

# the same content under other numbers: ids, sources, stages and words
renumber() {
	sql "$1" "UPDATE pair SET id = 1000 - id;
	UPDATE turn SET pair_id = 1000 - pair_id;
	UPDATE decision_row SET pair_id = 1000 - pair_id,
	  other_id = 1000 - other_id, stage_id = stage_id + 7,
	  reason = reason + 50;
	UPDATE stage SET id = id + 7 WHERE id = 2; UPDATE stage SET id = 8 WHERE id = 1;
	UPDATE word SET id = id + 50;
	UPDATE verdict SET pair_id = 1000 - pair_id;
	UPDATE source SET id = id + 5; UPDATE pair SET source_id = source_id + 5"
}

it 'is 32 digits and the name' '
	look a.db && itdata digest a.db >out && grep -qxE "[0-9a-f]{32}  a.db" out
'
it 'does not depend on numbers and order' '
	look a.db &&
	itdata digest a.db --json >one && renumber a.db &&
	itdata digest a.db --json >two && cmp one two &&
	jq -e "[.pairs, .decisions, .verdicts] == [6, 3, 1]" one
'
it 'changes with a pair, a decision, its numbers, and a verdict' '
	look a.db && itdata digest a.db >list &&
	for change in "UPDATE pair SET digest = zeroblob(16) WHERE id = 6" \
		"UPDATE pair SET category = '\''x'\'' WHERE id = 6" \
		"UPDATE decision_row SET value = 0.92 WHERE pair_id = 2" \
		"UPDATE decision_row SET other_id = 3 WHERE pair_id = 2" \
		"UPDATE verdict SET verdict = '\''drop'\''" \
		"DELETE FROM decision_row WHERE pair_id = 2" \
		"DELETE FROM pair WHERE id = 6" \
		"UPDATE source SET finished = 0 WHERE id = 2"; do
		sql a.db "$change" && itdata digest a.db >>list
	done && [ "$(sort -u list | wc -l)" = 9 ]
'
it 'of nothing is zero' '
	look a.db && sql a.db "DELETE FROM pair; DELETE FROM decision_row;
	  DELETE FROM verdict" && itdata digest a.db >out &&
	grep -q "^00000000000000000000000000000000  a.db$" out
'
it 'fails on what is no database' '
	fails_with 1 itdata digest no.db && fails_with 2 itdata digest
'
finish
