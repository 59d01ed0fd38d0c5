#!/usr/bin/env python3
"""sentencepiece_ids.py - small SentencePiece models, their ids and texts

    pip install sentencepiece==0.2.3
    sentencepiece_ids.py small tests/data/tokenizer     from its lines.txt
    sentencepiece_ids.py ids MODEL LINES                for larger checks
"""
import sys
import tempfile
from pathlib import Path

import sentencepiece as spm

# code points to code points, as the compiler of charsmaps wants them
RULES = """\
FF21\t41
FF22\t42
FF23\t43
3000\t20
9\t20
2460\t31
33A1\t6D 32
304B 3099\t304C
65 301\tE9
AD\t
"""
KINDS = {
    "sp-unigram": dict(model_type="unigram", vocab_size=300),
    "sp-bpe": dict(model_type="bpe", vocab_size=560, byte_fallback=True,
                   user_defined_symbols=["<new>"],
                   remove_extra_whitespaces=False),
}


def ids(model, text):
    return " ".join(map(str, model.encode(text))) + "\n"


def small(folder):
    texts = (folder / "lines.txt").read_text("utf-8").split("\n")[:-1]
    with tempfile.TemporaryDirectory() as t:
        Path(t, "text").write_text("\n".join(texts), "utf-8")
        Path(t, "rules").write_text(RULES, "utf-8")
        for name, how in KINDS.items():
            path = folder / f"{name}.model"
            if not path.exists():
                spm.SentencePieceTrainer.train(
                    input=f"{t}/text", model_prefix=f"{t}/{name}",
                    normalization_rule_tsv=f"{t}/rules", minloglevel=2,
                    character_coverage=.98, num_threads=1,
                    hard_vocab_limit=False, **how)
                path.write_bytes(Path(t, f"{name}.model").read_bytes())
            model = spm.SentencePieceProcessor(model_file=str(path))
            (folder / f"{name}.ids").write_text(
                "".join(ids(model, x) for x in texts))


def main():
    if sys.argv[1] == "small":
        small(Path(sys.argv[2]))
        return
    model = spm.SentencePieceProcessor(model_file=sys.argv[2])
    with open(sys.argv[3], encoding="utf-8", newline="\n") as f:
        for line in f:
            sys.stdout.write(ids(model, line.rstrip("\n")))


main()
