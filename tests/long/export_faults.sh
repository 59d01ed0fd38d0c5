# export_faults.sh - a disk that is full, and kills at any moment
. "$srcdir/tests/cli/lib.sh"

# many DATABASE N: N pairs, a third of them Japanese
many() {
	awk -v n="$2" 'BEGIN { for (i = 0; i < n; i++)
		printf "{\"instruction\":\"%s %d\",\"output\":\"%s %d\"}\n",
			i % 3 ? "Write about the sea, please, number" : "海について書いてください",
			i, i % 3 ? "The sea is wide and deep and cold and blue, number" : "海は広くて深くて冷たくて青い", i }' >many.jsonl
	itdata ingest "$1" many.jsonl -q >/dev/null
}

# on_small_disk KIB COMMANDS: with a folder `disk` of that size
on_small_disk() {
	mkdir -p disk && mount -t tmpfs -o size=$1k none disk || return 1
	(eval "$2")
	rc=$?
	umount disk
	return $rc
}

if mkdir -p "$work/probe" && mount -t tmpfs -o size=64k none "$work/probe" 2>/dev/null; then
	umount "$work/probe"
	it 'a full disk is an error, and the export that was there stays' '
		many a.db 3000 &&
		itdata export a.db -o whole -q >said &&
		full=0 && for size in 200 300 400 500 600 700 800 900 1000 4000; do
			on_small_disk $size "
				itdata export a.db -o disk/out --cap 100 -q >said || exit 1
				cp -r disk/out small
				if itdata export a.db -o disk/out -q >said 2>err; then
					diff -r disk/out whole
				else
					[ \$? = 1 ] && says \"No space left on device\" &&
					diff -r disk/out small && itdata verify disk/out && echo full
				fi; rc=\$?; rm -rf small; exit \$rc" >told || { cat told; exit 1; }
			grep -qx full told && full=$((full + 1))
		done; [ $full -gt 5 ] && [ $full -lt 10 ]
	'
	it 'a full TMPDIR is an error that says so' '
		many a.db 20000 && on_small_disk 1024 "
			TMPDIR=\$PWD/disk fails_with 1 itdata export a.db -o out --memory 1M &&
			says \"TMPDIR chooses its folder\"" && [ ! -e out ]
	'
else
	echo "# skipped: no small disk can be mounted here"
fi
it 'is whole wherever it is killed, and a second run completes it' '
	many a.db 20000 && itdata export a.db -o old --shards 3 -q >said &&
	itdata export a.db -o new --shards 2 --seed 3 -q >said && killed=0 &&
	for n in $(seq 1 40); do
		rm -rf out && cp -r old out
		itdata export a.db -o out --shards 2 --seed 3 -q >said 2>err &
		sleep "$(awk -v n=$n "BEGIN { print n * 0.01 }")"
		kill -9 $! 2>/dev/null && killed=$((killed + 1))
		wait $! 2>/dev/null
		for f in $(cd out && ls *.jsonl meta/*); do
			cmp -s out/$f old/$f || cmp -s out/$f new/$f || {
				echo "$f is neither old nor new"; exit 1; }
		done
		itdata export a.db -o out --shards 2 --seed 3 -q >said || exit 1
		diff -r new out || exit 1
	done && [ $killed -gt 5 ]
'
finish
