#!/usr/bin/env python3
"""dedup_truth.py - which records of a corpus are near duplicates, by brute force

    dedup_truth.py CORPUS.jsonl RULE THRESHOLD OUT.npz      (numpy and scipy)

Every pair of records with a shingle in common is counted, without any filter,
signature or prefix; shingles are numbered, not hashed, so none collide.

RULE   words  5 words of the whole text, lower case, cut at \\W+: peers' rule
       chars  5 characters of it, lower case, without white space
       text   5 units of the whole text as itdata cuts it (--on text)
       pair   itdata's own predicate, field by field, with numbers

The last two are written from itdata-dedup(1), with Python's Unicode tables.
OUT holds `pair` (n, 2), `similarity` (n) of all pairs at or above the threshold
and `kept`: the records that stay when, in file order, a record falls if an
earlier one that stays is its match.
"""
import json
import re
import sys
import unicodedata
from collections import defaultdict

import numpy as np
from scipy.sparse import csr_matrix

N = 5
FIELDS = "instruction", "input", "output"

# -- texts as units --

CJK = re.compile("[\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035"
                 "\u3038-\u303c\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff"
                 "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
                 "\U0001b000-\U0001b16f\U00020000-\U0003ffff]")
HIDDEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
                    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
                    "\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
KINDS = {}


def kind(c):
    """l letter, d digit, c of Han or kana, a alone, or nothing."""
    known = KINDS.get(c)
    if known is not None:
        return known
    category = unicodedata.category(c)
    if c == "_":
        found = "l"
    elif c in "+-*/=<>$":
        found = "a"
    elif category in ("Nl", "No") or category[0] == "L":
        found = "c" if CJK.match(c) else "l"
    elif category == "Nd":
        found = "d"
    elif category[0] == "M":
        found = "l"
    elif category[0] == "S" and ord(c) >= 0x80:
        found = "a"
    else:
        found = ""
    KINDS[c] = found
    return found


def normal(text):
    text = unicodedata.normalize("NFKC", HIDDEN.sub("", text)).casefold()
    return unicodedata.normalize("NFKC", text)


def units_of(text):
    """The units of a text, and its numbers in order."""
    text = normal(text)
    units, numbers, at = [], [], 0
    while at < len(text):
        what = kind(text[at])
        if what in ("c", "a"):
            units.append(text[at])
        if what not in ("l", "d"):
            at += 1
            continue
        end = at
        while end < len(text) and (
                kind(text[end]) in ("l", "d") or
                text[end] in ".," and at < end < len(text) - 1 and
                text[end - 1].isdecimal() and text[end + 1].isdecimal()):
            end += 1
        word = re.sub(r",(?=\d\d\d(?!\d))", "", text[at:end])
        numbers += NUMBER.findall(word)
        units.append(word)
        at = end
    return units, tuple(numbers)


def words_of(text):
    return [w for w in re.split(r"\W+", text.lower()) if w]


def chars_of(text):
    return list(re.sub(r"\s+", "", text.lower()))


def whole(record):
    return "\n".join(record[f] for f in FIELDS)


# -- all pairs of the whole texts --

def shingle_numbers(texts):
    """(record, shingle) of lists of units, each shingle a number of its own."""
    known, ids, owner = {}, [], []
    for i, units in enumerate(texts):
        row = [known.setdefault(u, len(known) + 1) for u in units]
        if len(row) < N:
            row += [0] * (N - len(row))
        ids.append(np.array(row, np.int64))
        owner.append(len(row))
    bits = 24
    assert len(known) < 1 << bits
    flat = np.concatenate(ids)
    size = np.array(owner)
    first = np.concatenate([[0], np.cumsum(size)])
    starts = np.concatenate([np.arange(first[i], first[i + 1] - N + 1)
                             for i in range(len(size))])
    record = np.repeat(np.arange(len(size)), size - N + 1)
    high = flat[starts] << bits | flat[starts + 1]
    low = flat[starts + 2] << bits | flat[starts + 3]
    last = flat[starts + 4]
    del ids, flat, starts
    _, high = np.unique(high, return_inverse=True)
    _, low = np.unique(low, return_inverse=True)
    _, both = np.unique(high.astype(np.int64) << 32 | low,
                        return_inverse=True)
    _, shingle = np.unique(both.astype(np.int64) << bits | last,
                           return_inverse=True)
    return record, shingle, len(size)


def all_pairs(texts, threshold):
    record, shingle, n = shingle_numbers(texts)
    whole_set = csr_matrix((np.ones(len(record), np.int32), (record, shingle)),
                           (n, shingle.max() + 1))
    whole_set.data[:] = 1  # a repeat counts once
    size = np.diff(whole_set.indptr)
    often = np.asarray(whole_set.sum(axis=0)).ravel() > 1
    shared = whole_set[:, often]
    turned = shared.T.tocsr()
    pairs, values = [], []
    for at in range(0, n, 500):
        counts = (shared[at:at + 500] @ turned).tocoo()
        a, b = counts.row + at, counts.col
        later = a < b
        a, b, both = a[later], b[later], counts.data[later]
        value = both / (size[a] + size[b] - both)
        true = value >= threshold
        pairs.append(np.stack([a[true], b[true]], 1))
        values.append(value[true])
    return np.concatenate(pairs), np.concatenate(values)


# -- pairs by field --

def field_of(text):
    """What must be equal of a field, and its set or None when it is short."""
    units, numbers = units_of(text)
    if not units:
        return normal(text).split(), None
    if len(units) < 2 * N:
        return tuple(units), None
    return numbers, frozenset(zip(*(units[i:] for i in range(N))))


def by_field(records, threshold):
    groups = defaultdict(list)
    for i, record in enumerate(records):
        fields = [field_of(record[f]) for f in FIELDS]
        guard = tuple((s is None, str(equal)) for equal, s in fields)
        groups[guard].append((i, [s for _, s in fields if s is not None]))
    pairs, values = [], []
    for group in groups.values():
        for j, (b, y) in enumerate(group):
            for a, x in group[:j]:
                value = min((len(p & q) / len(p | q) for p, q in zip(x, y)),
                            default=1.0)
                if value >= threshold:
                    pairs.append((a, b))
                    values.append(value)
    return np.array(pairs).reshape(-1, 2), np.array(values)


def keep(n, pairs):
    earlier = defaultdict(list)
    for a, b in pairs.tolist():
        earlier[b].append(a)
    kept = np.ones(n, bool)
    for b in sorted(earlier):
        kept[b] = not any(kept[a] for a in earlier[b])
    return kept


def main():
    corpus, rule, threshold, out = sys.argv[1:]
    records = [json.loads(line) for line in open(corpus, encoding="utf-8")]
    if rule == "pair":
        pairs, values = by_field(records, float(threshold))
    else:
        cut = {"words": words_of, "chars": chars_of,
               "text": lambda text: units_of(text)[0]}[rule]
        pairs, values = all_pairs((cut(whole(r)) for r in records),
                                  float(threshold))
    np.savez(out, pair=pairs, similarity=values,
             kept=keep(len(records), pairs))
    print(f"{rule}: {len(records)} records, {len(pairs)} pairs at or above "
          f"{threshold}")


main()
