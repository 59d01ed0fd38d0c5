# tokenizer.sh - what `itdata tokenizer` promises at the command line
. "$srcdir/tests/cli/lib.sh"

lines=$data/tokenizer/lines.txt

it 'makes a vocabulary of the wanted size and says so' '
	itdata tokenizer train "$lines" --vocab 550 >out &&
	grep -q "^550 tokens from 342 lines, " out &&
	[ "$(jq ".model.vocab | length" tokenizer.json)" = 550 ] &&
	jq -e ".model.type == \"Unigram\" and .model.byte_fallback" \
		tokenizer.json &&
	jq -e ".model.vocab[0][0] == \"<unk>\"" tokenizer.json
'
it 'writes the same bytes for any number of threads and order of files' '
	head -n 200 "$lines" >a && tail -n +201 "$lines" >b &&
	zstd -q b && rm b &&
	itdata tokenizer train "$lines" --vocab 550 -j1 -o one.json >out &&
	itdata tokenizer train b.zst a --vocab 550 -j3 -o two.json >out &&
	cmp one.json two.json
'
it 'makes byte-level merges for models that write' '
	itdata tokenizer train "$lines" --kind bpe --vocab 400 >out &&
	grep -q "^400 tokens from 342 lines, [0-9]* different words$" out &&
	cmp tokenizer.json "$data/tokenizer/trained_bpe.json" &&
	itdata tokenizer train "$lines" --kind bpe --vocab 400 --json >out &&
	jq -e ".tokens == 400 and .loss == null" out
'
it 'reports in JSON' '
	itdata tokenizer train "$lines" --vocab 550 --json >out &&
	jq -e ".tokens == 550 and .lines == 342 and .loss > 0" out &&
	jq -e "has(\"words\") and has(\"seconds\")" out
'
it 'reads stdin, and leaves out lines that are not UTF-8' '
	{ cat "$lines"; printf "\377\376\n"; } |
		itdata tokenizer train - --vocab 550 >out 2>err &&
	grep -q "1 line is not UTF-8 and left out" err &&
	grep -q "from 343 lines" out
'
it 'asks for more when the characters do not fit' '
	fails_with 2 itdata tokenizer train "$lines" --vocab 300 &&
	says "ask for more, or for less --coverage" && [ ! -e tokenizer.json ]
'
it 'says what is wrong with the command line' '
	fails_with 2 itdata tokenizer tain "$lines" &&
	says "the word is train" &&
	fails_with 2 itdata tokenizer train "$lines" --vocab 3 &&
	says "--vocab: 3 is not in" &&
	fails_with 2 itdata tokenizer train "$lines" --coverage 2 &&
	says "--coverage: 2" &&
	fails_with 2 itdata tokenizer train && says "operands are missing"
'
it 'says which file cannot be read or holds nothing' '
	fails_with 1 itdata tokenizer train no.txt && says "no.txt" &&
	: >empty.txt && fails_with 1 itdata tokenizer train empty.txt &&
	says "there are no words in empty.txt"
'
it 'leaves an old file alone when writing fails' '
	echo old >tokenizer.json &&
	ITDATA_FAULT=write:1 &&
	export ITDATA_FAULT &&
	fails_with 1 itdata tokenizer train "$lines" --vocab 550 &&
	unset ITDATA_FAULT && [ "$(cat tokenizer.json)" = old ] &&
	[ ! -e tokenizer.json.tmp ]
'
finish
