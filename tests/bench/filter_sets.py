#!/usr/bin/env python3
"""Labelled sets for the rule packs, out of public data.

    filter_sets.py DATA OUT [JA]

DATA is a folder with the public sets, one sub-folder each; JA is the set of
Japanese instructions of tests/data/filter.  One JSONL file a set is written to
OUT, a line a pair: instruction, input, response, lang, label (true: what the
set calls ambiguous, defective or without its input) and half.  `half` is
"tune" or "test", by a hash of the instruction, so that copies of a text never
stand on both sides; rules are written on "tune" and reported on "test".
"""
import hashlib
import io
import json
import pathlib
import subprocess
import sys


def half(text):
    return "tune" if hashlib.sha256(text.encode()).digest()[0] & 1 else "test"


def text(path):
    """The text of a file, which may be stored as .zst."""
    if path.exists():
        return path.read_text(encoding="utf-8")
    packed = path.with_name(path.name + ".zst")
    return subprocess.run(["zstd", "-dcq", "--long=27", packed], check=True,
                          stdout=subprocess.PIPE).stdout.decode()


def lines(path):
    return [json.loads(line) for line in text(path).split("\n") if line.strip()]


def pair(instruction, input="", response="", label=None, lang="en", **more):
    return dict(instruction=instruction, input=input or "",
                response=response or "", label=label, lang=lang,
                half=half(instruction), **more)


def in3(data):
    for r in lines(data / "ambiguity-in3-train/train.jsonl"):
        yield pair(r["task"], label=bool(r["vague"]))


def umwp(data):
    for r in lines(data / "ambiguity-umwp/StandardDataset.jsonl"):
        yield pair(r["question"], label=not r["answerable"])


def abgcoqa(data):
    for r in json.loads(text(data / "ambiguity-abgcoqa-val/coqa_abg_val.json"))["data"]:
        yield pair(r["target_turn"]["question"], r["story"],
                   label=r["ambiguity"] == "ambiguous")


def ambient(data):
    for r in lines(data / "ambiguity-ambient/ambient_full.jsonl"):
        yield pair(r["premise"], label=bool(r["premise_ambiguous"]))


def selfaware(data):
    for r in json.loads(text(data / "ambiguity-selfaware/SelfAware.json"))["example"]:
        yield pair(r["question"], label=not r["answerable"])


def asdc(data):
    """An utterance with words left out, and its sentences completed."""
    for r in lines(data / "asdc/ellipsis.Example.jsonl"):
        if not r["correct"]:
            continue
        source, target = "".join(r["sources"]), "".join(r["targets"])
        yield pair(source, label=True, lang="ja")
        whole = target.replace("【customer】", "私").replace("【", "").replace("】", "")
        yield dict(pair(whole, label=False, lang="ja"), half=half(source))


def instruction_ja(data):
    """Dialogues an editor kept (raw and edited translation) or threw away."""
    def pairs(utterances):
        for a, b in zip(utterances, utterances[1:]):
            if (a["name"], b["name"]) == ("user", "agent"):
                yield a["text"], b["text"]
    for name, bad in (("data", False), ("skipped", True)):
        for r in lines(data / f"instruction-ja/{name}.jsonl"):
            original = r["original_info"]["utterances"]
            raw = original.get("machine_translated_ja") or original.get("ja-mt") or []
            for said, answer in pairs(raw):
                yield pair(said, response=answer, label=bad, lang="ja", kind="raw")
            for said, answer in pairs(r["utterances"]):
                yield pair(said, response=answer, label=False, lang="ja", kind="edited")


def alpaca(name, lang):
    def read(data):
        for r in json.loads(text(data / name)):
            yield pair(r["instruction"], r.get("input"),
                       r.get("output", r.get("response")), lang=lang)
    return read


def toolformer(data):
    """The tool's own description comes first; the instruction is the last line."""
    name = "gpteacher-toolformer/toolformer-dedupe-only-dataset.json"
    for r in json.loads(text(data / name)):
        yield pair(r["instruction"].split("\n")[-1], r["input"], r["response"])


def self_instruct(data):
    for name in ("seed_tasks", "user_oriented_instructions"):
        for r in lines(data / f"self-instruct/{name}.jsonl"):
            for i in r["instances"]:
                yield pair(r["instruction"], i["input"], i["output"])


def dolly(data):
    for r in lines(data / "litgpt-fixtures/dolly.json"):
        yield pair(r["instruction"], r["context"], r["response"])
    for r in json.loads(text(data / "litgpt-fixtures/alpaca.json")):
        yield pair(r["instruction"], r["input"], r["output"])


def assistant(data):
    """First question and first answer of each tree."""
    for r in lines(data / "open-assistant/en_100_tree.jsonl"):
        for reply in r["prompt"]["replies"]:
            yield pair(r["prompt"]["text"], response=reply["text"])


