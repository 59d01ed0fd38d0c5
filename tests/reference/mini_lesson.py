#!/usr/bin/env python3
"""mini_lesson.py - which texts mini is taught, and in what order

    pip install numpy
    mini_lesson.py choose DATA WORK ITDATA    texts, their order for teacher.py
    mini_lesson.py join DATA WORK             lines.txt, lines.npy for distill
    mini_lesson.py dev DATA WORK              pairs to choose by, for --dev

DATA holds distill/sentences.txt.zst, text-tanaka/train.{en,ja}.zst, eval/, and
the other folders that the sentences were drawn from.  choose writes to WORK:

    sentences.txt   the texts
    order.npy       line numbers for the teacher: each English side of a
                    translation first, then the rest by chance, short texts
                    and captions sooner; what is left out is not in it
    pair.npy        (Japanese line, English line)
    left-out.npy    evaluation texts (equal after NFKC, case and punctuation),
                    what itdata decontaminate finds to hold one, and STS-B's
                    training texts, see below

Texts of STS-B's training set are left out as well, for the test would not be
out of domain: English lines under 230 bytes that none of the folders explains
and that are no instruction or question (9,921 lines; the set has 10,069), and
Japanese lines that none explains and whose cosine to one of those is at least
.45 by an earlier mini (9,172; its machine translation has 10,093).
"""
import contextlib
import csv
import glob
import hashlib
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata

import numpy as np

HEAD = 10  # characters that index a text
FIRST = ["text-tanaka", "jglue-jsts", "jaquad", "instruction-ja",
         "self-instruct", "natural-instructions"]


def unpack(path):
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-dc", "--long=27", path], check=True,
                              capture_output=True).stdout.decode(
                                  errors="replace")
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()


def key(text):
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).lower())


def is_japanese(text):
    return bool(re.search("[\u3040-\u30ff\u4e00-\u9fff]", text))


def sources(data, keys):
    """For each text, the first folder of FIRST that holds it, or -1."""
    head, source = {}, np.full(len(keys), -1, np.int8)
    for i, k in enumerate(keys):
        head.setdefault(k[:HEAD], []).append(i)
    for number, folder in enumerate(FIRST):
        text = "\n".join(map(unpack, sorted(glob.glob(f"{data}/{folder}/*"))))
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)),
                      text)
        text = key(re.sub(r"\\[nt\"]", " ", text))
        for at in range(len(text) - HEAD + 1):
            for i in head.get(text[at:at + HEAD], ()):
                if source[i] < 0 and text.startswith(keys[i], at):
                    source[i] = number
        for i, k in enumerate(keys):
            if len(k) < HEAD and source[i] < 0 and k and k in text:
                source[i] = number
    return source


def similar(data, name):
    """Pairs of STS-B: text, text, score."""
    with open(f"{data}/eval/{name}.csv", encoding="utf-8") as f:
        return [row[:3] for row in csv.reader(f)]


def jsts(path):
    pairs = map(json.loads, unpack(path).splitlines())
    return [(p["yjcaptions_id"], [p["sentence1"], p["sentence2"], p["label"]])
            for p in pairs]


def jsts_held(data):
    """The pairs of one image in seven, by its number's hash."""
    return [pair for number, pair in
            jsts(f"{data}/jglue-jsts/train-v1.3.json.zst")
            if int(hashlib.sha256(str(number).split("_")[0].encode())
                   .hexdigest(), 16) % 100 < 14]


def dev(data, work):
    tanaka = [[ja.replace(" ", ""), en, 1] for ja, en in zip(*(
        unpack(f"{data}/text-tanaka/dev.{lang}").splitlines()
        for lang in ("ja", "en")))]
    for name, pairs in (("stsb-en-dev", similar(data, "stsb-en-dev")),
                        ("jsts-dev", jsts_held(data)), ("pair-dev", tanaka)):
        with open(f"{work}/{name}.tsv", "w", encoding="utf-8") as f:
            for a, b, value in pairs:
                a, b = " ".join(a.split()), " ".join(b.split())
                f.write(f"{a}\t{b}\t{value}\n")


def evaluation(data):
    pairs = jsts_held(data) + [pair for _, pair in jsts(
        f"{data}/jglue-jsts/valid-v1.3.json")]
    for name in ("stsb-en-dev", "stsb-en-test", "stsb-ja-test"):
        pairs += similar(data, name)
    texts = [text for pair in pairs for text in pair[:2]]
    for name in ("eval/tatoeba.jpn-eng.jpn", "eval/tatoeba.jpn-eng.eng",
                 "text-tanaka/dev.ja", "text-tanaka/dev.en"):
        texts += unpack(f"{data}/{name}").splitlines()
    return texts


