/* category.c - the kind of task that a pair is */
#include "ingest/category.h"

#include <ctype.h>
#include <string.h>

enum kind {
	SUMMARISE, TRANSLATE, CLOSED_QA, OPEN_QA, GENERATE, REWRITE, CLASSIFY,
	EXTRACT, BRAINSTORM, CODE, MATHS, CHAT, ROLEPLAY, KINDS,
	QA,    /* closed or open: is there an input? */
	POINT, /* no kind: here a long definition comes to the point */
};

static const char *const name[KINDS] = {
	"summarise", "translate", "closed_qa", "open_qa", "generate",
	"rewrite", "classify", "extract", "brainstorm", "code", "maths",
	"chat", "roleplay",
};

static struct str kind_name(enum kind kind, bool input)
{
	if (kind == QA)
		kind = input ? CLOSED_QA : OPEN_QA;
	return str_of(name[kind]);
}

/* -- the data's own word -- */

/* Lower case, _ for what is no letter. */
static const struct {
	const char *word;
	enum kind kind;
} known[] = {
	{ "summarize", SUMMARISE }, { "summarization", SUMMARISE },
	{ "summarisation", SUMMARISE }, { "要約", SUMMARISE },
	{ "translation", TRANSLATE }, { "翻訳", TRANSLATE },
	{ "general_qa", OPEN_QA }, { "closed_qa", CLOSED_QA },
	{ "open_qa", OPEN_QA }, { "qa", QA }, { "question_answering", QA },
	{ "質問応答", QA }, { "commonsense_qa", QA },
	{ "creative_writing", GENERATE }, { "generation", GENERATE },
	{ "writing", GENERATE }, { "story_composition", GENERATE },
	{ "text_completion", GENERATE }, { "sentence_composition", GENERATE },
	{ "poem_generation", GENERATE }, { "question_generation", GENERATE },
	{ "title_generation", GENERATE }, { "data_to_text", GENERATE },
	{ "wrong_candidate_generation", GENERATE }, { "作文", GENERATE },
	{ "rewriting", REWRITE }, { "paraphrasing", REWRITE },
	{ "question_rewriting", REWRITE }, { "style_transfer", REWRITE },
	{ "grammar_error_correction", REWRITE },
	{ "text_simplification", REWRITE }, { "書き換え", REWRITE },
	{ "classification", CLASSIFY }, { "text_categorization", CLASSIFY },
	{ "sentiment_analysis", CLASSIFY }, { "分類", CLASSIFY },
	{ "textual_entailment", CLASSIFY },
	{ "toxic_language_detection", CLASSIFY },
	{ "text_quality_evaluation", CLASSIFY },
	{ "word_semantics", CLASSIFY }, { "fact_verification", CLASSIFY },
	{ "information_extraction", EXTRACT }, { "extraction", EXTRACT },
	{ "named_entity_recognition", EXTRACT }, { "抽出", EXTRACT },
	{ "keyword_tagging", EXTRACT }, { "coreference_resolution", EXTRACT },
	{ "brainstorming", BRAINSTORM }, { "ブレインストーミング", BRAINSTORM },
	{ "coding", CODE }, { "program_execution", CODE },
	{ "code_to_text", CODE }, { "text_to_code", CODE },
	{ "programming", CODE }, { "プログラミング", CODE },
	{ "math", MATHS }, { "mathematics", MATHS }, { "arithmetic", MATHS },
	{ "number_conversion", MATHS }, { "数学", MATHS }, { "計算", MATHS },
	{ "conversation", CHAT }, { "dialogue_generation", CHAT },
	{ "dialogue", CHAT }, { "chitchat", CHAT }, { "雑談", CHAT },
	{ "role_play", ROLEPLAY }, { "role_playing", ROLEPLAY },
	{ "ロールプレイ", ROLEPLAY },
};

struct str category_known(struct str word, bool input)
{
	char plain[48];

	if (word.n == 0 || word.n >= sizeof plain)
		return word;
	for (size_t i = 0; i < word.n; i++) {
		unsigned char c = (unsigned char)word.at[i];

		plain[i] = c >= 0x80 || isalnum(c) ? (char)tolower(c) : '_';
	}
	plain[word.n] = '\0';
	for (int i = 0; i < KINDS; i++)
		if (strcmp(plain, name[i]) == 0)
			return str_is(word, name[i]) ? word : str_of(name[i]);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(plain, known[i].word) == 0)
			return kind_name(known[i].kind, input);
	return word;
}

