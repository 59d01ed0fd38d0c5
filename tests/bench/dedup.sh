#!/bin/sh
# dedup.sh - near duplicates beside other tools, against the exact truth
#
#     ITDATA_DATA=FOLDER ITDATA_PEERS=FOLDER make bench BENCH=dedup
#
# ITDATA_DATA holds natural-instructions/, jaquad/ and jglue-jsquad/.
# ITDATA_PEERS holds a virtual environment each; an absent one is skipped:
#
#     rensa/       pip install rensa==0.5.0
#     datasketch/  pip install datasketch==2.0.0       also for the truth
#     text-dedup/  pip install text-dedup==0.4.1       Python 3.12
#     datatrove/   pip install 'datatrove[io,processing]==0.10.1' spacy sudachipy
#                  sudachidict_core
#
# COUNTS (50000 200000), LANGS (en ja), OURS (minhash join exact) and PEERS choose
# what runs; LARGEST
# (200000) is the largest count whose truth is computed, and a peer that takes
# longer than LIMIT (900) seconds is given up.  Corpora, truths and what was
# measured stay in WORK, and what is there is not done again.
: "${ITDATA_DATA:?names the folder of the data; see tests/bench/dedup.sh}"
: "${ITDATA_PEERS:?names the folder of the peers; see tests/bench/dedup.sh}"
work=${WORK:-$abs_builddir/tests/tmp/bench-dedup}
counts=${COUNTS:-50000 200000}
langs=${LANGS:-en ja}
peers=${PEERS-rensa-rho-8 rensa-r-8 rensa-r-16 rensa-r rensa-c datasketch
	text-dedup text-dedup-verify datatrove}
reference=$ITDATA_PEERS/datasketch/bin/python
mkdir -p "$work"
PATH=$abs_builddir:$PATH

# measured LABEL COMMAND...: run once; LABEL.cost gets CPU, wall and peak
measured() {
	label=$1
	shift
	[ -s "$work/$label.cost" ] && return
	/usr/bin/time -f '%U %S %e %M' -o "$work/$label.time" \
		timeout "${LIMIT:-900}" "$@" >"$work/$label.log" 2>&1 || {
		echo "$label: failed, see $work/$label.log" >&2
		return 1
	}
	awk 'END { printf "%.2f | %.1f | %.0f\n", $1 + $2, $3, $4 / 1024 }' \
		"$work/$label.time" >"$work/$label.cost"
}

# row LABEL RULE REMOVED: its cost, and what it got right by RULE's truth
row() {
	printf '%s ' "$("$reference" "$srcdir/tests/bench/dedup_report.py" \
		"$corpus" "$work/$set-$2.npz" "$work/$3" "$1, $2")"
	[ "$count" -gt "${LARGEST:-200000}" ] || cat "$work/$3.cost"
}

# pairs LABEL OPTIONS...: dedup of the database of this set, from scratch
pairs() {
	label=$set-$1
	shift
	[ -s "$work/$label.cost" ] ||
		itdata undo "$work/$set.db" dedup >/dev/null 2>&1
	sqlite3 "$work/$set.db" "DELETE FROM signature"
	measured "$label" itdata dedup -q "$work/$set.db" "$@" || return
	[ -s "$work/$label" ] || sqlite3 "$work/$set.db" \
		"SELECT record FROM pair JOIN decision_row ON pair_id = id" \
		>"$work/$label"
}

truth() {
	[ "$count" -le "${LARGEST:-200000}" ] || return
	for by in "$@"; do
		[ -s "$work/$set-$by.npz" ] || "$reference" \
			"$srcdir/tests/reference/dedup_truth.py" "$corpus" \
			"$by" 0.8 "$work/$set-$by.npz" >&2
	done
}

peer() {
	venv=$1
	case $1 in
	rensa-*) venv=rensa ;;
	text-dedup-*) venv=text-dedup ;;
	esac
	[ -x "$ITDATA_PEERS/$venv/bin/python" ] || return
	measured "$set-$1" "$ITDATA_PEERS/$venv/bin/python" \
		"$srcdir/tests/bench/dedup_peer.py" "$1" "$rule" "$corpus" \
		"$work/$set-$1" && row "$1" "$rule" "$set-$1"
}

for count in $counts; do
	for lang in $langs; do
		set=$lang-$count
		corpus=$work/$set.jsonl
		rule=words
		[ "$lang" = en ] || rule=chars
		[ -s "$corpus" ] || {
			"$reference" "$srcdir/tests/bench/dedup_corpus.py" \
				"$ITDATA_DATA" "$lang" "$count" 1 \
				>"$corpus.part" &&
			mv "$corpus.part" "$corpus"
		}
		truth $rule text pair
		printf '\n%s: %s records, %s bytes\n\n' "$set" "$count" \
			"$(wc -c <"$corpus")"
		echo '| method, truth | removed | recall | near recall |' \
			'precision | clusters lost | numbers lost |' \
			'names lost | CPU s | wall s | MiB |'
		echo '|---|---|---|---|---|---|---|---|---|---|---|'
		[ -s "$work/$set-ingest.cost" ] || rm -f "$work/$set.db"
		measured "$set-ingest" itdata ingest -q "$work/$set.db" "$corpus"
		for method in ${OURS-minhash join exact}; do
			pairs $method --method $method &&
				row $method pair "$set-$method"
			pairs text-$method --method $method --on text &&
				row "$method --on text" text \
					"$set-text-$method" &&
				row "$method --on text" $rule \
					"$set-text-$method"
		done
		for one in $peers; do
			peer "$one"
		done
		echo "ingest: $(cat "$work/$set-ingest.cost") (CPU s, wall s," \
			"MiB)"
	done
done
