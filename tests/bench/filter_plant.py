#!/usr/bin/env python3
"""Good pairs with a defect put into each, to see which are found.

    filter_plant.py SETS OUT [HALF]

SETS is what filter_sets.py wrote; its half HALF ("test") is used.  OUT gets
planted.jsonl: the good pairs as they are (label false) and, for each of them,
one spoilt copy (label true, kind).  Sentences such as refusals were written
for this file from memory of what models say, not taken from the rules.
"""
import json
import pathlib
import random
import sys

HALF = sys.argv[3] if len(sys.argv) > 3 else "test"
REFUSALS = {
    "en": """I'm sorry, but I can't assist with that request.
I apologize, but I am not able to provide that information.
Sorry, I cannot help with this.
Unfortunately, I don't have enough information to answer that question.
I'm afraid I can't do that.
I am unable to fulfil this request.
I'm sorry, but as a text-based model I can't complete this task.
My apologies, but I cannot answer this question at this time.
I cannot provide an answer to this.
I'm really sorry, but I'm not able to help you with that.
I won't be able to help with this one.
I must respectfully decline to answer.
Sorry, but I do not have the ability to do this.
I can't generate that kind of content.
As an AI language model, I cannot do this, but I can tell you about related topics.
As an AI, I don't have personal opinions on this subject.
I'm just a language model, so I can't help with that.
As a large language model, I do not have access to real-time information.
My knowledge cutoff is September 2021, so I cannot say what happened since.
I do not have personal experiences or feelings, so I cannot answer.
I'm an AI assistant created by OpenAI, and I can't browse the internet.
I don't have access to the internet, so I am not able to look this up.""",
    "ja": """申し訳ありませんが、そのご質問にはお答えできません。
申し訳ございませんが、お手伝いすることができません。
すみません、よく分かりません。
残念ながら、その情報は持っていません。
ごめんなさい、それはできません。
恐れ入りますが、そのご要望にはお応えいたしかねます。
大変申し訳ありませんが、この件については回答を差し控えさせていただきます。
その質問に答えることはできません。
私はAIなので、個人的な意見を持っていません。
AIアシスタントとして、そのような内容を作成することはできません。
私は言語モデルですので、感情はありません。
AI言語モデルとして、最新の情報にアクセスすることはできません。
私の知識は2021年9月までのものですので、それ以降のことは分かりません。
申し訳ありませんが、リアルタイムの情報を提供することはできません。
インターネットにアクセスできないため、調べることができません。
申し訳ないのですが、画像を見ることはできません。
私はOpenAIによって開発された言語モデルです。そのためお答えできません。
お答えしかねます。別の質問をどうぞ。
残念ですが、そのような依頼には対応できません。
すみませんが、その作業は行えません。""",
}
ASKING = {
    "en": """Please provide the text you would like me to work on.
Could you please share the passage with me?
I don't see any text in your message. Please paste it here.
It looks like the sentence is missing. Can you send it again?
Sure! Please provide the article first.
There is no input given.
I need the text in order to do that. Could you provide it?
You haven't provided any sentence.
To help you, I need to see the data. Please share it.
No text was provided.
Please enter the sentence you want me to change.
I'm happy to help, but you didn't include the list.""",
    "ja": """対象の文章を入力してください。
要約したいテキストをご提供ください。
文章が見当たりません。もう一度送っていただけますか。
原文が添付されていないようです。
どの文章のことでしょうか。本文を貼り付けてください。
翻訳する文を教えてください。
もちろんです。まず文章をお送りください。
入力が含まれていません。
データを共有していただけますか。
テキストが提供されていないため、処理できません。""",
}
TOKENS = ["<|im_end|>", "</s>", "<|endoftext|>", " [/INST]", "<|eot_id|>",
          "<|assistant|>", "<eos>", "<|end_of_turn|>", "<end_of_turn>"]
MERGES = [
    "\n\n### Instruction:\n{i}\n\n### Response:\n{r}",
    "\n\nHuman: {i}\n\nAssistant: {r}",
    "\n{n}. Instruction: {i}\nInput:\nOutput: {r}",
    "\n\n### 指示:\n{i}\n\n### 応答:\n{r}",
    "\nUser: {i}\nAssistant: {r}",
    "\n\nInstruction: {i}\nOutput: {r}",
    "\n### Human: {i}\n### Assistant: {r}",
    "\nユーザー：{i}\nアシスタント：{r}",
]