def rakuda(data):
    asked = {r["question_id"]: r["text"]
             for r in lines(data / "rakuda-v1/questions.jsonl")}
    for path in sorted((data / "rakuda-v1").glob("answers_*.jsonl")):
        for r in lines(path):
            yield pair(asked[r["question_id"]], response=r["text"], lang="ja",
                       model=path.stem[8:])


def squad(names):
    def read(data):
        for name in names:
            for path in sorted(data.glob(name)):
                plain = path.with_name(path.name.removesuffix(".zst"))
                for doc in json.loads(text(plain))["data"]:
                    for p in doc["paragraphs"]:
                        for q in p["qas"]:
                            yield pair(q["question"], p["context"],
                                       q["answers"][0]["text"], lang="ja")
    return read


def natural(data):
    packed = data / "natural-instructions/tasks.tar.zst"
    import tarfile
    raw = subprocess.run(["zstd", "-dcq", "--long=27", packed], check=True,
                         stdout=subprocess.PIPE).stdout
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        for member in tar:
            if not member.name.endswith(".json"):
                continue
            task = json.load(tar.extractfile(member))
            definition = task["Definition"]
            definition = definition if isinstance(definition, str) else definition[0]
            for i in task["Instances"]:
                out = i["output"]
                yield dict(pair(definition, i["input"],
                                out[0] if isinstance(out, list) else out),
                           half=half(i["input"]))


def gsm8k(data):
    for r in lines(data / "gsm8k-train/train.jsonl"):
        yield pair(r["question"], response=r["answer"])


def jcqa(data):
    for r in lines(data / "jglue-jcqa/train-v1.3.json"):
        yield pair(r["question"], response=r[f"choice{r['label']}"], lang="ja")


def jemhop(data):
    for r in json.loads(text(data / "jemhopqa-train/train_ver1.2.json")):
        yield pair(r["question"], response=str(r["answer"]), lang="ja")


SETS = {
    "in3": in3, "umwp": umwp, "abgcoqa": abgcoqa, "ambient": ambient,
    "selfaware": selfaware, "asdc": asdc, "instruction-ja": instruction_ja,
    "alpaca-en": alpaca("llama-factory-demo/alpaca_en_demo.json", "en"),
    "alpaca-zh": alpaca("llama-factory-demo/alpaca_zh_demo.json", "zh"),
    "identity": alpaca("llama-factory-demo/identity.json", "en"),
    "codegen": alpaca("gpteacher-codegen/codegen-instruct.json", "en"),
    "toolformer": toolformer, "self-instruct": self_instruct, "dolly": dolly,
    "assistant": assistant, "rakuda": rakuda,
    "jaquad": squad(["jaquad/jaquad_train_*.json.zst"]),
    "jsquad": squad(["jglue-jsquad/valid-*.json.zst"]),
    "natural": natural, "gsm8k": gsm8k, "jcqa": jcqa, "jemhop": jemhop,
}


NO_INPUT = {"noinput", "no input", "none", "n/a"}


def missing(pairs):
    """Pairs that came with an input, as they are and without it.

    The instructions of codegen and toolformer are whole without their input,
    which is an example of an argument; they are a set of their own.
    """
    seen = set()
    for p in pairs:
        given = p["input"].strip(" `<>.\n").lower()
        if given and given not in NO_INPUT and p["instruction"] not in seen:
            seen.add(p["instruction"])
            yield dict(p, label=False)
            yield dict(p, label=True, input="")


def write(out, name, pairs):
    n = {"tune": 0, "test": 0}
    with open(out / f"{name}.jsonl", "w", encoding="utf-8") as f:
        for p in pairs:
            n[p["half"]] += 1
            f.write(json.dumps(p, ensure_ascii=False) + "\n")
    print(f"{name}\t{n['tune']}\t{n['test']}")


def main():
    data, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    made = {}
    for name, read in SETS.items():
        made[name] = list(read(data))
        write(out, name, made[name])
    given = [p for name in ("alpaca-en", "self-instruct", "dolly", "natural")
             for p in made[name]]
    write(out, "missing-en", missing(given))
    arguments = made["codegen"] + made["toolformer"]
    write(out, "arguments-en", missing(arguments))
    write(out, "alone-en", [dict(p, label=False) for p in given + arguments
                            if not p["input"].strip()])
    if len(sys.argv) > 3:
        ja = [dict(r, label=r["label"] == "ambiguous", half=half(r["instruction"]))
              for r in lines(pathlib.Path(sys.argv[3]))]
        write(out, "ambiguity-ja", ja)
        own = lines(pathlib.Path(sys.argv[3]).with_name("ambiguity-own.jsonl"))
        write(out, "ambiguity-own", [
            dict(r, label=r["label"] == "ambiguous", half="test") for r in own])
        write(out, "missing-ja", missing([p for p in ja if p["input"]]))


if __name__ == "__main__":
    main()
