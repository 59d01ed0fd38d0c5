#!/usr/bin/env python3
"""bert_onnx.py - a BERT-type model folder run by onnxruntime

    pip install onnx onnxruntime==1.32.0 tokenizers==0.23.3 numpy
    bert_onnx.py MODEL LINES OUT.npy [int8]     vectors of lines, fp32 or int8
    bert_onnx.py speed MODEL LINES MOST [int8]  sentences a CPU second

The graph is built from model.safetensors with the fused operators of
onnxruntime (Attention, SkipLayerNormalization, Gelu), which is the fastest it
runs.  Batches of 32, sorted by length, padded to the longest, one thread.
int8: quantize_dynamic, per channel.
"""
import json
import resource
import struct
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer


def read_weights(path):
    data = Path(path).read_bytes()
    n, = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + n])
    out = {}
    for name, t in header.items():
        if name == "__metadata__":
            continue
        dtype = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}[t["dtype"]]
        begin, end = t["data_offsets"]
        out[name] = np.frombuffer(data[8 + n + begin:8 + n + end], dtype)  \
            .reshape(t["shape"]).astype(np.float32)
    return out


def graph(folder):
    folder = Path(folder)
    config = json.loads((folder / "config.json").read_text())
    w = read_weights(folder / "model.safetensors")
    prefix = next((p for p in ("", "bert.", "roberta.")
                   if p + "embeddings.word_embeddings.weight" in w))
    w = {k[len(prefix):]: v for k, v in w.items() if k.startswith(prefix)}
    first = 0 if config["model_type"] == "bert" else config["pad_token_id"] + 1
    eps, heads = config["layer_norm_eps"], config["num_attention_heads"]
    nodes, inits = [], []

    def const(name, x):
        inits.append(numpy_helper.from_array(np.ascontiguousarray(x), name))
        return name

    def node(op, inputs, output, domain="", **attributes):
        nodes.append(helper.make_node(op, inputs, [output], domain=domain,
                                      **attributes))
        return output

    def norm(x, name, out):
        return node("LayerNormalization", [
            x, const(out + ".g", w[name + ".LayerNorm.weight"]),
            const(out + ".b", w[name + ".LayerNorm.bias"])], out,
            axis=-1, epsilon=eps)

    def dense(x, name, out):
        y = node("MatMul", [x, const(out + ".w", w[name + ".weight"].T)],
                 out + ".mm")
        return node("Add", [y, const(out + ".b", w[name + ".bias"])], out)

    e = "embeddings."
    position = w[e + "position_embeddings.weight"][first:] +  \
        w[e + "token_type_embeddings.weight"][0]
    x = node("Gather", [const("word", w[e + "word_embeddings.weight"]), "ids"],
             "words")
    p = node("Gather", [const("position", position), "positions"], "places")
    x = norm(node("Add", [x, p], "sum"), "embeddings", "x")
    for i in range(config["num_hidden_layers"]):
        n = f"encoder.layer.{i}."
        a = n + "attention.self."
        qkv = np.concatenate([w[a + k + ".weight"].T
                              for k in ("query", "key", "value")], axis=1)
        bias = np.concatenate([w[a + k + ".bias"]
                               for k in ("query", "key", "value")])
        y = node("Attention", [x, const(f"qkv{i}", qkv),
                               const(f"qkvb{i}", bias), "mask"], f"att{i}",
                 domain="com.microsoft", num_heads=heads)
        y = dense(y, n + "attention.output.dense", f"out{i}")
        x = norm(node("Add", [x, y], f"r{i}"), n + "attention.output", f"n{i}")
        y = dense(x, n + "intermediate.dense", f"up{i}")
        y = node("Gelu", [y], f"gelu{i}", domain="com.microsoft")
        y = dense(y, n + "output.dense", f"down{i}")
        x = norm(node("Add", [x, y], f"s{i}"), n + "output", f"h{i}")
    g = helper.make_graph(nodes, "bert", [
        helper.make_tensor_value_info("ids", TensorProto.INT64, ["b", "t"]),
        helper.make_tensor_value_info("positions", TensorProto.INT64, ["t"]),
        helper.make_tensor_value_info("mask", TensorProto.INT32, ["b", "t"])],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, None)], inits)
    model = helper.make_model(g, opset_imports=[
        helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)])
    model.ir_version = 9
    return model


class Model:
    def __init__(self, folder, int8=False, most=None):
        folder = Path(folder)
        self.most = most or json.loads(
            (folder / "sentence_bert_config.json").read_text())[
                "max_seq_length"]
        prompts = json.loads((folder / "config_sentence_transformers.json")
                             .read_text())
        self.prefix = prompts.get("prompts", {}).get(
            prompts.get("default_prompt_name"), "")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(self.most)
        with tempfile.TemporaryDirectory() as t:
            path = f"{t}/model.onnx"
            onnx.save(graph(folder), path)
            if int8:
                from onnxruntime.quantization import quantize_dynamic
                quantize_dynamic(path, f"{t}/int8.onnx", per_channel=True,
                                 extra_options={"DefaultTensorType":
                                                TensorProto.FLOAT})
                path = f"{t}/int8.onnx"
            options = ort.SessionOptions()
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
            begun = time.perf_counter()
            self.session = ort.InferenceSession(
                path, options, providers=["CPUExecutionProvider"])
            self.load_seconds = time.perf_counter() - begun

    def encode(self, texts, batch=32):
        ids = [e.ids for e in self.tokenizer.encode_batch(
            [self.prefix + t for t in texts])]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        out = None
        for b in range(0, len(order), batch):
            part = order[b:b + batch]
            t = max(len(ids[i]) for i in part)
            x = np.zeros((len(part), t), np.int64)
            mask = np.zeros((len(part), t), np.int32)
            for r, i in enumerate(part):
                x[r, :len(ids[i])] = ids[i]
                mask[r, :len(ids[i])] = 1
            h, = self.session.run(None, {"ids": x, "mask": mask,
                                         "positions": np.arange(t)})
            v = (h * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
            v /= np.linalg.norm(v, axis=1, keepdims=True)
            if out is None:
                out = np.zeros((len(ids), v.shape[1]), np.float32)
            out[part] = v
        return out


def lines(path):
    with open(path, encoding="utf-8", newline="\n") as f:
        return [line.rstrip("\n") for line in f]


def main():
    if sys.argv[1] == "speed":
        model = Model(sys.argv[2], "int8" in sys.argv, int(sys.argv[4]))
        texts = lines(sys.argv[3])
        model.encode(texts[:32])
        begun = time.process_time()
        model.encode(texts)
        used = time.process_time() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{len(texts) / used:.1f} {model.load_seconds:.2f} {peak}")
        return
    model = Model(sys.argv[1], "int8" in sys.argv)
    np.save(sys.argv[3], model.encode(lines(sys.argv[2])))


main()
