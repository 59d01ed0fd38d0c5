#!/usr/bin/env python3
"""What the shipped rule packs find in labelled sets: tables and a TSV.

    filter_report.py SETS ITDATA [OUT.tsv]

SETS is what filter_sets.py and filter_plant.py wrote, ITDATA the program.
Each set is ingested and filtered by the program; all figures are of the half
"test", which rules were not written on.  Intervals are 2.5 to 97.5 percent of
1,000 bootstrap draws.  OUT.tsv gets a line a rule and set.
"""
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

import numpy as np

LABELLED = ["in3", "ambiguity-ja", "ambiguity-own", "umwp", "abgcoqa", "asdc", "ambient",
            "selfaware"]
MISSING = ["missing-en", "missing-ja", "arguments-en"]
CLEAN = ["alpaca-en", "self-instruct", "dolly", "codegen", "toolformer",
         "natural", "gsm8k", "jaquad", "jsquad", "jcqa", "jemhop",
         "instruction-ja", "rakuda", "assistant", "alpaca-zh", "identity"]
FLAGGED = {"person": {"pii"}, "media": {"media"}}  # kinds that are not dropped
POINTS = re.compile(r"\b(?:following|given|provided|above|below|attached|this"
                    r"|these)\b|この|これ|以下|次の|上記|下記|添付|与えられ", re.I)


def judge(itdata, path):
    """The pairs of a set with what the program says of each."""
    rows = [json.loads(line) for line in open(path, encoding="utf-8")]
    with tempfile.TemporaryDirectory() as folder:
        db, plain = f"{folder}/a.db", f"{folder}/a.jsonl"
        with open(plain, "w", encoding="utf-8") as f:
            for r in rows:
                f.write(json.dumps({k: r.get(k) or "" for k in (
                    "instruction", "input", "response")}) + "\n")
        for args in (["ingest", db, plain, "--max-rejects", "100%"],
                     ["filter", db]):
            subprocess.run([itdata, *map(str, args), "-q"], check=True,
                           stdout=subprocess.DEVNULL)
        c = sqlite3.connect(db)
        record = dict(c.execute("SELECT id, record FROM pair"))
        for row in rows:
            row.update(score=0.0, rules=[], dropped=None)
        for i, v in c.execute("SELECT pair_id, value FROM pair_score "
                              "WHERE metric = 'ambiguity'"):
            rows[record[i]]["score"] = v
        for i, rule, category in c.execute(
                "SELECT pair_id, rule, category FROM finding"):
            rows[record[i]]["rules"].append((rule, category))
        for i, reason in c.execute("SELECT id, reason FROM dropped"):
            rows[record[i]]["dropped"] = reason
    return rows


def auc(score, label):
    order = np.argsort(score, kind="stable")
    rank = np.empty(len(score))
    s = score[order]
    at = np.flatnonzero(np.r_[True, s[1:] != s[:-1], True])
    for a, b in zip(at, at[1:]):
        rank[order[a:b]] = (a + b + 1) / 2
    p = label.sum()
    n = len(label) - p
    return (rank[label].sum() - p * (p + 1) / 2) / (p * n) if p and n else np.nan


