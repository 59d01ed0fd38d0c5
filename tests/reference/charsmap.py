"""charsmap.py - a precompiled_charsmap, as base64, from {text: replacement}"""
import base64
import struct

import numpy as np


def double_array(entries):
    """{bytes: value} as a darts-clone array of uint32."""
    trie = {}
    for key, value in entries.items():
        node = trie
        for c in key:
            node = node.setdefault(c, {})
        node[-1] = value
    units, used, bases = [0] * 512, {0}, set()
    start = 1

    def base_for(labels):
        nonlocal start
        while start in used:
            start += 1
        base = start ^ labels[0]
        while base in bases or any(base ^ c in used for c in labels):
            base += 1
        bases.add(base)
        return base

    def place(node, at, label):
        leaf = -1 in node
        labels = ([0] if leaf else []) + sorted(c for c in node if c >= 0)
        base = base_for(labels)
        while base + 256 >= len(units):
            units.extend([0] * len(units))
        for c in labels:
            used.add(base ^ c)
        offset = at ^ base
        assert offset < 1 << 21
        units[at] = offset << 10 | (1 << 8 if leaf else 0) | label
        if leaf:
            units[base] = node[-1] | 1 << 31
        for c in labels:
            if c:
                place(node[c], base ^ c, c)

    place(trie, 0, 0)
    return np.array(units[:max(used) + 256], "<u4")


def charsmap(table):
    texts, place, entries = bytearray(b"\0"), {"": 0}, {}
    for key, to in table.items():
        if to not in place:
            place[to] = len(texts)
            texts += to.encode() + b"\0"
        entries[key.encode()] = place[to]
    trie = double_array(entries).tobytes()
    return base64.b64encode(struct.pack("<I", len(trie)) + trie +
                            bytes(texts)).decode()