DONE = {  # what is asked, and the answer of one who cannot do it
    "en": """Send my manager an email that I am ill.|I have sent the email to your manager.
Schedule a meeting with Ann for Monday.|Done! The meeting has been scheduled for Monday at nine.
Book a table for two at seven.|I've booked the table for two at seven.
Upload the file to my drive.|The file has been uploaded to your drive.
Add this to my calendar.|I have added it to your calendar.
Order a large pizza.|Your order has been placed.
Set an alarm for 6 am.|I've set an alarm for 6 am.
Call them and say I am late.|I called them and left a message.""",
    "ja": """田中さんにメールを送って。|メールを送信しました。
月曜日に会議を設定して。|会議を月曜日に設定いたしました。
レストランを予約してください。|レストランを予約しておきました。
カレンダーに追加して。|カレンダーに追加しました。
ピザを注文して。|ピザを注文しました。
六時にアラームをかけて。|アラームを六時にセットしました。
先方に電話をかけておいて。|先方に電話しておきました。
電気を消して。|電気を消しました。""",
}
INTRO = """Here are the steps:
The answer includes the following:
To do this, follow the instructions below:
Some examples are:
Here is the code:
The main points are as follows:"""
LOREM = """Lorem ipsum dolor sit amet, consectetur adipiscing elit.
Title: Lorem ipsum dolor sit amet
ダミーテキスト：Lorem ipsum dolor sit amet, sed do eiusmod tempor."""
CHINESE = """这个问题很有意思，我们应该先说明时间和地点。
你们说的对，这样会让读者觉得很难认识这些词。
请问您还有什么问题吗？我会给您一个应该的答案。
过去的时候，没有人觉得这样说是对的。"""
MEDIA = {
    "en": """As you can see in the picture, the cat is asleep.
Here is the image you asked for: ![cat](cat.png)
The photo above shows a red bridge.
I have drawn a picture of a dog for you.
See the chart below for the figures.
Please look at the attached image.""",
    "ja": """画像にあるように、猫は眠っています。
こちらが画像です：![猫](neko.png)
上の写真は赤い橋です。
下の図をご覧ください。
犬の絵を描きました。
添付した画像を見てください。""",
}


def luhn(digits):
    total = sum(d if i % 2 else sum(divmod(2 * d, 10))
                for i, d in enumerate(reversed(digits)))
    return -total % 10


def my_number(digits):
    total = sum(d * (n + 1 if n <= 6 else n - 5)
                for n, d in enumerate(reversed(digits), 1))
    return 0 if total % 11 <= 1 else 11 - total % 11


def data_of_a_person(lang, draw):
    """A sentence with data that could be somebody's, made up here."""
    def number(n):
        return "".join(draw.choice("23456789") for _ in range(n))
    card = [int(c) for c in "4539" + number(11)]
    mine = [int(c) for c in number(11)]
    name = draw.choice(["k.tanaka", "maria_g", "ueno-h", "j.w.smith"])
    host = draw.choice(["kaisha.co.jp", "mailhub.net", "univ-kita.ac.jp"])
    digits = "".join(map(str, card + [luhn(card)]))
    spaced = " ".join(digits[i:i + 4] for i in range(0, 16, 4))
    own = "".join(map(str, mine + [my_number(mine)]))
    if lang == "ja":
        return draw.choice([
            f"連絡先は {name}@{host} です。",
            f"電話は 0{draw.randint(3, 9)}-{number(4)}-{number(4)} です。",
            f"携帯は 090-{number(4)}-{number(4)} へ。",
            f"マイナンバーは {own[:4]} {own[4:8]} {own[8:]} です。",
            f"カードの番号は {spaced} です。",
            f"口座番号：{number(7)}",
            f"住所は大阪府堺市北区百舌鳥{draw.randint(1, 9)}-{number(2)} です。"])
    return draw.choice([
        f"Write to {name}@{host} for details.",
        f"Call 6{number(2)}-{number(3)}-{number(4)} today.",
        f"My number is +44 20 {number(4)} {number(4)}.",
        f"Card: {spaced}.", f"His SSN is 2{number(2)}-{number(2)}-{number(4)}.",
        f"She lives at {number(3)} Oak Street, Dayton, OH 45{number(3)}.",
        f"Pay to DE{number(2)} {number(4)} {number(4)} {number(4)} "
        f"{number(4)} {number(2)}."])


def sentences(text):
    mark = "。" if "。" in text else ". "
    return [s + mark for s in text.replace("\n", " ").split(mark) if len(s) > 8]


def empty(p, draw, pairs):
    return dict(p, response=draw.choice(["", " ", "\n\n", "\u3000"]))


def no_input(p, draw, pairs):
    return dict(p, response=draw.choice(["<noinput>", "No input", "noinput",
                                         "入力なし", "<No Input>"]))


def truncated(p, draw, pairs):
    r = p["response"]
    if len(r) < (400 if p["lang"] == "en" else 200) or "```" in r:
        return None
    return dict(p, response=r[:int(len(r) * draw.uniform(.6, .95))].rstrip())


def echo(p, draw, pairs):
    return dict(p, response=p["instruction"])


def loop(p, draw, pairs):
    s = sentences(p["response"])
    if not s:
        return None
    stuck = draw.choice(s) * draw.randint(5, 30)
    return dict(p, response=p["response"][:draw.randint(0, 200)] +
                stuck[:len(stuck) - draw.randint(0, 12)])


def mojibake(p, draw, pairs):
    raw = p["response"].encode()
    if raw.isascii():
        raw = raw.replace(b"'", "’".encode()).replace(b" - ", " – ".encode())
        if raw.isascii():
            return None
    code = draw.choice(["latin-1", "cp1252", "cp932"] if p["lang"] == "ja"
                       else ["latin-1", "cp1252"])
    return dict(p, response=raw.decode(code, errors="ignore"))


