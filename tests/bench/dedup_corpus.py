#!/usr/bin/env python3
"""dedup_corpus.py - a corpus with planted duplicates, the same bytes each time

    dedup_corpus.py DATA en|ja COUNT SEED >corpus.jsonl

DATA holds natural-instructions/tasks.tar.zst (en) or jaquad and jglue-jsquad
(ja).  A base pair is an instruction (the first sentence of a task, or a
question), an input recombined from real passages up to a length drawn from a
log-normal distribution, and a real output with a sentence or two more.

70 % base pairs, 10 % exact copies, 2 % each of five edits (case, width and
punctuation; 3, 8 and 15 % of the words or characters dropped or replaced;
sentences in another order), 5 % that differ in numbers only and 5 % in names
only.  Keys: instruction, input, output, kind, of (line of the original).
"""
import json
import random
import re
import subprocess
import sys
from pathlib import Path

NAMES = {
    "en": "Aaron Bella Carlos Dmitri Elena Farid Greta Hiroshi Ingrid Jamal"
          .split(),
    "ja": "青木 井上 上田 江口 小川 加藤 木村 工藤 近藤 佐藤".split(),
}


def unpack(path, *options):
    return subprocess.run(["zstd", "-dcq", *options, str(path)], check=True,
                          stdout=subprocess.PIPE).stdout


def english(data):
    """Lists of (instruction, passage, output)."""
    import io
    import tarfile
    tar = tarfile.open(fileobj=io.BytesIO(unpack(
        data / "natural-instructions" / "tasks.tar.zst", "--long=27")))
    for member in sorted(tar.getmembers(), key=lambda m: m.name):
        if not member.name.endswith(".json"):
            continue
        task = json.load(tar.extractfile(member))
        first = re.split(r"(?<=[.?!])\s", task["Definition"][0])[0]
        for one in task["Instances"]:
            yield first, one["input"], one["output"][0]


def squad(document):
    for article in document["data"]:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                answers = qa["answers"]
                text = answers["text"] if isinstance(answers, dict) else \
                    [a["text"] for a in answers]
                yield qa["question"], paragraph["context"], text[0]


def japanese(data):
    files = sorted((data / "jaquad").glob("*.zst")) + \
        sorted((data / "jglue-jsquad").glob("*.zst"))
    for path in files:
        document = json.loads(unpack(path))
        if "data" in document and "paragraphs" in document["data"][0]:
            yield from squad(document)
        else:
            for qa in document["data"]:
                yield qa["question"], qa["context"], qa["answers"]["text"][0]


class Corpus:
    def __init__(self, lang, pool, seed):
        self.lang, self.pool = lang, pool
        self.random = random.Random(seed)
        self.space = " " if lang == "en" else ""

    def sentences(self, text):
        if self.lang == "en":
            return [s for s in re.split(r"(?<=[.?!])\s+", text) if s]
        return [s for s in re.split(r"(?<=。)", text) if s]

    def base(self):
        r = self.random
        instruction, passage, output = r.choice(self.pool)
        wanted = r.lognormvariate(6.3 if self.lang == "en" else 4.8, 0.6)
        parts = [passage]
        while sum(map(len, parts)) < wanted:
            more = self.sentences(r.choice(self.pool)[1])
            at = r.randrange(len(more)) if more else 0
            parts.append(self.space.join(more[at:at + 3]))
        more = self.sentences(r.choice(self.pool)[1])
        answer = [output] + more[:r.randrange(3)]
        name = r.choice(NAMES[self.lang])
        number = r.randrange(10, 10000)
        if self.lang == "en":
            parts.insert(r.randrange(len(parts) + 1),
                         f"{name} counted {number} of them.")
        else:
            parts.insert(r.randrange(len(parts) + 1),
                         f"{name}さんは{number}個と数えた。")
        return [instruction, self.space.join(parts) or "-",
                self.space.join(answer) or "-"]

    def edit(self, text, share):
        r = self.random
        unit = text.split(" ") if self.lang == "en" else list(text)
        out = []
        for u in unit:
            x = r.random()
            if x < share / 2:
                continue
            out.append(r.choice(unit) if x < share else u)
        return self.space.join(out)

    def normal(self, text):
        r = self.random
        if self.lang == "en":
            return text.upper().replace(", ", " ,  ").replace(". ", " . ")
        wide = {c: c + 0xfee0 for c in range(0x21, 0x7f)}
        return text.translate(wide) if r.random() < 0.5 else \
            text.replace("。", "． ").replace("、", "，")

    def reorder(self, text):
        parts = self.sentences(text)
        if len(parts) > 1:
            i = self.random.randrange(len(parts) - 1)
            parts[i], parts[i + 1] = parts[i + 1], parts[i]
        return self.space.join(parts)

    def number(self, text):
        return re.sub(r"\d+", lambda m: str(
            (int(m.group()) * 7 + 1 + self.random.randrange(50)) %
            10 ** max(2, min(9, len(m.group())))), text)

    def name(self, text):
        names = NAMES[self.lang]
        for i, n in enumerate(names):
            if n in text:
                return text.replace(n, names[(i + 1 +
                                    self.random.randrange(8)) % 10])
        return text

    def change(self, kind, pair):
        how = {
            "copy": lambda t: t,
            "norm": self.normal,
            "edit3": lambda t: self.edit(t, 0.03),
            "edit8": lambda t: self.edit(t, 0.08),
            "edit15": lambda t: self.edit(t, 0.15),
            "reorder": self.reorder,
            "number": self.number,
            "name": self.name,
        }[kind]
        whole = kind in ("copy", "norm")
        return [how(t) if whole or i else t for i, t in enumerate(pair)]


KINDS = [("base", 70), ("copy", 10), ("norm", 2), ("edit3", 2), ("edit8", 2),
         ("edit15", 2), ("reorder", 2), ("number", 5), ("name", 5)]


def main():
    data, lang, count, seed = sys.argv[1:]
    pool = list((english if lang == "en" else japanese)(Path(data)))
    corpus = Corpus(lang, pool, int(seed))
    kinds, weights = zip(*KINDS)
    bases, lines = [], []
    for line in range(int(count)):
        kind = corpus.random.choices(kinds, weights)[0] if bases else "base"
        of = None
        if kind == "base":
            pair = corpus.base()
            if len(bases) < 200000:
                bases.append((line, pair))
        else:
            of, original = corpus.random.choice(bases)
            pair = corpus.change(kind, original)
        print(json.dumps(dict(zip(("instruction", "input", "output"), pair),
                              kind=kind, of=of), ensure_ascii=False))


main()
