#!/usr/bin/env python3
"""sts_scores.py - how well an encoder's vectors agree with what people say

    pip install numpy
    sts_scores.py ITDATA PAIRS.tsv... [-- OPTIONS OF itdata encode]

A file holds lines of text TAB text TAB score.  Where scores differ it prints
Spearman's correlation of cosine and score; where they are one number, the
share of first texts whose nearest second text is their own, and the other way
round; both in percent, and for vectors cut to a half and a quarter as well.
"""
import subprocess
import sys
import tempfile

import numpy as np


def ranks(x):
    order = np.argsort(x, kind="stable")
    rank = np.empty(len(x))
    rank[order] = np.arange(len(x))
    _, group = np.unique(x, return_inverse=True)
    return (np.bincount(group, rank) / np.bincount(group))[group]


def spearman(a, b):
    return 100 * np.corrcoef(ranks(a), ranks(b))[0, 1]


def encode(itdata, options, text):
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/in.txt", "w", encoding="utf-8") as f:
            f.write("".join(t + "\n" for t in text))
        subprocess.run([itdata, "encode", f"{folder}/in.txt", "-o",
                        f"{folder}/out.npy", "-q", *options], check=True,
                       stdout=subprocess.DEVNULL)
        return np.load(f"{folder}/out.npy")


def score(a, b, wanted):
    a = a / (np.linalg.norm(a, axis=1, keepdims=True) + 1e-12)
    b = b / (np.linalg.norm(b, axis=1, keepdims=True) + 1e-12)
    if np.ptp(wanted):
        return f"{spearman((a * b).sum(1), wanted):6.2f}"
    cosine, own = a @ b.T, np.arange(len(a))
    return (f"{100 * (cosine.argmax(1) == own).mean():6.2f}"
            f" {100 * (cosine.argmax(0) == own).mean():6.2f}")


def main():
    args = sys.argv[1:]
    options = args[args.index("--") + 1:] if "--" in args else []
    args = args[:args.index("--")] if "--" in args else args
    for path in args[1:]:
        with open(path, encoding="utf-8") as f:
            row = [line.rstrip("\n").split("\t") for line in f]
        wanted = np.array([float(r[2]) for r in row])
        v = encode(args[0], options, [r[0] for r in row] + [r[1] for r in row])
        a, b = v[:len(row)], v[len(row):]
        print(f"{path.split('/')[-1]:20}", *(
            f"{d}: {score(a[:, :d], b[:, :d], wanted)}"
            for d in (v.shape[1], v.shape[1] // 2, v.shape[1] // 4)), sep="  ")


main()
