#!/bin/sh
# docs.sh - command, help, manual page and test say the same
#
# Every command has man/itdata-NAME.1 and tests/cli/NAME.sh; every option of its
# help stands in its page, and no other; mandoc finds nothing wrong with a page.
. "$srcdir/tests/cli/lib.sh"

commands() {
	itdata help | sed -n 's/^  \([a-z]*\) .*/\1/p' | grep -vx 'help\|version'
}

# the long options in a help page; those all commands have are left out
help_options() {
	itdata help "$1" | sed -n '/^options:/,/^examples:/p' |
		sed -nE 's/^  (-[a-zA-Z], |    )--([a-z0-9-]+).*/\2/p' |
		grep -vx 'threads\|quiet\|json\|seed\|help' | sort -u
}

# the long options that a manual page lists
page_options() {
	sed -nE '/^\.It Fl/s/.*Fl -([a-z0-9-]+).*/\1/p' "$1" |
		grep -vx 'threads\|quiet\|json\|seed\|help' | sort -u
}

it 'has a manual page and a test for every command' '
	for name in $(commands); do
		[ -e "$srcdir/man/itdata-$name.1" ] || echo "no man/itdata-$name.1"
		[ -e "$srcdir/tests/cli/$name.sh" ] || echo "no tests/cli/$name.sh"
	done >out; expect out </dev/null
'
it 'describes the options of every command in its page' '
	for name in $(commands); do
		page=$srcdir/man/itdata-$name.1
		[ -e "$page" ] || continue
		help_options "$name" >help && page_options "$page" >page &&
		cmp -s help page || { echo "$name:"; diff help page; }
	done >out; expect out </dev/null
'
it 'names every command in README and in itdata(1)' '
	for name in $(commands); do
		grep -q "itdata $name\|\`$name\`" "$srcdir/README.md" ||
			echo "README.md: $name"
		grep -q "itdata-$name 1" "$srcdir/man/itdata.1" ||
			echo "itdata.1: $name"
	done >out; expect out </dev/null
'
it 'has pages that mandoc has nothing to say about' '
	for page in "$srcdir"/man/*.[15]; do
		mandoc -Tlint -W warning "$page"
	done >out; expect out </dev/null
'
finish
