#!/usr/bin/env python3
"""bpe_merges.py - are the merges those of the `tokenizers` library?

    pip install tokenizers==0.23.3
    itdata tokenizer train LINES --kind bpe --vocab N -o JSON
    bpe_merges.py LINES JSON
"""
import json
import sys

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

with open(sys.argv[2], encoding="utf-8") as f:
    ours = json.load(f)["model"]
t = Tokenizer(models.BPE())
t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
with open(sys.argv[1], encoding="utf-8", newline="\n") as f:
    t.train_from_iterator(
        f.read().split("\n")[:-1], trainers.BpeTrainer(
            vocab_size=len(ours["vocab"]), min_frequency=2,
            show_progress=False,
            special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
theirs = json.loads(t.to_str())["model"]
same = (theirs["vocab"] == ours["vocab"] and
        list(map(tuple, theirs["merges"])) == list(map(tuple, ours["merges"])))
print(f"{len(ours['merges'])} merges:", "the same" if same else "they differ")
sys.exit(0 if same else 3)
