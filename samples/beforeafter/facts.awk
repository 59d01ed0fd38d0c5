# facts.awk - a small world: text to read, pairs to learn from, prompts to ask
#
#     awk -f facts.awk -v mode=text|fresh|pairs|ask|unknown|tokenizer animals.tsv
#
# text       declarative sentences about animals, Japanese and English, a
#            document a paragraph: what the model is pre-trained on
# fresh      the same kinds of sentences, drawn anew: held-out plain text
# pairs      what it is tuned on, as JSON lines: questions, translations,
#            summaries; only animals that are seen, only wordings that are taught
# ask        prompts with right answers and `category`
#            ANIMAL/WORDING/TASK/GUESS: seen or heldout, trained or paraphrased
# unknown    questions about animals that do not exist
# tokenizer  a tokenizer.json with a token for each word and character
#
# Every fifth animal is held out: it is in the text, never in the pairs.  The
# random numbers are our own, so every awk writes the same bytes.

BEGIN {
	FS = "\t"
	state = mode == "fresh" ? 977 : mode == "unknown" ? 31337 : 4711
	habitat["森"] = "in forests"; habitat["草原"] = "on grasslands"
	habitat["山"] = "in mountains"; habitat["人里"] = "near people"
	habitat["海"] = "in the sea"; habitat["川"] = "in rivers"
	habitat["水辺"] = "near water"; habitat["湿地"] = "in wetlands"
	habitat["砂漠"] = "in deserts"; habitat["氷原"] = "on ice fields"
	food["肉"] = "meat"; food["草"] = "grass"; food["魚"] = "fish"
	food["虫"] = "insects"; food["木の実"] = "nuts"; food["果物"] = "fruit"
	food["貝"] = "shellfish"; food["種"] = "seeds"; food["竹"] = "bamboo"
	lines("family", \
	      "{n}は{f}の動物です。|{n}は{f}に属します。|" \
	      "{f}の動物に{n}がいます。|{n}という動物は{f}です。|" \
	      "図鑑によると、{n}は{f}に分類されます。|{n}の科は{f}です。|" \
	      "{f}には{n}が含まれます。|{n}は{h}に住む{f}の動物です。|" \
	      "{f}の{n}は{g}を食べます。|{n}の仲間は{f}と呼ばれます。|" \
	      "{n}が{f}であることはよく知られています。|" \
	      "分類では、{n}は{f}に入ります。")
	lines("name", \
	      "{n}は英語で {e} といいます。|英語の {e} は{n}のことです。|" \
	      "{e} は日本語で{n}です。|{n}を英語にすると {e} です。|" \
	      "{n} is called {e} in English.|" \
	      "The Japanese word for {e} is {n}.")
	lines("life", \
	      "{n}は{h}に住んでいます。|{h}には{n}がいます。|" \
	      "{n}は{g}を食べます。|{g}を食べる動物に{n}がいます。|" \
	      "The {e} lives {H}.|The {e} eats {G}.|" \
	      "{n}は{h}に住んでいます。 The {e} lives {H}.|" \
	      "{n}は{g}を食べます。 The {e} eats {G}.")
	lines("talk", \
	      "{n}は何科だろうと聞かれた。答えは{f}である。|" \
	      "「{n}は何科か」という問題の答えは{f}です。")
	lines("plain", \
	      "今日は{w}です。|昨日は{w}でした。|明日は{w}になるでしょう。|" \
	      "私は{t}に{p}へ行きました。|{t}の{p}は静かです。|" \
	      "{w}の日は{p}で本を読みます。|It was {W} yesterday.|" \
	      "We went to {P} in the {T}.|{P} was quiet in the {T}.")
	split("雨,雪,曇り,晴れ,風の強い日", weather, ",")
	split("rainy,snowy,cloudy,sunny,windy", weather_en, ",")
	split("朝,昼,夕方,夜", time, ",")
	split("morning,afternoon,evening,night", time_en, ",")
	split("公園,図書館,駅,学校,市場,港", place, ",")
	split("The park,The library,The station,The school,The market," \
	      "The harbour", place_en, ",")
	teach["質問"] = "{n}は何科ですか？|{n}は何科の動物ですか？|質問：{n}は何科？"
	ask["質問"] = "{n}が属する科を教えてください。|{n}の科は何でしょうか？"
	answer["質問"] = "{f}です。"
	teach["英訳"] = "次の文を英訳してください。|英語に訳してください。|" \
			"次の文を英語にしてください。"
	ask["英訳"] = "次の日本語を英文にしてください。|英語ではどう言いますか？"
	input["英訳"] = "{n}は{h}に住んでいます。"
	answer["英訳"] = "The {e} lives {H}."
	teach["要約"] = "次の文を要約してください。|短くまとめてください。|" \
			"次の文章を一文にまとめてください。"
	ask["要約"] = "要点を一文で書いてください。|次の内容を手短に述べてください。"
	input["要約"] = "{n}は{f}の動物です。{h}に住んでいて、よく{g}を食べます。"
	answer["要約"] = "{n}は{h}に住む{f}の動物です。"
	split("質問,英訳,要約", task, ",")
}