/* -- words of the instruction -- */

/*
 * A phrase speaks for a kind with so many points; each counts once.  English
 * ones match from the start of a word, so "summar" finds its whole family;
 * Japanese ones match anywhere.  The points were set on one half of the tasks
 * of natural-instructions; RESULTS.md has what they find in the other.
 */
static const struct phrase {
	const char *text;
	unsigned char kind, points;
} phrases[] = {
	{ "summar", SUMMARISE, 5 }, { "tl;dr", SUMMARISE, 5 },
	{ "condense", SUMMARISE, 4 }, { "key points", SUMMARISE, 3 },
	{ "main points", SUMMARISE, 3 }, { "in a nutshell", SUMMARISE, 3 },
	{ "要約", SUMMARISE, 6 }, { "まとめて", SUMMARISE, 4 },
	{ "要点", SUMMARISE, 4 }, { "一言で", SUMMARISE, 2 },

	{ "translat", TRANSLATE, 6 }, { "into english", TRANSLATE, 4 },
	{ "into japanese", TRANSLATE, 4 }, { "into french", TRANSLATE, 4 },
	{ "into spanish", TRANSLATE, 4 }, { "into german", TRANSLATE, 4 },
	{ "into chinese", TRANSLATE, 4 },
	{ "翻訳", TRANSLATE, 6 }, { "英訳", TRANSLATE, 6 },
	{ "和訳", TRANSLATE, 6 }, { "訳して", TRANSLATE, 5 },
	{ "訳せ", TRANSLATE, 4 }, { "英語に", TRANSLATE, 3 },
	{ "日本語に", TRANSLATE, 3 },

	{ "rewrite", REWRITE, 5 }, { "rephras", REWRITE, 5 },
	{ "paraphras", REWRITE, 5 }, { "reword", REWRITE, 5 },
	{ "proofread", REWRITE, 5 }, { "correct the", REWRITE, 3 },
	{ "grammar", REWRITE, 2 }, { "edit the", REWRITE, 4 },
	{ "edit this", REWRITE, 4 }, { "simplify", REWRITE, 3 },
	{ "change the", REWRITE, 3 }, { "transform", REWRITE, 3 },
	{ "convert", REWRITE, 2 }, { "more formal", REWRITE, 3 },
	{ "make it more", REWRITE, 3 }, { "replace", REWRITE, 2 },
	{ "書き換え", REWRITE, 5 }, { "言い換え", REWRITE, 5 },
	{ "書き直", REWRITE, 5 }, { "校正", REWRITE, 5 },
	{ "添削", REWRITE, 5 }, { "直して", REWRITE, 4 },
	{ "修正", REWRITE, 3 }, { "敬語に", REWRITE, 4 },
	{ "変換", REWRITE, 2 }, { "推敲", REWRITE, 4 },

	{ "classif", CLASSIFY, 5 }, { "categori", CLASSIFY, 4 },
	{ "sentiment", CLASSIFY, 3 }, { "determine whether", CLASSIFY, 4 },
	{ "determine if", CLASSIFY, 4 }, { "decide whether", CLASSIFY, 4 },
	{ "judge", CLASSIFY, 3 }, { "true or false", CLASSIFY, 4 },
	{ "positive or negative", CLASSIFY, 4 }, { "label", CLASSIFY, 2 },
	{ "whether", CLASSIFY, 1 }, { "which of the following", CLASSIFY, 2 },
	{ "rate the", CLASSIFY, 3 }, { "quality of", CLASSIFY, 2 },
	{ "分類", CLASSIFY, 5 }, { "判定", CLASSIFY, 4 },
	{ "判断して", CLASSIFY, 3 }, { "どのカテゴリ", CLASSIFY, 4 },
	{ "ポジティブ", CLASSIFY, 3 }, { "感情を", CLASSIFY, 3 },

	{ "extract", EXTRACT, 5 }, { "named entit", EXTRACT, 5 },
	{ "entities", EXTRACT, 4 }, { "entity", EXTRACT, 3 },
	{ "pick out", EXTRACT, 4 }, { "find the name", EXTRACT, 3 },
	{ "find all", EXTRACT, 3 }, { "keywords", EXTRACT, 3 },
	{ "mentioned in", EXTRACT, 2 }, { "recogni", EXTRACT, 4 },
	{ "identif", EXTRACT, 3 }, { "find the", EXTRACT, 3 },
	{ "noun phrase", EXTRACT, 3 }, { "from the text", EXTRACT, 2 },
	{ "from the passage", EXTRACT, 2 }, { "pronoun", EXTRACT, 3 },
	{ "抽出", EXTRACT, 5 }, { "抜き出", EXTRACT, 5 },
	{ "取り出", EXTRACT, 4 }, { "書き出", EXTRACT, 3 },
	{ "見つけ", EXTRACT, 2 }, { "キーワード", EXTRACT, 2 },

	{ "brainstorm", BRAINSTORM, 6 }, { "suggest", BRAINSTORM, 3 },
	{ "ideas", BRAINSTORM, 4 }, { "come up with", BRAINSTORM, 3 },
	{ "recommend", BRAINSTORM, 3 }, { "tips", BRAINSTORM, 3 },
	{ "ways to", BRAINSTORM, 3 }, { "list ", BRAINSTORM, 2 },
	{ "give me some", BRAINSTORM, 3 }, { "give me a list", BRAINSTORM, 4 },
	{ "name some", BRAINSTORM, 3 }, { "name three", BRAINSTORM, 3 },
	{ "give three", BRAINSTORM, 3 }, { "examples of", BRAINSTORM, 2 },
	{ "アイデア", BRAINSTORM, 5 }, { "アイディア", BRAINSTORM, 5 },
	{ "提案", BRAINSTORM, 4 }, { "案を", BRAINSTORM, 3 },
	{ "挙げて", BRAINSTORM, 4 }, { "あげて", BRAINSTORM, 3 },
	{ "列挙", BRAINSTORM, 4 }, { "おすすめ", BRAINSTORM, 4 },
	{ "リストアップ", BRAINSTORM, 4 }, { "候補", BRAINSTORM, 2 },
	{ "コツ", BRAINSTORM, 2 },

	{ "code", CODE, 3 }, { "coding", CODE, 3 }, { "python", CODE, 4 },
	{ "javascript", CODE, 4 }, { "sql", CODE, 4 }, { "html", CODE, 3 },
	{ "css", CODE, 3 }, { "c++", CODE, 4 }, { "java ", CODE, 4 },
	{ "program", CODE, 2 }, { "regex", CODE, 4 },
	{ "function that", CODE, 4 }, { "a function", CODE, 3 },
	{ "script", CODE, 2 }, { "algorithm", CODE, 3 },
	{ "linked list", CODE, 3 }, { "query", CODE, 1 },
	{ "コード", CODE, 4 }, { "プログラム", CODE, 4 },
	{ "関数", CODE, 3 }, { "スクリプト", CODE, 3 },
	{ "アルゴリズム", CODE, 3 }, { "正規表現", CODE, 4 },
	{ "実装", CODE, 4 }, { "クエリ", CODE, 3 },

	{ "calculat", MATHS, 5 }, { "equation", MATHS, 4 },
	{ "solve", MATHS, 3 }, { "compute", MATHS, 3 },
	{ "area of", MATHS, 3 }, { "sum of", MATHS, 3 },
	{ "probability", MATHS, 3 }, { "square root", MATHS, 4 },
	{ "arithmetic", MATHS, 4 }, { "derivative", MATHS, 4 },
	{ "digits", MATHS, 2 }, { "numeric", MATHS, 2 },
	{ "計算", MATHS, 5 }, { "方程式", MATHS, 5 },
	{ "解いて", MATHS, 3 }, { "を解", MATHS, 3 },
	{ "何個", MATHS, 3 }, { "合計", MATHS, 3 },
	{ "確率", MATHS, 3 }, { "平均", MATHS, 2 },

	{ "hello", CHAT, 3 }, { "how are you", CHAT, 6 },
	{ "who are you", CHAT, 6 }, { "your name", CHAT, 5 },
	{ "nice to meet", CHAT, 5 }, { "good morning", CHAT, 4 },
	{ "dialogue", CHAT, 3 }, { "conversation", CHAT, 2 },
	{ "utterance", CHAT, 4 }, { "reply", CHAT, 2 }, { "agent", CHAT, 3 },
	{ "こんにちは", CHAT, 4 }, { "はじめまして", CHAT, 5 },
	{ "おはよう", CHAT, 4 }, { "こんばんは", CHAT, 4 },
	{ "あなたの名前", CHAT, 5 }, { "ありがとう", CHAT, 3 },

	{ "act as", ROLEPLAY, 6 }, { "pretend", ROLEPLAY, 6 },
	{ "role play", ROLEPLAY, 7 }, { "roleplay", ROLEPLAY, 7 },
	{ "role-play", ROLEPLAY, 7 }, { "imagine you are", ROLEPLAY, 6 },
	{ "imagine that you are", ROLEPLAY, 6 },
	{ "as if you were", ROLEPLAY, 6 }, { "in the voice of", ROLEPLAY, 4 },
	{ "になりきって", ROLEPLAY, 7 }, { "振る舞", ROLEPLAY, 6 },
	{ "ふるまって", ROLEPLAY, 6 }, { "演じて", ROLEPLAY, 6 },
	{ "ロールプレイ", ROLEPLAY, 7 }, { "役として", ROLEPLAY, 5 },

	{ "write", GENERATE, 3 }, { "compose", GENERATE, 4 },
	{ "generate", GENERATE, 3 }, { "create", GENERATE, 3 },
	{ "draft", GENERATE, 4 }, { "story", GENERATE, 2 },
	{ "poem", GENERATE, 5 }, { "haiku", GENERATE, 5 },
	{ "essay", GENERATE, 4 }, { "email", GENERATE, 2 },
	{ "letter", GENERATE, 1 }, { "song", GENERATE, 2 },
	{ "construct", GENERATE, 3 }, { "design", GENERATE, 2 },
	{ "make up", GENERATE, 3 }, { "a question", GENERATE, 3 },
	{ "title", GENERATE, 4 }, { "headline", GENERATE, 3 }, { "complete the", GENERATE, 2 },
	{ "tweet", GENERATE, 2 }, { "fill in", GENERATE, 2 },
	{ "書いて", GENERATE, 3 }, { "作成", GENERATE, 3 },
	{ "作って", GENERATE, 3 }, { "物語", GENERATE, 3 },
	{ "小説", GENERATE, 3 }, { "詩を", GENERATE, 4 },
	{ "俳句", GENERATE, 4 }, { "短歌", GENERATE, 4 },
	{ "作文", GENERATE, 4 }, { "生成", GENERATE, 3 },
	{ "メールを", GENERATE, 2 }, { "手紙", GENERATE, 2 },
	{ "エッセイ", GENERATE, 3 }, { "創作", GENERATE, 4 },
	{ "考えて", GENERATE, 1 },

	{ "what ", QA, 2 }, { "what's", QA, 2 }, { "who ", QA, 2 },
	{ "when ", QA, 1 }, { "where ", QA, 2 }, { "why ", QA, 2 },
	{ "how ", QA, 2 }, { "which ", QA, 1 }, { "explain", QA, 3 },
	{ "describe", QA, 3 }, { "define", QA, 3 }, { "tell me", QA, 2 },
	{ "difference between", QA, 2 }, { "answer the", QA, 3 },
	{ "answer to the", QA, 4 }, { "the answer to", QA, 3 }, { "?", QA, 1 },
	{ "とは", QA, 2 }, { "ですか", QA, 2 }, { "ますか", QA, 1 },
	{ "何", QA, 1 }, { "なぜ", QA, 2 }, { "誰", QA, 2 },
	{ "どこ", QA, 2 }, { "いつ", QA, 2 }, { "説明", QA, 3 },
	{ "どうして", QA, 2 }, { "どのよう", QA, 2 }, { "教えて", QA, 2 },
	{ "述べ", QA, 2 }, { "どれ", QA, 1 }, { "？", QA, 1 },

	{ "according to", CLOSED_QA, 3 }, { "based on", CLOSED_QA, 2 },
	{ "given passage", CLOSED_QA, 2 }, { "read the", CLOSED_QA, 2 },
	{ "に基づい", CLOSED_QA, 2 }, { "を読んで", CLOSED_QA, 2 },
	{ "本文", CLOSED_QA, 2 }, { "次の文章から", CLOSED_QA, 1 },

	{ "task is to", POINT, 0 }, { "job is to", POINT, 0 },
	{ "need to", POINT, 0 }, { "expected to", POINT, 0 },
	{ "ask you to", POINT, 0 }, { "asked to", POINT, 0 },
	{ "have to", POINT, 0 }, { "task is about", POINT, 0 },
};

