#!/usr/bin/env python3
"""tokenizer_lines.py DATA OUT - 100,000 real lines in ja, en, zh, emoji, code"""
import json
import random
import subprocess
import sys
from pathlib import Path

EMOJI = ("😀😂❤️👍🏽👨‍👩‍👧🇯🇵🎉✨🙏🏻🏳️‍🌈🤷‍♀️①②㍿㌔ｶﾞﾊﾟガぱé½™…─│→∀∈𝕏𝒜ﬁ")


def load(path):
    if path.suffix != ".zst":
        return path.read_text("utf-8")
    return subprocess.run(["zstd", "-dc", path], capture_output=True,
                          check=True).stdout.decode()


def strings(x):
    if isinstance(x, str):
        yield from x.split("\n")
    elif isinstance(x, (list, dict)):
        for y in x.values() if isinstance(x, dict) else x:
            yield from strings(y)


def lines(folder):
    for path in sorted(folder.iterdir()):
        if ".json" not in path.name:
            continue
        raw = load(path)
        try:
            yield from strings(json.loads(raw))
        except ValueError:
            for line in raw.split("\n"):
                if line.strip():
                    yield from strings(json.loads(line))


def main():
    data, rng = Path(sys.argv[1]), random.Random(3)
    sentences = load(data / "distill/sentences.txt.zst").split("\n")
    out = rng.sample(sentences, 50000)
    for name, most in (("llama-factory-demo", 18000), ("open-assistant", 5000),
                       ("gpteacher-codegen", 15000), ("instruction-ja", 6000)):
        some = [x for x in lines(data / name) if x.strip()]
        out += rng.sample(some, min(most, len(some)))
    while len(out) < 100000:
        text = rng.choice(sentences)
        i, k = rng.randrange(len(text) + 1), rng.randrange(1, 5)
        j = rng.randrange(len(EMOJI) - k)
        out.append(text[:i] + EMOJI[j:j + k] + text[i:])
    out = [x.replace("\r", " ") for x in out if "\0" not in x]
    rng.shuffle(out)
    Path(sys.argv[2]).write_bytes("".join(x + "\n" for x in out).encode())


main()
