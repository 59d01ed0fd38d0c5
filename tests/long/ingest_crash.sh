# ingest_crash.sh - kill -9 at any moment, then again: as if nothing had been
#
# KILLS (200) kills at random moments of an ingest that commits three times; a
# command that was killed is run again until it gets through, and then the
# database is compared row by row with one that nobody disturbed.
. "$srcdir/tests/cli/lib.sh"

KILLS=${KILLS:-200}

# 160,000 pairs and 800 rejects in 160 MB, some of them conversations
make_input() {
	awk 'BEGIN { srand(7); for (i = 1; i <= 160000; i++) {
		if (i % 200 == 0) { print "{\"prompt\":\"壊れた " i "\""; continue }
		pad = ""; n = 20 + int(rand() * 60)
		for (j = 0; j < n; j++) pad = pad "文章その" int(rand() * 1e6) "、"
		if (i % 10 == 0) printf "{\"messages\":[{\"role\":\"user\",\"content\":\"問 %d\"},{\"role\":\"assistant\",\"content\":\"答\"},{\"role\":\"user\",\"content\":\"続き\"},{\"role\":\"assistant\",\"content\":\"%s\"}]}\n", i, pad
		else printf "{\"messages\":[{\"role\":\"user\",\"content\":\"質問 %d\"},{\"role\":\"assistant\",\"content\":\"%s\"}]}\n", i, pad
	} }' >"$1"
}

rows() {
	sql "$1" 'PRAGMA integrity_check; SELECT * FROM pair ORDER BY id;
		SELECT * FROM turn ORDER BY pair_id, n; SELECT * FROM reject;
		SELECT name, path, sha256, records, added, rejected, finished FROM source' |
		sha256sum
}

take() {
	itdata ingest -q --max-rejects 100% "$1" a.jsonl >/dev/null 2>&1
}

it "survives $KILLS kills" '
	make_input a.jsonl &&
	start=$(date +%s%N) && take want.db && full=$((($(date +%s%N) - start) / 1000000)) &&
	rows want.db >want && itdata digest want.db | cut -c1-32 >want.digest &&
	kills=0; whole=0; seed=1
	while [ "$kills" -lt "$KILLS" ]; do
		rm -f "$PWD/b.db" "$PWD/b.db-wal" "$PWD/b.db-shm"
		until itdata ingest -q --max-rejects 100% b.db a.jsonl >/dev/null 2>&1 & pid=$!
			seed=$(((seed * 1103515245 + 12345) % 2147483648))
			sleep "$(awk "BEGIN { print $seed / 2147483648 * $full / 1000 }")"
			kill -9 $pid 2>/dev/null && kills=$((kills + 1))
			wait $pid; do :; done
		rows b.db >got && cmp want got && itdata digest b.db | cut -c1-32 | cmp want.digest - || exit 1
		whole=$((whole + 1))
	done
	echo "$kills kills, $whole databases, all as the undisturbed one"
'
grep 'kills, ' "$work/output"
finish
