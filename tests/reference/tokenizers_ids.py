#!/usr/bin/env python3
"""tokenizers_ids.py - reference token ids by the `tokenizers` library

    pip install tokenizers==0.23.3 numpy
    tokenizers_ids.py small FOLDER      make the small files of the unit test
    tokenizers_ids.py ids JSON LINES    ids of each line, for larger checks:
        tokenizers_ids.py ids tokenizer.json lines.txt >want
        tests/unit/test_tokenizer tokenizer.json lines.txt >have
        cmp want have
"""
import json
import random
import sys
import unicodedata
from pathlib import Path

from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models,
                        normalizers, pre_tokenizers, processors, trainers)

from charsmap import charsmap

TEXT = """\
Translate the following sentence into Japanese.
次の文章を英語に翻訳してください。
ネコは何科ですか？
List three benefits of regular exercise.
「吾輩は猫である」の作者は誰ですか。
Écrivez un poème à propos de l'été, s'il vous plaît.
Explain, in one paragraph, why the sky is blue.
東京タワーの高さは333メートルです。
Write a Python function that returns n! (n factorial).
def add(a, b):\treturn a + b  # 足し算
请把下面的句子翻译成中文。
한국어로 번역해 주세요.
What's 12,345.67 × 89? Don't round!
ｶﾀｶﾅと全角ＡＢＣ１２３と㍿と①
e-mail: someone@example.com, https://example.com/?q=1&r=2
"""
EDGE = ["", " ", "  two  spaces  ", "\t tab", "[CLS] [MASK]x[SEP]", "[mask]",
        "a" * 101, "あ" * 101, "İstanbul ıI ẞß ΣΑΣ", "e\u0301 \u00e9 か\u3099が",
        "👍🏽👨‍👩‍👧 🇯🇵", "a\u200bb\u00adc\ufeffd", "\u3000全角　空白\u3000",
        "x\x01y\x7fz\ufffd", "。、！？「」・…", "a_b a-b a.b", "½ Ⅳ ² ㎏",
        "<new>", "x<new>y", "a <new> b", "𠮷野家 𝓗𝓮𝓵𝓵𝓸", "हिन्दी ไทย עברית العربية",
        "don't we'll I'M", "foo   bar\n\n  baz ", "1234567", "\u0300start"]


def lines():
    rng = random.Random(1)
    alphabet = [c for c in TEXT + "".join(EDGE) if c not in "\r\n"]
    drawn = ["".join(rng.choice(alphabet) for _ in range(rng.randrange(1, 30)))
             for _ in range(300)]
    return [t for t in TEXT.split("\n") + [e.replace("\n", " ") for e in EDGE]
            + drawn]


def bert():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.train_from_iterator(TEXT.split("\n"), trainers.WordPieceTrainer(
        vocab_size=420, show_progress=False,
        special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]))
    t.add_tokens([AddedToken("<new>", single_word=True, lstrip=True)])
    t.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[
            ("[CLS]", t.token_to_id("[CLS]")),
            ("[SEP]", t.token_to_id("[SEP]"))])
    return t


def cased():
    t = Tokenizer.from_str(bert().to_str())
    t.normalizer = normalizers.Sequence([
        normalizers.NFKC(), normalizers.Replace("1", "one"),
        normalizers.BertNormalizer(lowercase=False)])
    t.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Whitespace()])
    t.post_processor = processors.BertProcessing(
        ("[SEP]", t.token_to_id("[SEP]")), ("[CLS]", t.token_to_id("[CLS]")))
    return t


def base(model, trainer):
    t = Tokenizer(model)
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.train_from_iterator(TEXT.split("\n"), trainer)
    return json.loads(t.to_str())


def unigram():
    """XLM-R type: charsmap, marks for spaces, unknown characters fused."""
    t = base(models.Unigram(), trainers.UnigramTrainer(
        vocab_size=300, show_progress=False, unk_token="<unk>",
        special_tokens=["<s>", "<pad>", "</s>", "<unk>"]))
    table = {c: unicodedata.normalize("NFKC", c) for c in map(chr, range(
        0xa0, 0x10000)) if not 0xd800 <= ord(c) < 0xe000}
    table = {c: n for c, n in table.items() if c != n}
    table.update({"か\u3099": "が", "e\u0301": "é", "\t": " ", "\u200b": "",
                  "\u00ad": "", "\ufeff": ""})
    t["normalizer"] = {"type": "Sequence", "normalizers": [
        {"type": "Precompiled", "precompiled_charsmap": charsmap(table)},
        {"type": "Strip", "strip_left": False, "strip_right": True}]}
    t = Tokenizer.from_str(json.dumps(t))
    t.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return t


