#!/usr/bin/env python3
"""bert_numpy.py - tiny encoders with weights by chance, and their vectors

    pip install tokenizers==0.23.3 numpy
    bert_numpy.py tests/data      makes tests/data/encode/{bert,xlmr} from the
                                  tokenizers in tests/data/tokenizer

The vectors are computed here in double precision, straight from the paper's
formulas, one text at a time.
"""
import json
import math
import shutil
import struct
import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

C, F, HEADS, LAYERS, PLACES = 24, 40, 3, 2, 64
TEXTS = ["", "Translate the following sentence into Japanese.",
         "次の文章を英語に翻訳してください。", "ネコは何科ですか？",
         "Write a Python function that returns n! (n factorial). " * 4,
         "👍🏽 ｶﾀｶﾅと全角ＡＢＣ１２３", "the sky is blue",
         "東京タワーの高さは333メートルです。" * 3]


def draw(vocabulary, xlmr):
    rng = np.random.default_rng(7)

    def normal(*shape, scale=1.0):
        return rng.normal(0, scale, shape)

    w = {}
    e = "embeddings."
    w[e + "word_embeddings.weight"] = normal(vocabulary, C)
    w[e + "position_embeddings.weight"] = normal(PLACES, C, scale=.3)
    w[e + "token_type_embeddings.weight"] = normal(1 if xlmr else 2, C)

    def norm(name):
        w[name + ".LayerNorm.weight"] = 1 + normal(C, scale=.2)
        w[name + ".LayerNorm.bias"] = normal(C, scale=.2)

    def dense(name, out, into):
        w[name + ".weight"] = normal(out, into, scale=1.5 / math.sqrt(into))
        w[name + ".bias"] = normal(out, scale=.3)

    norm("embeddings")
    for i in range(LAYERS):
        n = f"encoder.layer.{i}."
        for k in ("query", "key", "value"):
            dense(n + "attention.self." + k, C, C)
        dense(n + "attention.output.dense", C, C)
        norm(n + "attention.output")
        dense(n + "intermediate.dense", F, C)
        dense(n + "output.dense", C, F)
        norm(n + "output")
    return w


def stored(x, dtype):
    """What a reader gets back of x, and its bytes."""
    if dtype == "F16":
        half = x.astype("<f2")
        return half.astype(np.float64), half.tobytes()
    if dtype == "BF16":
        half = (x.astype("<f4").view("<u4") >> 16).astype("<u2")
        return ((half.astype("<u4") << 16).view("<f4").astype(np.float64),
                half.tobytes())
    single = x.astype("<f4")
    return single.astype(np.float64), single.tobytes()


def save(path, w, dtype, prefix=""):
    header, body, at = {}, b"", 0
    for name in w:
        w[name], data = stored(w[name], dtype)
        header[prefix + name] = {"dtype": dtype, "shape": list(w[name].shape),
                                 "data_offsets": [at, at + len(data)]}
        at += len(data)
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def norm(x, w, name):
    x = x - x.mean(-1, keepdims=True)
    x = x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5)
    return x * w[name + ".LayerNorm.weight"] + w[name + ".LayerNorm.bias"]


def dense(x, w, name):
    return x @ w[name + ".weight"].T + w[name + ".bias"]


def gelu(x, tanh):
    if tanh:
        return .5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) *
                                     (x + .044715 * x ** 3)))
    return .5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def forward(w, ids, first, tanh):
    e = "embeddings."
    x = w[e + "word_embeddings.weight"][ids] +  \
        w[e + "position_embeddings.weight"][first:first + len(ids)] +  \
        w[e + "token_type_embeddings.weight"][0]
    x = norm(x, w, "embeddings")
    d = C // HEADS
    for i in range(LAYERS):
        n = f"encoder.layer.{i}."
        q, k, v = (dense(x, w, n + "attention.self." + s)
                   for s in ("query", "key", "value"))
        heads = []
        for h in range(HEADS):
            s = slice(h * d, h * d + d)
            p = np.exp(q[:, s] @ k[:, s].T / math.sqrt(d))
            heads.append(p / p.sum(-1, keepdims=True) @ v[:, s])
        y = dense(np.concatenate(heads, -1), w, n + "attention.output.dense")
        x = norm(x + y, w, n + "attention.output")
        y = dense(gelu(dense(x, w, n + "intermediate.dense"), tanh), w,
                  n + "output.dense")
        x = norm(x + y, w, n + "output")
    return x


def main():
    data = Path(sys.argv[1])
    for name in ("bert", "xlmr"):
        xlmr = name == "xlmr"
        out = data / "encode" / name
        (out / "1_Pooling").mkdir(parents=True, exist_ok=True)
        shutil.copy(data / "tokenizer" /
                    ("unigram.json" if xlmr else "bert.json"),
                    out / "tokenizer.json")
        tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
        vocabulary = tokenizer.get_vocab_size() + 3
        w = draw(vocabulary, xlmr)
        config = {
            "model_type": "xlm-roberta" if xlmr else "bert",
            "hidden_size": C, "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS, "intermediate_size": F,
            "hidden_act": "gelu_new" if xlmr else "gelu",
            "layer_norm_eps": 1e-5, "max_position_embeddings": PLACES,
            "type_vocab_size": 1 if xlmr else 2, "pad_token_id": 1,
            "vocab_size": vocabulary}
        if xlmr:
            parts = [{k: v for k, v in w.items() if ("layer.1" in k) == late}
                     for late in (False, True)]
            names = [f"model-0000{i + 1}-of-00002.safetensors" for i in (0, 1)]
            for part, file in zip(parts, names):
                save(out / file, part, "BF16", "roberta.")
                w.update(part)
            (out / "model.safetensors.index.json").write_text(json.dumps(
                {"weight_map": {"roberta." + k: n
                                for p, n in zip(parts, names) for k in p}}))
            (out / "config_sentence_transformers.json").write_text(
                json.dumps({"prompts": {"query": "query: "},
                            "default_prompt_name": "query"}))
        else:
            save(out / "model.safetensors", w, "F16")
            (out / "sentence_bert_config.json").write_text(
                json.dumps({"max_seq_length": 32}))
        (out / "config.json").write_text(json.dumps(config))
        (out / "modules.json").write_text(json.dumps(
            [{"path": "", "type": "sentence_transformers.models.Transformer"},
             {"path": "1_Pooling",
              "type": "sentence_transformers.models.Pooling"}] +
            ([] if xlmr else [
                {"path": "2_Normalize",
                 "type": "sentence_transformers.models.Normalize"}])))
        (out / "1_Pooling" / "config.json").write_text(json.dumps(
            {"pooling_mode_cls_token": xlmr,
             "pooling_mode_mean_tokens": not xlmr}))
        tokenizer.enable_truncation(PLACES - 2 if xlmr else 32)
        rows = []
        for text in TEXTS:
            ids = tokenizer.encode(("query: " if xlmr else "") + text).ids
            x = forward(w, ids, 2 if xlmr else 0, xlmr)
            v = x[0] if xlmr else x.mean(0)
            rows.append(v if xlmr else v / np.linalg.norm(v))
        np.savetxt(data / "encode" / f"{name}.txt", rows, "%.7f")
    (data / "encode" / "texts.txt").write_text(
        "".join(t + "\n" for t in TEXTS), encoding="utf-8")


main()