def contaminated(itdata, text, items):
    """Texts that hold an evaluation text, as `itdata decontaminate` sees it."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/text.jsonl", "w", encoding="utf-8") as f:
            for t in text:
                f.write(json.dumps({"instruction": t, "response": "-"}) + "\n")
        with open(f"{folder}/items.jsonl", "w", encoding="utf-8") as f:
            for t in items:
                f.write(json.dumps({"question": t}) + "\n")
        for command in (["ingest", "-q", f"{folder}/text.db",
                         f"{folder}/text.jsonl"],
                        ["decontaminate", "-q", f"{folder}/text.db",
                         "--against", f"{folder}/items.jsonl"]):
            subprocess.run([itdata, *command], check=True,
                           stdout=subprocess.DEVNULL)
        with contextlib.closing(sqlite3.connect(f"{folder}/text.db")) as db:
            return {record for record, in db.execute(
                "SELECT record FROM pair WHERE id IN (SELECT id FROM dropped)")}


def weight(text, source):
    """How soon a text comes: by what it is, over what it costs."""
    if source >= 0 and FIRST[source] == "jglue-jsts":
        worth = 2.5
    elif not is_japanese(text):
        worth = 1.5
    else:
        worth = 1.0 if source >= 0 or re.search(r"[か?？][。]?$", text) else 0.6
    return worth / (len(text) / (1.6 if is_japanese(text) else 4) + 8)


def vectors(itdata, text):
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/in.txt", "w", encoding="utf-8") as f:
            f.write("".join(t + "\n" for t in text))
        subprocess.run([itdata, "encode", f"{folder}/in.txt", "-q", "-o",
                        f"{folder}/out.npy"], check=True,
                       stdout=subprocess.DEVNULL)
        return np.load(f"{folder}/out.npy")


def sts_train(text, source, itdata):
    """Lines that look like STS-B's training set, in either language."""
    free = [i for i, t in enumerate(text) if source[i] < 0]
    en = [i for i in free if not is_japanese(text[i])
          and len(text[i].encode()) <= 230
          and not re.search(r'[?:]|^"|Q\.|Article|Answer', text[i])]
    ja = [i for i in free if is_japanese(text[i]) and len(text[i]) <= 100]
    a = vectors(itdata, [text[i] for i in ja])
    b = vectors(itdata, [text[i] for i in en])
    best = np.concatenate([(a[k:k + 2000] @ b.T).max(1)
                           for k in range(0, len(a), 2000)])
    return set(en) | {i for i, c in zip(ja, best) if c >= .45}


def choose(data, work, itdata):
    text = unpack(f"{data}/distill/sentences.txt.zst").split("\n")[:-1]
    with open(f"{work}/sentences.txt", "w", encoding="utf-8") as f:
        f.write("".join(t + "\n" for t in text))
    keys = [key(t) for t in text]
    source, number = sources(data, keys), {}
    for i, k in enumerate(keys):
        number.setdefault(k, i)
    ja, en = ([number.get(key(t)) for t in unpack(
        f"{data}/text-tanaka/train.{lang}.zst").splitlines()]
        for lang in ("ja", "en"))
    pair = [(a, b) for a, b in zip(ja, en) if None not in (a, b)]
    items = evaluation(data)
    held = set(map(key, items))
    left_out = {i for i, k in enumerate(keys) if k in held}
    left_out |= contaminated(itdata, text, items)
    sts = sts_train(text, source, itdata)
    rng = np.random.default_rng(1)
    first = rng.permutation(sorted({b for _, b in pair}))
    skip = left_out | sts | set(first.tolist()) | {a for a, _ in pair}
    rest = sorted((rng.exponential() / weight(t, source[i]), i)
                  for i, t in enumerate(text) if i not in skip)
    np.save(f"{work}/order.npy",
            np.array([*first, *(i for _, i in rest)], np.int32))
    np.save(f"{work}/pair.npy", np.array(pair, np.int32))
    np.save(f"{work}/left-out.npy", np.array(sorted(left_out | sts), np.int32))


def join(data, work):
    """What the teacher has read so far, with the translations behind tabs."""
    with open(f"{work}/sentences.txt", encoding="utf-8") as f:
        text = [t.replace("\t", " ") for t in f.read().split("\n")[:-1]]
    left_out, other = set(np.load(f"{work}/left-out.npy").tolist()), {}
    for a, b in np.load(f"{work}/pair.npy").tolist():
        if a not in left_out:
            other.setdefault(b, []).append(a)
    line, vector = [], []
    for path in sorted(glob.glob(f"{work}/vector-*.npy")):
        number = np.load(path.replace("vector-", "line-")).tolist()
        keep = [k for k, i in enumerate(number) if i not in left_out]
        line += ["\t".join(text[j] for j in [number[k]] +
                           other.get(number[k], [])) for k in keep]
        vector.append(np.load(path)[keep])
    # English once more, without translations: it is the smaller part
    again = [k for k, t in enumerate(line) if not is_japanese(t.split("\t")[0])]
    line += [line[k].split("\t")[0] for k in again]
    vector = np.concatenate(vector)
    with open(f"{work}/lines.txt", "w", encoding="utf-8") as f:
        f.write("".join(t + "\n" for t in line))
    np.save(f"{work}/lines.npy", np.concatenate([vector, vector[again]]))


{"choose": choose, "join": join, "dev": dev}[sys.argv[1]](*sys.argv[2:])