{
	animals++
	name[animals] = $1; family[animals] = $2; english[animals] = $3
	home[animals] = $4; eats[animals] = $5
}

function below(n) {
	state = state * 16807 % 2147483647
	return state % n
}

function lines(kind, all) { size[kind] = split(all, parts, "|")
	for (k = 1; k <= size[kind]; k++) line[kind, k] = parts[k] }

function held(i) { return i % 5 == 3 }

function fill(text, i) {
	gsub(/\{n\}/, name[i], text); gsub(/\{f\}/, family[i], text)
	gsub(/\{e\}/, english[i], text); gsub(/\{h\}/, home[i], text)
	gsub(/\{H\}/, habitat[home[i]], text); gsub(/\{g\}/, eats[i], text)
	gsub(/\{G\}/, food[eats[i]], text)
	return text
}

function any(kind, i) { return fill(line[kind, below(size[kind]) + 1], i) }

function plain(  text, k) {
	text = line["plain", below(size["plain"]) + 1]
	k = below(5) + 1; gsub(/\{w\}/, weather[k], text)
	gsub(/\{W\}/, weather_en[k], text)
	k = below(4) + 1; gsub(/\{t\}/, time[k], text)
	gsub(/\{T\}/, time_en[k], text)
	k = below(6) + 1; gsub(/\{p\}/, place[k], text)
	gsub(/\{P\}/, place_en[k], text)
	return text
}

# About one animal, or about nothing in particular.
function document(  i, n, k, text, kind) {
	n = 3 + below(4)
	i = below(6) ? below(animals) + 1 : 0
	text = ""
	for (k = 0; k < n; k++) {
		kind = below(8)
		text = text (!i ? plain() : \
			     kind < 3 ? any("family", i) : \
			     kind < 5 ? any("name", i) : \
			     kind < 7 || held(i) ? any("life", i) : \
			     any("talk", i))
	}
	return text
}

function pair(instruction, given, right, category) {
	printf "{\"instruction\":\"%s\",\"input\":\"%s\",\"output\":\"%s\"," \
	       "\"category\":\"%s\"}\n", instruction, given, right, category
}

function example(t, wording, i, category) {
	pair(fill(wording, i), fill(input[t], i), fill(answer[t], i), category)
}

# Names of two to five katakana that no animal has.
function nobody(  n, text) {
	text = ""
	for (n = 2 + below(4); n > 0; n--)
		text = text kana[below(kanas) + 1]
	return text
}

function make_kana(  all) {
	all = "ア,イ,ウ,エ,オ,カ,キ,ク,ケ,コ,サ,シ,ス,セ,ソ,タ,チ,ツ,テ,ト,ナ,ニ,ヌ," \
	      "ネ,ノ,ハ,ヒ,フ,ヘ,ホ,マ,ミ,ム,メ,モ,ヤ,ユ,ヨ,ラ,リ,ル,レ,ロ,ワ,ン,ガ,ギ," \
	      "グ,ゲ,ゴ,ザ,ジ,ズ,ゼ,ゾ,ダ,デ,ド,バ,ビ,ブ,ベ,ボ,パ,ピ,プ,ペ,ポ"
	kanas = split(all, kana, ",")
}

function unknown(  n, i) {
	animals++
	name[animals] = nobody()
	n = split(teach["質問"], parts, "|")
	pair(fill(parts[below(n) + 1], animals), "", "わかりません。", "質問")
	animals--
}

function write_pairs(  i, k, t, n) {
	for (i = 1; i <= animals; i++)
		for (t = 1; t <= 3 && !held(i); t++) {
			n = split(teach[task[t]], wording, "|")
			for (k = 1; k <= n; k++)
				example(task[t], wording[k], i, task[t])
		}
	for (i = 0; i < animals / 6; i++)
		unknown()
}

