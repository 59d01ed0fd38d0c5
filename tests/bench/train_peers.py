#!/usr/bin/env python3
"""train_peers.py - files that llm.c and llama2.c read, of random weights

    train_peers.py llmc L C H V T FOLDER      gpt2_124M.bin and token files
    train_peers.py llama2c L C H V T F NAME   NAME.bin, NAME.tok
"""
import os
import struct
import sys

import numpy as np

random = np.random.default_rng(1)


def drawn(*shape):
    return (random.standard_normal(shape) * 0.02).astype("<f4").tobytes()


def ones(*shape):
    return np.ones(shape, "<f4").tobytes()


def zeros(*shape):
    return np.zeros(shape, "<f4").tobytes()


def llmc(L, C, H, V, T, folder):
    padded = (V + 127) // 128 * 128
    head = np.zeros(256, "<i4")
    head[:8] = 20240326, 3, T, V, L, H, C, padded
    with open(folder + "/gpt2_124M.bin", "wb") as f:
        f.write(head.tobytes())
        for part in (drawn(padded, C), drawn(T, C), ones(L, C), zeros(L, C),
                     drawn(L, 3 * C, C), zeros(L, 3 * C), drawn(L, C, C),
                     zeros(L, C), ones(L, C), zeros(L, C),
                     drawn(L, 4 * C, C), zeros(L, 4 * C), drawn(L, C, 4 * C),
                     zeros(L, C), ones(C), zeros(C)):
            f.write(part)
    head[:3] = 20240520, 1, 1 << 16
    head[3:8] = 0
    data = folder + "/dev/data/tinyshakespeare"
    os.makedirs(data, exist_ok=True)
    for split in "train", "val":
        with open(f"{data}/tiny_shakespeare_{split}.bin", "wb") as f:
            f.write(head.tobytes())
            f.write(random.integers(0, V, 1 << 16).astype("<u2").tobytes())


def llama2c(L, C, H, V, T, F, name):
    with open(name + ".bin", "wb") as f:
        f.write(struct.pack("<7i", C, F, L, H, H, V, T))
        f.write(drawn(V, C) + ones(L, C))
        for _ in range(4):
            f.write(drawn(L, C, C))
        f.write(ones(L, C) + drawn(L, F, C) + drawn(L, C, F) + drawn(L, F, C))
        f.write(ones(C) + zeros(2, T, C // H // 2))
    with open(name + ".tok", "wb") as f:
        f.write(struct.pack("<i", 8))
        for i in range(V):
            text = b"<0x%02X>" % (i - 3) if 3 <= i < 259 else b"t%d" % i
            f.write(struct.pack("<fi", -i, len(text)) + text)


kind, *numbers, last = sys.argv[1:]
(llmc if kind == "llmc" else llama2c)(*map(int, numbers), last)
