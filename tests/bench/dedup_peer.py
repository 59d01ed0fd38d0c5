#!/usr/bin/env python3
"""dedup_peer.py - near duplicates by another tool, from JSONL to a list

    dedup_peer.py PEER words|chars CORPUS.jsonl OUT

Runs in the peer's own virtual environment.  OUT gets the number of each record
that the peer removes, one a line.  Text, shingles and threshold are the same
for all: instruction, input and output, lower case, 5 words cut at \\W+ or 5
characters without white space, 0.8, 128 permutations; a shorter text is one
shingle.  text-dedup and datatrove cut words by their own rule.
"""
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

N, THRESHOLD, PERMUTATIONS = 5, 0.8, 128


def texts(path):
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        yield "\n".join(record[f] for f in ("instruction", "input", "output"))


def shingles(text, rule):
    if rule == "words":
        unit = [w for w in re.split(r"\W+", text.lower()) if w]
        if len(unit) < N:
            return {" ".join(unit)}
        return {" ".join(unit[i:i + N]) for i in range(len(unit) - N + 1)}
    unit = re.sub(r"\s+", "", text.lower())
    if len(unit) < N:
        return {unit}
    return {unit[i:i + N] for i in range(len(unit) - N + 1)}


def rensa_dedup(kind, path, rule):
    """One by one into the index; what it calls a duplicate is removed."""
    import rensa
    sketch = getattr(rensa, kind)
    options = {"use_lsh": True} if kind == "RMinHash" else {}
    index = getattr(rensa, kind + "Deduplicator")(
        threshold=THRESHOLD, num_perm=PERMUTATIONS, **options)
    for i, text in enumerate(texts(path)):
        one = sketch(num_perm=PERMUTATIONS, seed=42)
        one.update(list(shingles(text, rule)))
        if not index.add(str(i), one):
            yield i


def rensa_matrix(rho, bands, path, rule):
    """All at once; flags every member of a group, the first one too."""
    import rensa
    sign = rensa.RMinHash.digest_matrix_from_token_sets_rho if rho else \
        rensa.RMinHash.digest_matrix_from_token_sets
    index = rensa.RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS,
                              num_bands=bands)
    matrix = sign([list(shingles(t, rule)) for t in texts(path)],
                  PERMUTATIONS, 42)
    for i, flag in enumerate(index.query_duplicate_flags_matrix_one_shot(
            matrix)):
        if flag:
            yield i


def datasketch(path, rule):
    from datasketch import MinHash, MinHashLSH
    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    for i, text in enumerate(texts(path)):
        one = MinHash(num_perm=PERMUTATIONS)
        one.update_batch([s.encode() for s in shingles(text, rule)])
        if index.query(one):
            yield i
        else:
            index.insert(i, one)


def datatrove(path, rule):
    """The four steps of its minhash example, two tasks at a time."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import (
        MinhashConfig, MinhashDedupBuckets, MinhashDedupCluster,
        MinhashDedupFilter)
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers.jsonl import JsonlWriter
    from datatrove.utils.typeshelper import Languages
    work = Path(tempfile.mkdtemp())
    (work / "in").mkdir()
    with open(work / "in" / "a.jsonl", "w", encoding="utf-8") as out:
        for i, text in enumerate(texts(path)):
            out.write(json.dumps({"text": text, "id": str(i)}) + "\n")
    config = MinhashConfig(n_grams=N, num_buckets=14, hashes_per_bucket=8)
    language = Languages.english if rule == "words" else Languages.japanese
    reader = JsonlReader(str(work / "in"))
    steps = [
        ([reader, MinhashDedupSignature(
            output_folder=str(work / "sig"), config=config,
            language=language)], 1),
        ([MinhashDedupBuckets(
            input_folder=str(work / "sig"),
            output_folder=str(work / "buckets"), config=config)],
         config.num_buckets),
        ([MinhashDedupCluster(
            input_folder=str(work / "buckets"),
            output_folder=str(work / "remove"), config=config)], 1),
        ([reader, MinhashDedupFilter(
            input_folder=str(work / "remove"),
            exclusion_writer=JsonlWriter(str(work / "removed"),
                                         compression=None)),
          JsonlWriter(str(work / "kept"), compression=None)], 1),
    ]
    for n, (pipeline, tasks) in enumerate(steps):
        LocalPipelineExecutor(pipeline=pipeline, tasks=tasks,
                              workers=min(2, tasks),
                              logging_dir=str(work / f"log{n}")).run()
    for file in sorted((work / "removed").glob("*.jsonl")):
        for line in open(file, encoding="utf-8"):
            yield int(json.loads(line)["id"])
    shutil.rmtree(work)


def text_dedup(verify, path):
    """Its command line with the settings above, two processes."""
    from datasets import load_from_disk
    work = Path(tempfile.mkdtemp())
    with open(work / "in.jsonl", "w", encoding="utf-8") as out:
        for n, text in enumerate(texts(path), 1):
            out.write(json.dumps({"text": text}) + "\n")
    (work / "config.toml").write_text(f"""
[input]
input_type = "local_files"
file_type = "json"
read_arguments = {{ path = "json", data_files = "in.jsonl", split = "train" }}
[algorithm]
algorithm_name = "minhash"
text_column = "text"
num_perm = {PERMUTATIONS}
ngram_size = {N}
threshold = {THRESHOLD}
num_proc = 2
check_false_positive = {"true" if verify else "false"}
[output]
output_dir = "out"
keep_index_column = true
[debug]
enable_profiling = false
""")
    subprocess.run([sys.executable, "-m", "text_dedup.minhash"], cwd=work,
                   check=True, env={"HF_HOME": str(work / "cache"),
                                    "HOME": str(work), "PATH": "/usr/bin:/bin"})
    kept = set(load_from_disk(str(work / "out"))["__INDEX__"])
    yield from (i for i in range(n) if i not in kept)
    shutil.rmtree(work)


PEERS = {
    "rensa-rho-8": lambda p, r: rensa_matrix(True, 8, p, r),
    "rensa-r-8": lambda p, r: rensa_matrix(False, 8, p, r),
    "rensa-r-16": lambda p, r: rensa_matrix(False, 16, p, r),
    "rensa-r": lambda p, r: rensa_dedup("RMinHash", p, r),
    "rensa-c": lambda p, r: rensa_dedup("CMinHash", p, r),
    "datasketch": datasketch,
    "text-dedup": lambda p, r: text_dedup(False, p),
    "text-dedup-verify": lambda p, r: text_dedup(True, p),
    "datatrove": datatrove,
}


def main():
    peer, rule, corpus, out = sys.argv[1:]
    with open(out, "w") as file:
        for i in PEERS[peer](corpus, rule):
            print(i, file=file)


main()
