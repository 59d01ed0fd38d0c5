#!/usr/bin/env python3
"""tokenizer_peer.py - itdata's unigram vocabulary against sentencepiece's

    pip install tokenizers==0.23.3 sentencepiece
    tokenizer_peer.py LINES JSON      JSON by itdata tokenizer train LINES

Both learn from the same counted words, as JSON cuts them.  Prints nats and
tokens a character of the best way to write 20,000 of the words, weighted by
their counts, and the CPU seconds of sentencepiece.
"""
import collections
import json
import random
import resource
import sys
import tempfile

import sentencepiece
from tokenizers import Tokenizer


def count_words(lines, path):
    t, count = Tokenizer.from_file(path), collections.Counter()
    with open(lines, encoding="utf-8", newline="\n") as f:
        for line in f:
            text = t.normalizer.normalize_str(line.rstrip("\n"))
            count.update(w for w, _ in
                         t.pre_tokenizer.pre_tokenize_str(text))
    return count


def train(count, pieces):
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/words.tsv", "w", encoding="utf-8") as f:
            for word, n in sorted(count.items()):
                f.write(f"{word}\t{n}\n")
        start = resource.getrusage(resource.RUSAGE_SELF)
        sentencepiece.SentencePieceTrainer.train(
            input=f"{folder}/words.tsv", input_format="tsv",
            model_prefix=f"{folder}/sp", vocab_size=pieces,
            model_type="unigram", character_coverage=.9995,
            byte_fallback=True, add_dummy_prefix=False, bos_id=-1, eos_id=-1,
            normalization_rule_name="identity", split_by_number=False,
            split_by_unicode_script=False, split_by_whitespace=False,
            num_threads=2, minloglevel=2)
        end = resource.getrusage(resource.RUSAGE_SELF)
        print(f"sentencepiece: {end.ru_utime - start.ru_utime:.0f} CPU s")
        sp = sentencepiece.SentencePieceProcessor(
            model_file=f"{folder}/sp.model")
    return {sp.id_to_piece(i): sp.get_score(i)
            for i in range(sp.get_piece_size())}


def best(score, word, longest=16, unknown=-30):
    total, pieces = [0.0] + [-1e9] * len(word), [0] * (len(word) + 1)
    for i in range(len(word)):
        for j in range(i + 1, min(len(word), i + longest) + 1):
            s = score.get(word[i:j], unknown if j == i + 1 else None)
            if s is not None and total[i] + s > total[j]:
                total[j], pieces[j] = total[i] + s, pieces[i] + 1
    return total[-1], pieces[-1]


def main():
    with open(sys.argv[2], encoding="utf-8") as f:
        ours = dict(json.load(f)["model"]["vocab"])
    count = count_words(*sys.argv[1:3])
    theirs = train(count, len(ours))
    word = random.Random(1).sample(sorted(count), min(20000, len(count)))
    size = sum(len(w) * count[w] for w in word)
    for name, score in (("itdata", ours), ("sentencepiece", theirs)):
        way = [best(score, w) for w in word]
        nats = -sum(s * count[w] for w, (s, _) in zip(word, way)) / size
        tokens = sum(k * count[w] for w, (_, k) in zip(word, way)) / size
        print(f"{name}: {nats:.4f} nats, {tokens:.4f} tokens a character")


main()
