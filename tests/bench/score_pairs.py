"""score_pairs.py - a database of pairs with vectors, to measure score on

    score_pairs.py DATABASE PAIRS [SENTENCES]

With SENTENCES (a file, a line each) the first pairs are these lines with their
vectors by mini; the rest are planted: a line drawn by Zipf's law, its vector
moved to a cosine of 0.6 to 0.98.  So cells, density and nearest neighbours have
the shape of real text.  Without it, vectors lie around 2,000 directions of
unequal weight, which lie around 40.  Needs itdata on the PATH and NumPy.
"""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

import numpy as np

WIDTH = 256
STEP = 65536


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def made_up(n, rng):
    topic = unit(rng.standard_normal((40, WIDTH)))
    kind = unit(topic[rng.integers(40, size=2000)] +
                unit(rng.standard_normal((2000, WIDTH))))
    weight = 1 / np.arange(1, 2001) ** 0.7
    of = rng.choice(2000, size=n, p=weight / weight.sum())
    spread = rng.uniform(0.5, 1.2, size=(n, 1))
    return unit(kind[of] + spread * unit(rng.standard_normal((n, WIDTH))))


def real(path, folder):
    out = os.path.join(folder, "real.npy")
    subprocess.run(["itdata", "encode", "-q", path, "-o", out], check=True)
    x = np.load(out)
    return x[np.linalg.norm(x, axis=1) > 0]


def planted(x, n, rng):
    weight = 1 / (10 + np.arange(len(x))) ** 0.7
    of = rng.choice(rng.permutation(len(x)), size=n, p=weight / weight.sum())
    out = np.empty((n, x.shape[1]), np.float32)
    for at in range(0, n, STEP):
        base = unit(x[of[at:at + STEP]])
        noise = rng.standard_normal(base.shape)
        noise -= (noise * base).sum(1, keepdims=True) * base
        cosine = rng.uniform(0.6, 0.98, size=(len(base), 1))
        out[at:at + STEP] = cosine * base + np.sqrt(1 - cosine ** 2) * unit(noise)
    return out


def vectors(n, path, folder, rng):
    if not path:
        return made_up(n, rng).astype(np.float32)
    x = real(path, folder)[:n]
    order = rng.permutation(n)
    if len(x) < n:
        x = np.concatenate([x, planted(x, n - len(x), rng)])
    return x[order].astype(np.float32)


def write_pairs(n, path, folder, rng):
    """Answers of 100 to 600 bytes, so that they cost what real ones do."""
    name = os.path.join(folder, "pairs.jsonl")
    lines = open(path, encoding="utf-8").read().split("\n") if path else [
        "sentence %d of many" % i for i in range(1000)]
    pick = rng.integers(len(lines), size=(n, 7))
    kinds = ["open_qa", "classify", "extract", "maths", ""]
    with open(name, "w", encoding="utf-8") as out:
        for i in range(n):
            row = [lines[j] for j in pick[i]]
            json.dump({"instruction": "%d: %s" % (i, row[0]),
                       "output": " ".join(row[1:2 + i % 6]),
                       "category": kinds[i % 5]}, out, ensure_ascii=False)
            out.write("\n")
    return name


def main():
    database, n = sys.argv[1], int(sys.argv[2])
    path = sys.argv[3] if len(sys.argv) > 3 else None
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(database)) as folder:
        x = vectors(n, path, folder, rng)
        name = write_pairs(n, path, folder, rng)
        subprocess.run(["itdata", "ingest", "-q", "--lang", "en", database, name],
                       check=True, stdout=subprocess.DEVNULL)
    db = sqlite3.connect(database)
    db.execute("PRAGMA synchronous = OFF")
    ids = [row[0] for row in db.execute("SELECT id FROM pair ORDER BY id")]
    assert len(ids) == n, "some pairs were rejects"
    db.executemany("INSERT INTO embedding VALUES (?, 'bench', 'instruction', ?)",
                   ((i, x[j].tobytes()) for j, i in enumerate(ids)))
    db.commit()
    db.close()


main()