def fallback():
    """T5 type: words at white space, unknown characters in bytes."""
    t = base(models.Unigram(), trainers.UnigramTrainer(
        vocab_size=200, show_progress=False, unk_token="<unk>",
        special_tokens=["<pad>", "</s>", "<unk>"]))
    t["model"]["vocab"] += [[f"<0x{i:02X}>", 0] for i in range(256)]
    t["model"]["byte_fallback"] = True
    t["normalizer"] = {"type": "NFKC"}
    t["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [
        {"type": "WhitespaceSplit"},
        {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True}]}
    t = Tokenizer.from_str(json.dumps(t))
    t.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)])
    return t


def byte_level(pattern, **options):
    t = Tokenizer(models.BPE(**options))
    split = pre_tokenizers.Split(Regex(pattern), "isolated")
    t.pre_tokenizer = pre_tokenizers.Sequence([
        split, pre_tokenizers.ByteLevel(add_prefix_space=False,
                                        use_regex=False)])
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(TEXT.split("\n"), trainers.BpeTrainer(
        vocab_size=420, show_progress=False, special_tokens=["<|begin|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return t


def gpt2():
    """GPT-2 type; merges as strings."""
    t = byte_level("x")
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    t.train_from_iterator(TEXT.split("\n"), trainers.BpeTrainer(
        vocab_size=420, show_progress=False, special_tokens=["<|begin|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    t = json.loads(t.to_str())
    t["model"]["merges"] = [" ".join(m) for m in t["model"]["merges"]]
    return Tokenizer.from_str(json.dumps(t))


def llama3():
    """Llama-3 type: numbers of three digits, words that need no merges."""
    t = byte_level(
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
        r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        ignore_merges=True)
    t.post_processor = processors.TemplateProcessing(
        single="<|begin|> $A", special_tokens=[("<|begin|>", 0)])
    return t


def llama2():
    """Llama-2 type: no words, bytes for what is unknown, NFC."""
    t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True,
                             byte_fallback=True))
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.train_from_iterator(TEXT.split("\n"), trainers.BpeTrainer(
        vocab_size=500, limit_alphabet=100, show_progress=False,
        special_tokens=["<unk>", "<s>"] +
        [f"<0x{i:02X}>" for i in range(256)]))
    t = json.loads(t.to_str())
    t["added_tokens"] = t["added_tokens"][:2]
    t["pre_tokenizer"] = None
    t["normalizer"] = {"type": "Sequence", "normalizers": [
        {"type": "NFC"}, {"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
    t["decoder"] = {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
        {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    return Tokenizer.from_str(json.dumps(t))


def suffix():
    """Pieces that end a word, digits alone, punctuation with what is before."""
    t = Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"))
    t.normalizer = normalizers.Lowercase()
    t.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Digits(True),
        pre_tokenizers.Punctuation("merged_with_previous")])
    t.train_from_iterator(TEXT.split("\n"), trainers.BpeTrainer(
        vocab_size=400, limit_alphabet=90, special_tokens=["<unk>"],
        end_of_word_suffix="</w>", show_progress=False))
    t.decoder = decoders.WordPiece("##")
    return t


SMALL = {"bert": bert, "cased": cased, "unigram": unigram,
         "fallback": fallback, "gpt2": gpt2, "llama3": llama3,
         "llama2": llama2, "suffix": suffix}


def ids(tokenizer, text):
    return " ".join(map(str, tokenizer.encode(text).ids)) + "\n"


def small(folder):
    texts = lines()
    (folder / "lines.txt").write_text("".join(t + "\n" for t in texts),
                                      newline="\n")
    for name in [*SMALL, "trained", "trained_bpe"]:
        make = SMALL.get(name)  # these two are by itdata tokenizer train
        path = folder / f"{name}.json"
        if not path.exists():  # no two trainings give the same
            path.write_text(make().to_str())
        t = Tokenizer.from_file(str(path))
        (folder / f"{name}.ids").write_text("".join(ids(t, x) for x in texts))
        if t.decoder:
            (folder / f"{name}.text").write_text("".join(
                t.decode(t.encode(x).ids) + "\n" for x in texts),
                newline="\n")


def main():
    if sys.argv[1] == "small":
        small(Path(sys.argv[2]))
        return
    t = Tokenizer.from_file(sys.argv[2])
    t.no_truncation()
    t.no_padding()
    with open(sys.argv[3], encoding="utf-8", newline="\n") as f:
        for line in f:
            sys.stdout.write(ids(t, line.rstrip("\n")))


main()
