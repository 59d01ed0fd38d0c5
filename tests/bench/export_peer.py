#!/usr/bin/env python3
"""What a careful script does: kept pairs to one shard of messages, its meta
lines and its SHA-256, with sqlite3 and json of the standard library.

    export_peer.py pairs.db FOLDER
"""
import hashlib
import json
import os
import sqlite3
import sys


def main():
    db = sqlite3.connect(sys.argv[1])
    os.makedirs(sys.argv[2], exist_ok=True)
    sha = hashlib.sha256()
    with open(f"{sys.argv[2]}/train.jsonl", "wb") as out, \
            open(f"{sys.argv[2]}/meta.jsonl", "w") as meta:
        for (ident, source, record, lang, category, system, instruction, given,
             response) in db.execute(
                """SELECT p.id, s.name, p.record, p.lang, p.category, p.system,
                          p.instruction, p.input, p.response
                   FROM pair p JOIN source s ON s.id = p.source_id
                   WHERE p.id IN (SELECT id FROM kept) ORDER BY p.id"""):
            messages = []
            if system:
                messages.append({"role": "system", "content": system})
            if given:
                instruction += "\n\n" + given
            messages.append({"role": "user", "content": instruction})
            messages.append({"role": "assistant", "content": response})
            line = json.dumps({"messages": messages},
                              ensure_ascii=False).encode() + b"\n"
            sha.update(line)
            out.write(line)
            meta.write(json.dumps({"id": ident, "source": source,
                                   "record": record, "lang": lang,
                                   "category": category},
                                  ensure_ascii=False) + "\n")
    print(sha.hexdigest())


main()
