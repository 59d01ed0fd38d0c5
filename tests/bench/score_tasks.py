"""score_tasks.py - how many tasks does a small selection hold?

    score_tasks.py FOLDER DATA [SEEDS]

20 tasks of natural-instructions (DATA/natural-instructions/tasks.tar.zst), the
smallest with 10 pairs, the largest with 1,000, and a budget of 1 % of all pairs:
most tasks are less than a hundredth of the set, and random choice misses them.
Prints how many tasks each method of `itdata select` holds, and random the mean
of SEEDS (20) draws.  Needs itdata on the PATH, tar and zstd.
"""
import json
import os
import sqlite3
import subprocess
import sys

TASKS, LEAST, MOST = 20, 10, 1000


def unpack(folder, data):
    name = os.path.join(data, "natural-instructions", "tasks.tar.zst")
    os.makedirs(os.path.join(folder, "tasks"), exist_ok=True)
    zstd = subprocess.Popen(["zstd", "-dc", "--long=27", name],
                            stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", os.path.join(folder, "tasks")],
                   stdin=zstd.stdout, check=True)
    found = []
    for top, _, files in os.walk(os.path.join(folder, "tasks")):
        found += [os.path.join(top, f) for f in files if f.endswith(".json")]
    return sorted(found)


def write_set(folder, data):
    """One file a task, so that the source of a pair names its task."""
    out, task = [], 0
    for name in unpack(folder, data):
        whole = json.load(open(name, encoding="utf-8"))
        if len(whole.get("Instances", [])) < MOST:
            continue
        # large and small by turns, whatever the order of names
        place = task * 7 % TASKS
        n = round(LEAST * (MOST / LEAST) ** (place / (TASKS - 1)))
        path = os.path.join(folder, "task%02d-%d.jsonl" % (task, n))
        with open(path, "w", encoding="utf-8") as lines:
            for one in whole["Instances"][:n]:
                json.dump({"instruction": whole["Definition"][0],
                           "input": one["input"], "output": one["output"][0]},
                          lines, ensure_ascii=False)
                lines.write("\n")
        out.append(path)
        task += 1
        if task == TASKS:
            break
    assert task == TASKS, "too few tasks"
    return out


def run(*args):
    return json.loads(subprocess.run(["itdata", *args, "-q", "--json"],
                                     check=True, stdout=subprocess.PIPE).stdout)


def tasks_held(database):
    db = sqlite3.connect(database)
    n = db.execute("SELECT count(DISTINCT p.source_id) FROM kept k "
                   "JOIN pair p ON p.id = k.id").fetchone()[0]
    db.close()
    return n


def main():
    folder, data = sys.argv[1], sys.argv[2]
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    database = os.path.join(folder, "tasks.db")
    if os.path.exists(database):
        os.remove(database)
    subprocess.run(["itdata", "ingest", "-q", database, *write_set(folder, data)],
                   check=True, stdout=subprocess.DEVNULL)
    run("embed", database)
    run("score", database)
    pairs = run("stats", database)["kept"]
    budget = pairs // 100
    print("%d pairs of %d tasks, sizes 1:%d; %d are chosen"
          % (pairs, TASKS, MOST // LEAST, budget))
    for name, how in (("facility", []), ("kcenter", []),
                      ("score-diverse", ["--by", "quality", "--alike", "0.8"]),
                      ("top", ["--by", "novelty"])):
        run("select", database, "-n", str(budget), "--method", name, *how)
        print("%-28s %5.1f tasks" % (" ".join([name] + how), tasks_held(database)))
    held = []
    for seed in range(1, seeds + 1):
        run("select", database, "-n", str(budget), "--method", "random",
            "--seed", str(seed))
        held.append(tasks_held(database))
    print("%-28s %5.1f tasks (%d to %d)" % ("random, mean of %d" % seeds,
          sum(held) / len(held), min(held), max(held)))


main()
