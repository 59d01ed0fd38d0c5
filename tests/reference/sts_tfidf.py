#!/usr/bin/env python3
"""sts_tfidf.py PAIRS.tsv... - the floor: cosine of character 1-4-gram TF-IDF

Files as sts_scores.py reads them; the weights are fitted on the file itself
(smooth idf, as scikit-learn has it), which flatters this row a little.
"""
import math
import sys
from collections import Counter


def grams(text):
    text = text.lower()
    return Counter(text[i:i + n] for n in range(1, 5)
                   for i in range(len(text) - n + 1))


def ranks(x):
    order, rank, i = sorted(range(len(x)), key=x.__getitem__), [0.0] * len(x), 0
    while i < len(order):
        j = i
        while j < len(order) and x[order[j]] == x[order[i]]:
            j += 1
        for k in order[i:j]:
            rank[k] = (i + j - 1) / 2
        i = j
    return rank


def correlation(a, b):
    ma, mb = sum(a) / len(a), sum(b) / len(b)
    ab = sum((x - ma) * (y - mb) for x, y in zip(a, b))
    return ab / math.sqrt(sum((x - ma) ** 2 for x in a) *
                          sum((y - mb) ** 2 for y in b))


def cosine(a, b, idf):
    dot = sum(n * b[g] * idf[g] ** 2 for g, n in a.items() if g in b)
    size = [math.sqrt(sum((n * idf[g]) ** 2 for g, n in x.items()))
            for x in (a, b)]
    return dot / (size[0] * size[1]) if size[0] * size[1] else 0


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as f:
            row = [line.rstrip("\n").split("\t") for line in f]
        count = [(grams(r[0]), grams(r[1])) for r in row]
        df = Counter(g for pair in count for x in pair for g in x)
        n = 2 * len(row)
        idf = {g: math.log((1 + n) / (1 + k)) + 1 for g, k in df.items()}
        value = [cosine(a, b, idf) for a, b in count]
        wanted = [float(r[2]) for r in row]
        print(f"{path.split('/')[-1]:20}  "
              f"{100 * correlation(ranks(value), ranks(wanted)):.2f}")


main()