def scores(flag, label):
    tp, fp = (flag & label).sum(), (flag & ~label).sum()
    fn, tn = (~flag & label).sum(), (~flag & ~label).sum()
    p = tp / (tp + fp) if tp + fp else np.nan
    r = tp / (tp + fn) if tp + fn else np.nan
    d = float(tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    mcc = (float(tp) * tn - float(fp) * fn) / d ** .5 if d else 0.0
    return p, r, 2 * tp / (2 * tp + fp + fn), mcc


def interval(f, *columns, draws=1000):
    random = np.random.default_rng(1)
    n = len(columns[0])
    got = []
    for _ in range(draws):
        i = random.integers(0, n, n)
        got.append(f(*(c[i] for c in columns)))
    return np.nanpercentile(np.array(got), [2.5, 97.5], axis=0)


def show(name, x, low, high):
    return f"{name} {x:.3f} [{low:.3f}, {high:.3f}]"


def quality(name, flag, label):
    one = scores(flag, label)
    low, high = interval(lambda f, l: np.array(scores(f, l)), flag, label)
    print(f"  {name:28} flags {flag.mean():.3f}  " + "  ".join(
        show(k, *v) for k, v in zip(("P", "R", "F1", "MCC"),
                                    zip(one, low, high))))


def ambiguity(name, rows):
    label = np.array([r["label"] for r in rows])
    score = np.array([r["score"] for r in rows])
    length = np.array([len(r["instruction"]) for r in rows], float)
    print(f"{name}: {len(rows)} pairs, base rate {label.mean():.3f}")
    for what, s in (("score", score), ("shorter first", -length)):
        print("  " + show(f"AUC, {what}:", auc(s, label),
                          *interval(auc, s, label)))
    quality("any scored rule", score > 0, label)
    quality("score >= 0.5", score >= .5, label)
    quality("baseline: everything", np.ones(len(rows), bool), label)


def missing(name, rows):
    label = np.array([r["label"] for r in rows])
    flag = np.array([any(c == "missing-input" for _, c in r["rules"])
                     for r in rows])
    word = np.array([bool(POINTS.search(r["instruction"])) and not r["input"]
                     for r in rows])
    print(f"{name}: {len(rows)} pairs, base rate {label.mean():.3f}")
    quality("missing-input rules", flag, label)
    quality("baseline: pointing words", word, label)
    quality("baseline: no input", np.array([not r["input"] for r in rows]),
            label)


def is_found(row):
    """Dropped, or flagged where that is all a rule does by default."""
    flags = FLAGGED.get(row["kind"])
    return any(c in flags for _, c in row["rules"]) if flags else \
        bool(row["dropped"])


def planted(rows):
    seen, rows = rows, [r for r in rows if r["kind"] not in FLAGGED]
    label = np.array([r["label"] for r in rows])
    flag = np.array([bool(r["dropped"]) for r in rows])
    print(f"planted: {len(rows)} pairs, base rate {label.mean():.3f}")
    quality("dropped", flag, label)
    for kind in sorted({r["kind"] for r in seen}):
        of = [r for r in seen if r["kind"] == kind]
        for lang in ("en", "ja"):
            hit = [is_found(r) for r in of if r["lang"] == lang]
            if hit:
                print(f"    {kind:10} {lang} {sum(hit):4} of {len(hit):4} "
                      f"{sum(hit) / len(hit):.3f}")


def clean(name, rows):
    why = {}
    for r in rows:
        if r["dropped"]:
            why[r["dropped"]] = why.get(r["dropped"], 0) + 1
    print(f"{name}: {len(rows)} pairs, {sum(why.values())} dropped",
          "; ".join(f"{k} {v}" for k, v in sorted(why.items())))


def per_rule(name, rows, out):
    """rule, set, hits on true, on false (or unlabelled), of how many."""
    true = sum(bool(r["label"]) for r in rows)
    hits = {}
    for r in rows:
        for rule in {x for x, _ in r["rules"]}:
            h = hits.setdefault(rule, [0, 0])
            h[not r["label"]] += 1
    for rule, (a, b) in sorted(hits.items()):
        print(rule, name, a, b, true, len(rows) - true, sep="\t", file=out)


def main():
    sets, itdata = pathlib.Path(sys.argv[1]), sys.argv[2]
    out = open(sys.argv[3] if len(sys.argv) > 3 else "/dev/null", "w")
    print("rule", "set", "true_hits", "false_hits", "true", "false",
          sep="\t", file=out)
    for name in LABELLED + MISSING + ["planted"] + CLEAN:
        rows = [r for r in judge(itdata, sets / f"{name}.jsonl")
                if r["half"] == "test"]
        per_rule(name, rows, out)
        if name in LABELLED:
            ambiguity(name, rows)
        elif name in MISSING:
            missing(name, rows)
        elif name == "planted":
            planted(rows)
        else:
            clean(name, rows)
        sys.stdout.flush()
    alone = [r for r in judge(itdata, sets / "alone-en.jsonl")
             if r["half"] == "test"]
    found = sum(any(c == "missing-input" for _, c in r["rules"])
                for r in alone)
    word = sum(bool(POINTS.search(r["instruction"])) for r in alone)
    print(f"alone-en: {len(alone)} pairs whole without an input; said to miss "
          f"one: {found}, by the baseline of pointing words: {word}")


if __name__ == "__main__":
    main()
