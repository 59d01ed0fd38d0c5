#!/usr/bin/env python3
"""ingest_peer.py python|duckdb|sqlite-utils FILE.jsonl OUT.db

What a data team would write today: every key a column.
"""
import json
import sqlite3
import sys

which, source, out = sys.argv[1:]
if which == "python":
    db = sqlite3.connect(out)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("CREATE TABLE pair (id INTEGER PRIMARY KEY, instruction TEXT, "
               "input TEXT, output TEXT, kind TEXT, of_id INTEGER)")

    def rows():
        with open(source, encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield (row["instruction"], row["input"], row["output"],
                       row["kind"], row["of"])
    db.executemany("INSERT INTO pair (instruction, input, output, kind, of_id)"
                   " VALUES (?, ?, ?, ?, ?)", rows())
    db.commit()
    db.close()
elif which == "duckdb":
    import duckdb
    db = duckdb.connect(out)
    db.execute("SET threads = 2")
    db.execute(f"CREATE TABLE pair AS SELECT * FROM read_json('{source}', "
               "format = 'newline_delimited')")
    db.close()
else:
    from sqlite_utils import cli
    cli.cli(["insert", out, "pair", source, "--nl"], standalone_mode=False)
