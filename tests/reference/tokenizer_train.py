#!/usr/bin/env python3
"""tokenizer_train.py LINES OUT - tokenizers of every kind, larger than those
of the unit test: gpt2, llama3, qwen, llama2 (tokenizers), and four models of
sentencepiece"""
import json
import random
import sys
from pathlib import Path

import sentencepiece
from tokenizers import (Regex, Tokenizer, models, normalizers, pre_tokenizers,
                        processors, trainers)

NUMBERS = r"\p{N}{1,3}"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|" + NUMBERS +
          r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def byte_level(lines, split, size, **how):
    t = Tokenizer(models.BPE(**how))
    level = pre_tokenizers.ByteLevel(add_prefix_space=False,
                                     use_regex=split is None)
    t.pre_tokenizer = level if split is None else pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(split), "isolated"), level])
    t.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=size, show_progress=False, special_tokens=["<|begin|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return t


def llama2(lines):
    t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True,
                             byte_fallback=True))
    t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"),
                                         normalizers.Replace(" ", "▁")])
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=6000, limit_alphabet=1500, show_progress=False,
        special_tokens=["<unk>", "<s>"] +
        [f"<0x{i:02X}>" for i in range(256)]))
    t = json.loads(t.to_str())
    t["pre_tokenizer"], t["added_tokens"] = None, t["added_tokens"][:2]
    return json.dumps(t)


def main():
    lines = Path(sys.argv[1]).read_text("utf-8").split("\n")[:-1]
    out = Path(sys.argv[2])
    some = random.Random(9).sample(lines, 12000)
    byte_level(some, None, 12000).save(str(out / "gpt2.json"))
    t = byte_level(some, LLAMA3, 9000, ignore_merges=True)
    t.post_processor = processors.TemplateProcessing(
        single="<|begin|> $A", special_tokens=[("<|begin|>", 0)])
    t.save(str(out / "llama3.json"))
    t = byte_level(some, LLAMA3.replace(NUMBERS, r"\p{N}"), 9000)
    t.normalizer = normalizers.NFC()
    t.save(str(out / "qwen.json"))
    (out / "llama2.json").write_text(llama2(some), "utf-8")
    (out / "text").write_text("\n".join(
        x for x in some if 0 < len(x) < 2000), "utf-8")
    for name, how in {
            "unigram": dict(normalization_rule_name="nmt_nfkc"),
            "bytes": dict(normalization_rule_name="nfkc_cf",
                          byte_fallback=True),
            "bpe": dict(model_type="bpe", byte_fallback=True,
                        normalization_rule_name="identity",
                        remove_extra_whitespaces=False),
            "defined": dict(model_type="bpe",
                            normalization_rule_name="nmt_nfkc",
                            user_defined_symbols=["<sep>", "foo"])}.items():
        sentencepiece.SentencePieceTrainer.train(
            input=str(out / "text"), model_prefix=str(out / name),
            vocab_size=6000, character_coverage=.99, minloglevel=2,
            max_sentence_length=8000, num_threads=1, **how)


main()