enum {
	PHRASES = sizeof phrases / sizeof *phrases,
	LOOKED_AT = 600, /* bytes of the instruction */
	FRONT = 18,      /* bytes in which a verb says more */
	FOCUS = 50,      /* bytes behind "your task is to" that count double */
};

_Static_assert(PHRASES <= sizeof((struct category_index *)0)->next /
				  sizeof(short), "room for the phrases");

/* Two letters tell English phrases apart, the last bytes of the first character
 * Japanese ones. */
static unsigned bucket(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	at += at[0] >= 0x80;
	return (at[0] * 33u ^ at[1]) & 1023;
}

void category_index_init(struct category_index *index)
{
	memset(index->first, -1, sizeof index->first);
	for (short i = PHRASES - 1; i >= 0; i--) {
		unsigned b = bucket(phrases[i].text);

		index->length[i] = (unsigned char)strlen(phrases[i].text);
		index->next[i] = index->first[b];
		index->first[b] = i;
	}
}

struct looking {
	const char *text;
	const char *focus; /* NULL: it has not come to the point yet */
	unsigned points[QA + 1];
	unsigned char seen[PHRASES];
};

static void look_up(const struct category_index *index, struct looking *look,
		    const char *at)
{
	for (short i = index->first[bucket(at)]; i >= 0; i = index->next[i]) {
		const struct phrase *p = &phrases[i];

		if (look->seen[i] ||
		    memcmp(at, p->text, index->length[i]) != 0)
			continue;
		look->seen[i] = 1;
		if (p->kind == POINT) {
			if (!look->focus)
				look->focus = at + index->length[i];
			continue;
		}
		look->points[p->kind] +=
			2u * p->points + (at < look->text + FRONT ? 2 : 0);
		if (look->focus && at >= look->focus &&
		    at < look->focus + FOCUS)
			look->points[p->kind] += 2u * p->points;
	}
}

