"""filter_regex.py RULES.json PAIRS.jsonl - the same rules by Python's regex.

One thread.  A rule's patterns are searched in every field it looks at, under
the same conditions on language, length and input as in itdata; rules with
built-in checks and patterns that the module does not know are left out and
counted.  Only the first 4 MB of text, as one pass takes long.
"""
import json
import sys
import time

import regex

MOST = 4_000_000


def compiled(text):
    text = text.replace("\\p{sc:", "\\p{Script=").replace("(*UCP)", "")
    flags = regex.V0 | regex.ASCII if "(*UCP)" not in text else regex.V0
    return regex.compile(text, regex.UNICODE if "\\p" in text else flags)


def load(path):
    rules, lost = [], 0
    for rule in json.load(open(path))["rules"]:
        if not rule["on"] or rule["check"]:
            continue
        try:
            rule["match"] = [compiled(m) for m in rule["match"]]
            rule["own"] = [compiled(g["pattern"]) for g in rule["guards"]
                           if g["kind"] == "unless" and not g["field"]]
            rules.append(rule)
        except regex.error:
            lost += 1
    return rules, lost


def japanese(text):
    return any("\u3040" <= c <= "\u30ff" for c in text[:400])


def main():
    rules, lost = load(sys.argv[1])
    pairs, size = [], 0
    for line in open(sys.argv[2]):
        pair = json.loads(line)
        fields = {"instruction": pair.get("instruction") or "",
                  "input": pair.get("input") or "",
                  "response": pair.get("response") or pair.get("output") or ""}
        size += sum(len(v.encode()) for v in fields.values())
        pairs.append(fields)
        if size > MOST:
            break
    hits, began = 0, time.process_time()
    for fields in pairs:
        for name, text in fields.items():
            if not text:
                continue
            lang = "ja" if japanese(text) else "en"
            for rule in rules:
                when = rule["when"]
                if name not in rule["fields"]:
                    continue
                if rule["lang"] and rule["lang"] != lang:
                    continue
                if when["input"] == "empty" and fields["input"]:
                    continue
                if when["max_chars"] and len(text) > when["max_chars"]:
                    continue
                if when["digits"] and sum(
                        map(text.count, "0123456789")) < when["digits"]:
                    continue
                part = text
                if when["window_head"]:
                    part = part[:when["window_head"]]
                if when["window_tail"]:
                    part = part[-when["window_tail"]:]
                if any(m.search(part) for m in rule["match"]) and \
                        not any(g.search(text) for g in rule["own"]):
                    hits += 1
    seconds = time.process_time() - began
    print(f"python regex {size / 1e6 / seconds:8.2f} MB/s  ({seconds:.1f} s "
          f"for {size / 1e6:.1f} MB, {len(rules)} rules, {lost} left out, "
          f"{hits} hits)")


main()
