# encode.sh - what `itdata encode` promises at the command line
. "$srcdir/tests/cli/lib.sh"

model=$data/encode/bert
texts=$data/encode/texts.txt

# rows FILE: shape and bytes of a .npy of 24 columns
rows() {
	head -c 128 "$1" | tr -d '\0' | grep -a -o "shape.: ([0-9]*, [0-9]*)"
}

it 'writes one row of float32 for each line' '
	itdata encode "$texts" -o a.npy --model "$model" >out &&
	expect out <<-\EOF &&
	8 lines, 24 numbers each, by bert
	EOF
	rows a.npy >out && expect out <<-\EOF &&
	shape'"'"': (8, 24)
	EOF
	[ "$(stat -c %s a.npy)" = $((128 + 8 * 24 * 4)) ] &&
	head -c 6 a.npy | tail -c 5 | grep -q NUMPY
'
it 'reports as JSON with the promised keys' '
	itdata encode "$texts" -o a.npy --model "$model" --json >out &&
	jq -e "[.lines, .model, .dimension] == [8, \"bert\", 24]" out &&
	jq -e ".seconds >= 0" out
'
it 'gives the same bytes for any number of threads and from a pipe' '
	for i in 1 2 3 4 5 6 7 8 9; do cat "$texts" "$texts"; done >long &&
	itdata encode long -o a.npy --model "$model" -j 1 &&
	itdata encode long -o b.npy --model "$model" -j 4 &&
	cat long | itdata encode -o c.npy --model "$model" -j 2 &&
	cmp a.npy b.npy && cmp a.npy c.npy
'
it 'cuts long texts where it is told' '
	itdata encode "$texts" -o a.npy --model "$model" &&
	itdata encode "$texts" -o b.npy --model "$model" --max-tokens 8 &&
	! cmp -s a.npy b.npy
'
it 'writes a prefix before each line' '
	printf "the sky\n" >a && printf "query: the sky\n" >b &&
	itdata encode a -o a.npy --model "$model" --prefix "query: " &&
	itdata encode b -o b.npy --model "$model" && cmp a.npy b.npy
'
it 'computes in bytes' '
	itdata encode "$texts" -o a.npy --model "$model" --precision int8 \
		>out && grep -q "by bert/int8$" out
'
it 'takes an empty file, and lines without an end' '
	: >none && itdata encode none -o a.npy --model "$model" &&
	rows a.npy | grep -q "(0, 24)" &&
	printf "a\nb" | itdata encode -o b.npy --model "$model" &&
	rows b.npy | grep -q "(2, 24)" &&
	printf "a\r\nb\r\n" | itdata encode -o c.npy --model "$model" &&
	cmp b.npy c.npy
'
it 'names a line that is not UTF-8, and leaves no file' '
	printf "a\nb\\377\n" >bad &&
	fails_with 1 itdata encode bad -o a.npy --model "$model" &&
	says "bad:2: not UTF-8" && ! [ -e a.npy ] && ! [ -e a.npy.tmp ]
'
it 'says what is missing' '
	fails_with 2 itdata encode "$texts" --model "$model" && says "-o" &&
	fails_with 1 itdata encode "$texts" -o a.npy --model nowhere &&
	says nowhere && mkdir empty &&
	fails_with 1 itdata encode "$texts" -o a.npy --model empty &&
	says "no model.safetensors" &&
	fails_with 1 itdata encode absent.txt -o a.npy --model "$model" &&
	says absent.txt &&
	fails_with 2 itdata encode "$texts" -o a.npy --model "$model" \
		--precision int9 && ! [ -e a.npy ]
'
it 'fails when the disk is full' '
	ITDATA_FAULT=write:1 fails_with 1 itdata encode "$texts" -o a.npy \
		--model "$model" && says "No space left" && ! [ -e a.npy ]
'
finish