/* English phrases start where a word does, Japanese ones at a character. */
static void look_through(const struct category_index *index,
			 struct looking *look, size_t n)
{
	bool inside = false; /* a word */

	for (const char *at = look->text; at < look->text + n; at++) {
		unsigned char c = (unsigned char)*at;

		if (c >= 0xe0 || (c < 0x80 && !inside))
			look_up(index, look, at);
		inside = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
	}
}

/* A word problem: figures, and a question for a number. */
static bool is_word_problem(const char *text)
{
	static const char *const asks[] = {
		"how many", "how much", "いくつ", "何人", "何円", "いくら",
		"何個", "何本", "何枚",
	};
	int figures = 0;

	for (const char *c = text; *c; c++)
		figures += is_ascii_digit(*c) &&
			   (c == text || !is_ascii_digit(c[-1]));
	if (figures < 2)
		return false;
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++)
		if (strstr(text, asks[i]))
			return true;
	return false;
}

static enum kind best(const unsigned *points, bool input)
{
	unsigned most = 3; /* one weak phrase says nothing */
	enum kind found = KINDS;

	for (int i = 0; i <= QA; i++) {
		unsigned p = points[i];

		if (i == QA)
			p += input ? points[CLOSED_QA] : 0;
		if (p > most) {
			most = p;
			found = (enum kind)i;
		}
	}
	return found;
}

struct str category_guess(const struct category_index *index,
			  const struct pair *pair)
{
	char text[LOOKED_AT + 64]; /* a phrase may be compared beyond the end */
	struct looking look = { .text = text };
	size_t n = pair->instruction.n;
	enum kind kind;

	if (n > LOOKED_AT)
		n = LOOKED_AT;
	for (size_t i = 0; i < n; i++) {
		char c = pair->instruction.at[i];

		text[i] = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
	}
	memset(text + n, 0, 64);
	look_through(index, &look, n);
	if (strncmp(text, "def ", 4) == 0 || strstr(text, "```"))
		look.points[CODE] += 12;
	if (is_word_problem(text))
		look.points[MATHS] += 12;
	kind = best(look.points, pair->input.n > 0);
	if (kind == KINDS)
		return pair->messages ? str_of(name[CHAT]) : STR("");
	return kind_name(kind, pair->input.n > 0);
}
