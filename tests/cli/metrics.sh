# metrics.sh - what `itdata metrics` promises at the command line
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

it 'defines every measure that the database can hold' '
	look a.db && itdata metrics --json >out &&
	sql a.db "SELECT name FROM pragma_table_info('\''score'\'')
	  WHERE name <> '\''pair_id'\''" | sort >columns &&
	jq -r ".metrics[] | select(.of == \"pair\") | .name" out | sort >names &&
	cmp columns names &&
	jq -e "all(.metrics[]; (.definition | length) > 5 and .unit != \"\" and
	  .least != null)" out
'
it 'is a page for people' '
	itdata metrics >out && grep -q "^novelty$" out &&
	grep -q "of a pair, by score; 1 - cosine, 0 to 2; higher is better" out
'
it 'takes no operand' '
	fails_with 2 itdata metrics a.db
'
finish