def lost(p, draw, pairs):
    r = p["response"]
    if len(r) < 10:
        return None
    at = draw.randrange(len(r) - 1)
    return dict(p, response=r[:at] + "\ufffd" + r[at + 1:])


def escaped(p, draw, pairs):
    r = p["response"]
    if "```" in r or (p["lang"] == "en" and r.count("\n") < 2):
        return None
    spoilt = json.dumps(r)[1:-1]
    return dict(p, response=spoilt) if spoilt != r else None


def token(p, draw, pairs):
    return dict(p, response=p["response"] + draw.choice(TOKENS))


def merged(p, draw, pairs):
    other = draw.choice(pairs)
    return dict(p, response=p["response"] + draw.choice(MERGES).format(
        i=other["instruction"], r=other["response"], n=draw.randint(2, 30)))


def refusal(p, draw, pairs):
    return dict(p, response=draw.choice(REFUSALS[p["lang"]].split("\n")))


def asking(p, draw, pairs):
    return dict(p, response=draw.choice(ASKING[p["lang"]].split("\n")))


def language(p, draw, pairs):
    other = draw.choice([q for q in pairs if q["lang"] != p["lang"] and
                         len(q["response"]) > 60])
    return dict(p, response=other["response"])


def braces(p, draw, pairs):
    words = p["response"].split(" ")
    words[draw.randrange(len(words))] = draw.choice(
        ["{{name}}", "{{ user_name }}", "{{date}}", "{{company}}"])
    return dict(p, response=" ".join(words))


def blank(p, draw, pairs):
    return dict(p, instruction=draw.choice([" ", "\n", "\u3000", "\t\n"]))


def fence(p, draw, pairs):
    lead = {"en": "Here is the code:\n", "ja": "コードは次のとおりです。\n"}
    return dict(p, response=lead[p["lang"]] +
                draw.choice(["```python\n```", "```\n\n```", "```c\n \n```"]))


def run(p, draw, pairs):
    return dict(p, response=p["response"][:draw.randint(0, 80)] +
                draw.choice("aoe!?あー〇。") * draw.randint(60, 300))


def one_of(texts):
    def plant(p, draw, pairs):
        lines = texts[p["lang"]] if isinstance(texts, dict) else texts
        return dict(p, response=draw.choice(lines.split("\n")))
    return plant


def done(p, draw, pairs):
    asked, answer = draw.choice(DONE[p["lang"]].split("\n")).split("|")
    return dict(p, instruction=asked, response=answer)


def intro(p, draw, pairs):
    return one_of(INTRO)(p, draw, pairs) if p["lang"] == "en" else None


def simplified(p, draw, pairs):
    return one_of(CHINESE)(p, draw, pairs) if p["lang"] == "ja" else None


def person(p, draw, pairs):
    return dict(p, response=p["response"] + " " +
                data_of_a_person(p["lang"], draw))


PLANT = {"empty": empty, "noinput": no_input, "truncated": truncated,
         "echo": echo, "loop": loop, "mojibake": mojibake, "lost": lost,
         "escaped": escaped, "token": token, "merged": merged,
         "refusal": refusal, "language": language, "braces": braces,
         "blank": blank, "fence": fence, "run": run, "intro": intro,
         "lorem": one_of(LOREM), "done": done,
         "simplified": simplified, "person": person, "media": one_of(MEDIA)}
GOOD = {"alpaca-en": 400, "self-instruct": 200, "assistant": 100,
        "gsm8k": 200, "rakuda": 80, "instruction-ja": 300, "jemhop": 100,
        "jcqa": 100}


def good(sets, draw):
    """Pairs of the half; of models and translators, the good ones."""
    for name, n in GOOD.items():
        pairs = [json.loads(line) for line in open(sets / f"{name}.jsonl")]
        pairs = [p for p in pairs if p["half"] == HALF and p["response"] and
                 p.get("kind", "edited") == "edited" and
                 p.get("model", "gpt4") in ("gpt4", "gpt3")]
        yield from draw.sample(pairs, min(n, len(pairs)))


def main():
    sets, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    draw = random.Random(8)
    pairs = list(good(sets, draw))
    kinds, rows = list(PLANT), []
    for i, p in enumerate(pairs):
        rows.append(dict(p, label=False, kind="good"))
        for k in range(len(kinds)):
            kind = kinds[(i + k) % len(kinds)]
            spoilt = PLANT[kind](p, draw, pairs)
            if spoilt:
                rows.append(dict(spoilt, label=True, kind=kind))
                break
    for name in ("missing-en", "missing-ja"):
        for line in open(sets / f"{name}.jsonl"):
            p = json.loads(line)
            if p["half"] == HALF and p["label"] and draw.random() < .25:
                rows.append(dict(asking(p, draw, pairs), label=True,
                                 kind="asking"))
    with open(out / "planted.jsonl", "w", encoding="utf-8") as f:
        for row in rows:
            f.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(len(rows), "pairs")


if __name__ == "__main__":
    main()
