# lib.sh - what command tests share; each script is sourced with srcdir set
#
#     it 'does a thing' ' commands && expect out <<-\EOF ... '
#     fails_with 2 itdata dedup -t 7 c.db
#     finish
#
# Each test file runs in a folder of its own, $abs_builddir/tests/tmp/NAME.

srcdir=$(cd "${srcdir:-.}" && pwd)
abs_builddir=${abs_builddir:-$PWD}
data=$srcdir/tests/data
samples=$srcdir/samples
PATH=$abs_builddir:$PATH
export srcdir data samples PATH
export LC_ALL=C.UTF-8 NO_COLOR=1
export ITDATA_RULES="$srcdir/rules" ITDATA_MODELS="$srcdir/src/model"

name=$(basename "$0" .sh)
work=$abs_builddir/tests/tmp/$name
rm -rf "$work"
mkdir -p "$work"
cd "$work" || exit 99

passed=0
failed=0

# it NAME COMMANDS: one test, in a folder of its own, in a subshell
it() {
	mkdir -p "$work/$((passed + failed + 1))"
	cd "$work/$((passed + failed + 1))" || exit 99
	if (eval "$2") >"$work/output" 2>&1; then
		passed=$((passed + 1))
		echo "ok - $1"
	else
		failed=$((failed + 1))
		echo "not ok - $1"
		sed 's/^/    /' "$work/output"
	fi
	cd "$work" || exit 99
}

# expect FILE: FILE holds exactly what comes on stdin
expect() {
	diff -u - "$1"
}

# fails_with STATUS COMMAND...: it ends with this status; stderr goes to `err`
fails_with() {
	wanted=$1
	shift
	status=0
	"$@" 2>err || status=$?
	cat err >&2
	if [ "$status" != "$wanted" ]; then
		echo "exit status $status, wanted $wanted: $*" >&2
		return 1
	fi
}

# says TEXT: the last fails_with said this, in one line or with a usage line
says() {
	grep -F -q -e "$1" err && return
	echo "stderr does not say: $1" >&2
	return 1
}

# sql DATABASE QUERY
sql() {
	sqlite3 "$1" "$2"
}

finish() {
	echo "1..$((passed + failed))"
	echo "# $passed passed, $failed failed"
	[ "$failed" = 0 ]
	exit
}
