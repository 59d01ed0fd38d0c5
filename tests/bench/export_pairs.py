#!/usr/bin/env python3
"""Write N different instruction-response pairs, a third of them Japanese.

    export_pairs.py N >pairs.jsonl
"""
import json
import random
import sys

EN = """time year people way day man thing woman life child world school state
family student group country problem hand part place case week company system
program question work government number night point home water room mother area
money story fact month lot right study book eye job word business issue side
kind head house service friend father power hour game line end member law car
city community name president team minute idea body information back parent
face others level office door health person art war history party result change
morning reason research girl guy moment air teacher force education""".split()
JA = """時間 言葉 世界 学校 家族 学生 問題 場所 会社 仕事 質問 政府 番号 夜 水 部屋
お金 物語 事実 本 目 友達 力 都市 名前 情報 健康 歴史 結果 変化 朝 理由 研究 先生
教育 技術 音楽 料理 天気 旅行 電車 海 山 川 森 花 鳥 犬 猫 文章 要約 翻訳 説明""".split()


def text(rng, words, joint, n, end):
    return joint.join(rng.choice(words) for _ in range(n)) + end


def main():
    rng = random.Random(1)
    for i in range(int(sys.argv[1])):
        if i % 3 == 0:
            pair = {"instruction": text(rng, JA, "の", 8, f"を説明してください。{i}"),
                    "input": text(rng, JA, "と", 20, "。") if i % 2 else "",
                    "output": text(rng, JA, "は", 50, "です。\n")}
        else:
            pair = {"instruction": text(rng, EN, " ", 12, f" {i}?"),
                    "input": text(rng, EN, " ", 20, ".") if i % 2 else "",
                    "output": text(rng, EN, " ", 70, ".\n")}
        print(json.dumps(pair, ensure_ascii=False))


main()
