#!/usr/bin/env python3
"""ingest_category.py - how often the rules for the category are right

    ingest_category.py ITDATA DATA dev|test

Tasks of natural-instructions (every other one of TASKS.tsv is `dev`, which the
rules were written on; the rest is `test`) and of the Dolly-type fixtures
(all in `test`), ingested without their own category.  Prints the accuracy by
task and by pair, and what each category was taken for.
"""
import collections
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path


def unpack(path):
    return subprocess.run(["zstd", "-dcq", "--long=27", str(path)], check=True,
                          stdout=subprocess.PIPE).stdout


def tasks(data, half):
    import io
    rows = (data / "natural-instructions" / "TASKS.tsv").read_text()
    names = [r.split("\t")[0] for r in rows.splitlines()[1:]]
    mine = set(names[(half == "test")::2])
    tar = tarfile.open(fileobj=io.BytesIO(
        unpack(data / "natural-instructions" / "tasks.tar.zst")))
    for member in tar.getmembers():
        name = os.path.basename(member.name)
        if name in mine:
            task = json.load(tar.extractfile(member))
            yield (name, task["Categories"][0], task["Definition"][0],
                   [(i["input"], i["output"][0])
                    for i in task["Instances"][:200]])


def dolly(data):
    path = data / "litgpt-fixtures" / "dolly.json"
    for i, line in enumerate(path.read_text().splitlines()):
        row = json.loads(line)
        yield (f"dolly{i}", row["category"], row["instruction"],
               [(row["context"], row["response"])])


def main():
    itdata, data, half = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    sets = list(tasks(data, half)) + (list(dolly(data)) if half == "test"
                                      else [])
    with tempfile.TemporaryDirectory() as folder:
        def take(name, category):
            path = f"{folder}/{name}.jsonl"
            with open(path, "w") as out:
                for n, own, instruction, pairs in sets:
                    for given, answer in pairs:
                        row = {"task": n, "instruction": instruction,
                               "input": given, "output": answer}
                        if category:
                            row["category"] = own
                        out.write(json.dumps(row) + "\n")
            subprocess.run([itdata, "ingest", "-q", f"{folder}/{name}.db",
                            path], check=True, stdout=subprocess.DEVNULL)
            db = sqlite3.connect(f"{folder}/{name}.db")
            return db.execute("SELECT extra ->> 'task', category FROM pair "
                              "ORDER BY id").fetchall()
        own, guessed = take("own", True), take("guess", False)
    seen = {}
    right = sum(a[1] == b[1] for a, b in zip(own, guessed))
    for (task, a), (_, b) in zip(own, guessed):
        seen.setdefault(task, []).append((a, b))
    print(f"pairs: {right}/{len(own)} = {right / len(own):.3f}")
    for kind in ("task", "dolly"):
        share = [sum(a == b for a, b in v) / len(v)
                 for t, v in seen.items() if t.startswith(kind)]
        if share:
            print(f"{kind}: {sum(share) / len(share):.3f} of {len(share)}")
    for task, v in sorted(seen.items()):
        a = v[0][0]
        b = collections.Counter(x[1] for x in v).most_common(1)[0][0]
        if a != b:
            print(f"  {task}: {a} taken for {b or 'none'}")


main()