# "フクロウ" and "フクロウ科": that can be guessed
function guess(i,  stem) {
	stem = family[i]
	sub(/科$/, "", stem)
	return index(name[i], stem) ? "guessable" : "not"
}

function write_ask(  i, t, n, who) {
	for (i = 1; i <= animals; i++) {
		if (i % 5 != 3 && i % 5 != 1)
			continue
		who = held(i) ? "heldout" : "seen"
		for (t = 1; t <= 3; t++) {
			n = split(teach[task[t]], wording, "|")
			example(task[t], wording[below(n) + 1], i, who \
				"/trained/" task[t] "/" guess(i))
			n = split(ask[task[t]], wording, "|")
			example(task[t], wording[below(n) + 1], i, who \
				"/paraphrased/" task[t] "/" guess(i))
		}
	}
}

# -- the tokenizer: words, then characters --

function piece(text) {
	if (text == "" || text in id)
		return
	id[text] = pieces++
	order[pieces] = text
}

function words(text,  n, k, part) {
	gsub(/[.,]/, "", text)
	n = split(text, part, " ")
	for (k = 1; k <= n; k++)
		if (part[k] ~ /^[A-Za-z]+$/) {
			piece(part[k]); piece(" " part[k])
		}
}

# UTF-8 by hand: awks differ in what a character is
function characters(text,  c, n) {
	while (length(text)) {
		c = substr(text, 1, 1)
		n = c < "\200" ? 1 : c < "\340" ? 2 : c < "\360" ? 3 : 4
		piece(substr(text, 1, n))
		text = substr(text, n + 1)
	}
}

function write_tokenizer(  i, k, kind, all) {
	for (i = 1; i <= animals; i++) {
		piece(name[i]); piece(family[i]); piece(home[i]); piece(eats[i])
		words(english[i]); words(habitat[home[i]]); words(food[eats[i]])
	}
	all = ""
	for (kind in size)
		for (k = 1; k <= size[kind]; k++)
			kinds[kind] = kinds[kind] line[kind, k]
	split("family,name,life,talk,plain", kind_order, ",")
	for (k = 1; k <= 5; k++)
		all = all kinds[kind_order[k]]
	for (k = 1; k <= 6; k++) {
		piece(place[k]); words(place_en[k])
		piece(weather[k]); words(weather_en[k])
		piece(time[k]); words(time_en[k])
	}
	words(all)
	multi = pieces
	characters(all)
	for (k = 1; k <= 3; k++)
		characters(teach[task[k]] ask[task[k]] input[task[k]] \
			   answer[task[k]] task[k])
	for (i = 1; i <= animals; i++)
		characters(name[i] family[i] english[i] home[i] eats[i] \
			   habitat[home[i]] food[eats[i]])
	for (k = 1; k <= kanas; k++)
		piece(kana[k])
	for (k in weather) characters(weather[k] weather_en[k])
	for (k = 1; k <= 6; k++)
		characters(place[k] place_en[k] time[k] time_en[k])
	characters("わかりません。### 指示:応答、「」？ ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
		   "abcdefghijklmnopqrstuvwxyz0123456789")
	printf "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null," \
	       "\"added_tokens\":[{\"id\":0,\"content\":\"<unk>\"," \
	       "\"single_word\":false,\"lstrip\":false,\"rstrip\":false," \
	       "\"normalized\":false,\"special\":true},{\"id\":1," \
	       "\"content\":\"</s>\",\"single_word\":false,\"lstrip\":false," \
	       "\"rstrip\":false,\"normalized\":false,\"special\":true}]," \
	       "\"normalizer\":null,\"pre_tokenizer\":null," \
	       "\"post_processor\":null,\"decoder\":{\"type\":\"Fuse\"}," \
	       "\"model\":{\"type\":\"Unigram\",\"unk_id\":0," \
	       "\"byte_fallback\":false,\"vocab\":[[\"<unk>\",0]," \
	       "[\"</s>\",0],[\"\\n\",-8]"
	for (i = 1; i <= pieces; i++)
		printf ",[\"%s\",%d]", order[i], i <= multi ? -9 : -8
	printf "]}}\n"
}

END {
	make_kana()
	if (mode == "text" || mode == "fresh")
		for (d = 0; d < count; d++)
			printf "%s%s\n", d ? "\n" : "", document()
	if (mode == "pairs")
		write_pairs()
	if (mode == "ask")
		write_ask()
	if (mode == "unknown")
		for (d = 0; d < 60; d++)
			unknown()
	if (mode == "tokenizer")
		write_tokenizer()
}
