"""score_peers.py - neighbours and selection beside scikit-learn and apricot

    score_peers.py DATABASE N K BUDGET [REPEAT]

The first N vectors of DATABASE.  Neighbours: the 10 nearest of every vector, by
`itdata score` on a database of these pairs, NearestNeighbors(brute, cosine), and
NumPy (blocks of 1,024, argpartition).  Selection: BUDGET pairs, by `itdata select`,
apricot's FacilityLocationSelection (lazy) on the dense matrix, and a plain lazy
greedy in Python on the graph of K neighbours.  CPU seconds, one thread each; the
greedy ones without finding the graph, ours with everything (reading, writing).
"""
import heapq
import os
import sqlite3
import subprocess
import sys
import time

for name in ("OMP", "OPENBLAS", "MKL", "NUMBA"):
    os.environ[name + "_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402


def cpu():
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system


def timed(what, work, repeat):
    out, times = None, []
    for _ in range(repeat):
        start = cpu()
        out = work()
        times.append(cpu() - start)
    times.sort()
    print("%-34s %8.2f CPU s" % (what, times[len(times) // 2]), flush=True)
    return out


def cut(database, n):
    name = "%s.%d.db" % (database, n)
    if not os.path.exists(name):
        subprocess.run(["cp", database, name], check=True)
        db = sqlite3.connect(name)
        last = db.execute("SELECT id FROM pair ORDER BY id LIMIT 1 OFFSET ?",
                          (n - 1,)).fetchone()[0]
        db.execute("DELETE FROM embedding WHERE pair_id > ?", (last,))
        db.execute("DELETE FROM pair WHERE id > ?", (last,))
        db.commit()
        db.close()
    return name


def load(database):
    db = sqlite3.connect(database)
    x = np.stack([np.frombuffer(v, np.float32) for (v,) in db.execute(
        "SELECT vector FROM embedding ORDER BY pair_id")])
    db.close()
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def sklearn_knn(x, k):
    from sklearn.neighbors import NearestNeighbors
    found = NearestNeighbors(n_neighbors=k + 1, algorithm="brute", metric="cosine")
    return found.fit(x).kneighbors(x)


def numpy_knn(x, k):
    id = np.empty((len(x), k), np.int64)
    cosine = np.empty((len(x), k), np.float32)
    for at in range(0, len(x), 1024):
        s = x[at:at + 1024] @ x.T
        s[np.arange(len(s)), np.arange(at, at + len(s))] = -2
        part = np.argpartition(s, -k, axis=1)[:, -k:]
        id[at:at + 1024] = part
        cosine[at:at + 1024] = np.take_along_axis(s, part, 1)
    return id, cosine


def lazy_greedy(id, cosine, budget):
    """Facility location on the graph of neighbours, both directions."""
    n = len(id)
    edges = [{} for _ in range(n)]
    for i in range(n):
        for j, s in zip(id[i], cosine[i]):
            if s > 0:
                edges[i][int(j)] = float(s)
                edges[int(j)][i] = float(s)
    served = [0.0] * n

    def gain(i):
        return 1 - served[i] + sum(max(0.0, s - served[j])
                                   for j, s in edges[i].items())

    heap = [(-gain(i), i, 0) for i in range(n)]
    heapq.heapify(heap)
    chosen, value = [], 0.0
    while len(chosen) < budget:
        bound, i, stamp = heapq.heappop(heap)
        if stamp != len(chosen):
            heapq.heappush(heap, (-gain(i), i, len(chosen)))
            continue
        chosen.append(i)
        value -= bound
        served[i] = 1.0
        for j, s in edges[i].items():
            served[j] = max(served[j], s)
    return value


def apricot(x, budget):
    from apricot import FacilityLocationSelection
    s = x @ x.T
    np.maximum(s, 0, out=s)
    model = FacilityLocationSelection(budget, metric="precomputed",
                                      optimizer="lazy")
    return model.fit(s.astype(np.float64)).ranking


def main():
    n, k, budget = (int(a) for a in sys.argv[2:5])
    repeat = int(sys.argv[5]) if len(sys.argv) > 5 else 3
    database = cut(sys.argv[1], n)
    x = load(database)
    print("%d vectors of %d numbers" % x.shape)
    ours = lambda *a: subprocess.run(["itdata", *a, "-q", "-j", "1"], check=True,
                                     stdout=subprocess.DEVNULL)
    timed("itdata score, everything", lambda: ours("score", database), repeat)
    timed("scikit-learn, 10 neighbours", lambda: sklearn_knn(x, 10), repeat)
    timed("NumPy, 10 neighbours", lambda: numpy_knn(x, 10), repeat)
    timed("itdata select, everything",
          lambda: ours("select", database, "-n", str(budget)), repeat)
    id, cosine = timed("NumPy, %d neighbours" % k, lambda: numpy_knn(x, k), repeat)
    timed("lazy greedy in Python, on them",
          lambda: lazy_greedy(id, cosine, budget), repeat)
    apricot(x[:500], 5)  # compiles
    timed("apricot, dense", lambda: apricot(x, budget), repeat)


main()
