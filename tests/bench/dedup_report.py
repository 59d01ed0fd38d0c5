#!/usr/bin/env python3
"""dedup_report.py - what a removal got right and wrong, beside the truth

    dedup_report.py CORPUS.jsonl TRUTH.npz REMOVED [LABEL] [--flags]

REMOVED holds a record's number a line.  Prints one row of a table:

label | removed | recall | near-duplicate recall | precision | clusters lost
whole | numbers lost | names lost

recall     of true pairs (dedup_truth.py), those with a side removed; the
           near-duplicate one leaves out exact copies (similarity 1)
precision  of removed records, those with a true partner
lost       connected components of true pairs without a member that stays
numbers    planted records, of all of them in percent, that differ from another
names      in numbers (or in names) only and were removed
"""
import json
import sys

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def main():
    corpus, truth, removed, label = sys.argv[1:5]
    kinds = np.array([json.loads(line)["kind"]
                      for line in open(corpus, encoding="utf-8")])
    data = np.load(truth)
    pair, value = data["pair"], data["similarity"]
    out = np.zeros(len(kinds), bool)
    out[np.loadtxt(removed, dtype=np.int64, ndmin=1)] = True
    hit = out[pair[:, 0]] | out[pair[:, 1]]
    near = value < 1
    partner = np.zeros(len(kinds), bool)
    partner[pair.ravel()] = True
    n, component = connected_components(coo_matrix(
        (np.ones(len(pair)), (pair[:, 0], pair[:, 1])),
        (len(kinds), len(kinds))), directed=False)
    size = np.bincount(component, minlength=n)
    gone = np.bincount(component[out], minlength=n)
    lost = int(np.sum((size > 1) & (gone == size)))

    def share(kind):
        which = kinds == kind
        return 100 * np.sum(out & which) / max(1, np.sum(which))

    print(f"| {label} | {out.sum()} | {hit.mean():.5f} | "
          f"{hit[near].mean() if near.any() else 1:.5f} | "
          f"{(out & partner).sum() / max(1, out.sum()):.4f} | "
          f"{lost} of {int(np.sum(size > 1))} | {share('number'):.1f} % | "
          f"{share('name'):.1f} % |")


main()
