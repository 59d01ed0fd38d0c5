#!/usr/bin/env python3
"""distill_small.py - the small lesson of tests/cli/distill.sh

    pip install numpy
    distill_small.py FOLDER      lines.txt, lines.npy, pairs.tsv

The "teacher" adds one random direction for each topic and verb: sentences that
share them are near, in either language.
"""
import sys

import numpy as np

TOPIC = [("cat", "猫"), ("dog", "犬"), ("river", "川"), ("mountain", "山"),
         ("train", "電車"), ("school", "学校"), ("bread", "パン"), ("sea", "海")]
VERB = [("I like the {}.", "私は{}が好きです。"),
        ("Where is the {}?", "{}はどこですか？"),
        ("Draw a {} for me.", "{}の絵を描いてください。"),
        ("The {} is very large.", "この{}はとても大きい。"),
        ("Nobody saw the {}.", "誰も{}を見なかった。"),
        ("Tell me about the {}.", "{}について教えてください。")]
D = 40

rng = np.random.default_rng(1)
topic = rng.normal(size=(len(TOPIC), D))
verb = rng.normal(size=(len(VERB), D))
folder = sys.argv[1]
line, vector = [], []
for t, (en, ja) in enumerate(TOPIC):
    for v, (form, katachi) in enumerate(VERB):
        x = topic[t] + verb[v]
        line.append(form.format(en) + "\t" + katachi.format(ja))
        vector.append(x / np.linalg.norm(x))
with open(f"{folder}/lines.txt", "w", encoding="utf-8") as f:
    f.write("\n".join(line) + "\n")
np.save(f"{folder}/lines.npy", np.array(vector, dtype=np.float16))
with open(f"{folder}/pairs.tsv", "w", encoding="utf-8") as f:
    for t in range(len(TOPIC)):
        a, b = line[t * len(VERB) + t % len(VERB)].split("\t")
        f.write(f"{b}\t{a}\t1\n")
