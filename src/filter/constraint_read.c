/* constraint_read.c - constraints read out of an instruction */
#define _GNU_SOURCE /* memmem */
#include <assert.h>
#include <stdlib.h>

#include "base/err.h"
#include "filter/constraint.h"
#include "text/utf8.h"

const char *const constraint_name[ASK_KINDS] = {
	"chars", "words", "sentences", "paragraphs", "items", "bullets",
	"placeholders", "highlights", "json", "language", "one-word",
	"yes-no", "uppercase", "lowercase", "without", "include", "start",
	"end", "title", "postscript", "quoted", "no-script", "only-script",
};

const char *const verdict_name[VERDICTS] = {
	"obeyed", "violated", "unknown",
};

/* -- the forms -- */

/* English numbers, and what may stand around them. */
#define NUM                                                                 \
	"(?:\\d{1,5}(?:,\\d{3})?|one|two|three|four|five|six|seven|eight|"  \
	"nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred)"
#define BOUND                                                               \
	"(?:at (?:least|most)|no (?:more|less|fewer) than|not more than|"   \
	"(?:more|less|fewer|greater) than|not exceed(?:ing)?|exactly|"      \
	"about|around|approximately|roughly|up to|under|over|"              \
	"(?:a )?(?:maximum|minimum) of|only|just|precisely)"
#define RANGE                                                               \
	"(?:between )?" NUM "\\+?(?:\\s?(?:-|–|to|and|or)\\s?" NUM ")?"
#define AFTER                                                               \
	"(?:\\s(?:or (?:less|fewer|more)|max(?:imum)?|min(?:imum)?|"        \
	"at (?:most|least)))?"
#define BRIEF "(?:(?:short|simple|complete|full|concise|brief|clear)\\s){0,2}"
/* A thing to be written; "this 50-word text" is one to be read. */
#define PIECE                                                               \
	"(?:\\s(?!that\\b|which\\b)\\w+){0,2}\\s(?:essay|story|summary|"    \
	"paragraph|article|description|response|answer|poem|review|speech|" \
	"blog|post|email|letter|overview|explanation|report|introduction|"  \
	"bio|biography|synopsis|version|monologue)\\b"
#define NEW "(?<!this )(?<!the )(?<!following )(?<!these )(?<!each )"
/* "three words that rhyme" are items, not a length */
#define LENGTH_ENDS                                                         \
	"(?!\\s(?:that|which|from|in (?:the|this)|with|start|begin|end|"    \
	"relat|for|you|rhym|mean|of|to|are|is|associated|used|can|using|"   \
	"such|like|he|she|they|we|given|below|above|separated|each))"

/* After "at least 5 sentences" the count is plainly one of the answer. */
#define BOUND_ENDS                                                          \
	"(?!\\s(?:from|in (?:the|this)|of (?:the|this)|given|below|above|are|"  \
	"is)\\b)"

/* Japanese numbers and quoted words. */
#define JNUM "(?:[0-9０-９]{1,5}|[一二三四五六七八九十百千]{1,5})"
#define JRANGE "(?<![0-9０-９第])" JNUM "(?:\\s?(?:〜|～|-|から|、)\\s?" JNUM ")?\\s?"
#define JBOUND "(?:以内|以上|以下|未満|程度|くらい|ぐらい|ほど|前後)"

#define OWN                                                                 \
	"(?:your (?:\\w+ )?|the (?:\\w+ )?)?(?:response|answer|reply|"      \
	"output|essay|story|letter|email|poem|message|text|whole thing|it)"
#define QUOTE "(?:\"[^\"\\n]{1,80}\"|'[^'\\n]{2,80}'|“[^”\\n]{1,80}”)"
#define JQUOTE "(?:「[^」\\n]{1,40}」|『[^』\\n]{1,40}』)"
#define TONGUE                                                              \
	"(?:English|Japanese|Chinese|Korean|French|German|Spanish|Russian|" \
	"Italian|Portuguese|Arabic|Hindi|Thai|Greek|Hebrew|Vietnamese|"     \
	"Persian|Urdu|Bengali|Tamil|Telugu|Kannada|Marathi|Gujarati|"       \
	"Punjabi|Nepali|Swahili|Finnish|Bulgarian)"
#define JTONGUE                                                             \
	"(?:英語|日本語|中国語|韓国語|フランス語|ドイツ語|スペイン語|ロシア語|" \
	"イタリア語)"
#define ANSWER                                                              \
	"(?:答え|回答|応答|返答|返事|書い|書き|記述|出力|説明|要約|まとめ|" \
	"述べ|作成|作っ|紹介|表し|表現|解説|返し|お願い)"

/*
 * What is found is the whole match; the numbers, bounds and quoted words are
 * read out of it.
 */
static const struct form {
	enum constraint_kind kind;
	const char *keywords; /* one of them is in every match */
	const char *pattern;
} forms[] = {
	{ ASK_WORDS, "word",
	  "(?i)\\b(?:in|within|using)\\s(?:" BOUND "\\s)?" RANGE
	  "\\swords?\\b" AFTER LENGTH_ENDS },
	{ ASK_WORDS, "word",
	  "(?i)\\b" BOUND "\\s" RANGE "\\swords\\b" AFTER
		     LENGTH_ENDS },
	{ ASK_WORDS, "word",
	  "(?i)" NEW "\\b\\d{2,5}\\+?[- ]word\\b" PIECE },
	{ ASK_WORDS, "word",
	  "(?i)\\b\\d{2,5}\\+? words (?:or (?:less|fewer|more)|"
		     "max(?:imum)?|min(?:imum)?|at (?:most|least))\\b" },
	{ ASK_SENTENCES, "sentence",
	  "(?i)\\b(?:in|within|using)\\s(?:" BOUND "\\s)?(?:a single|" RANGE
	  ")\\s" BRIEF "sentences?\\b" AFTER LENGTH_ENDS },
	{ ASK_SENTENCES, "sentence",
	  "(?i)\\b" BOUND "\\s(?:a total of )?" RANGE "\\s"
			 BRIEF "sentences\\b" AFTER BOUND_ENDS },
	{ ASK_SENTENCES, "sentence",
	  "(?i)\\b(?:contain|have|be)\\s" NUM
			 " (?:or (?:more|less|fewer) sentences|sentences or "
			 "(?:more|less|fewer))\\b" },
	{ ASK_SENTENCES, "sentence",
	  "(?i)\\bthat (?:contains|has) " RANGE
			 " sentences\\b" },
	{ ASK_SENTENCES, "sentence",
	  "(?i)" NEW "\\b" NUM "(?:-" NUM ")?[- ]sentence\\b"
			 PIECE },
	{ ASK_PARAGRAPHS, "paragraph",
	  "(?i)\\b(?:in|within|using)\\s(?:" BOUND "\\s)?(?:a single|" RANGE
	  ")\\s" BRIEF "paragraphs?\\b" AFTER LENGTH_ENDS },
	{ ASK_PARAGRAPHS, "paragraph",
	  "(?i)\\b(?:" BOUND "|should be|must be)\\s" RANGE
			  "\\s" BRIEF "paragraphs\\b" AFTER BOUND_ENDS },
	{ ASK_PARAGRAPHS, "paragraph",
	  "(?i)" NEW "\\b" NUM "[- ]paragraph\\b" PIECE },
	{ ASK_BULLETS, "bullet",
	  "(?i)\\b(?:" BOUND "\\s)?" NUM "\\sbullet(?:ed)? points?\\b" },
	{ ASK_BULLETS, "bullet",
	  "(?i)\\b(?:in|as|using|with|into|form of|format of)"
		       "(?: an?)?(?: list of)? (?:bullet(?:ed)?"
		       "(?:[- ]points?)?(?: (?:list|form(?:at)?))?)\\b" },
	{ ASK_ITEMS, "list|name|give|provide|suggest|generate|create|write|identify|propose|recommend|brainstorm|come up|think of|find",
	  "(?i)\\b(?:list|name|give|provide|suggest|generate|create|write|"
	  "identify|propose|recommend|brainstorm|come up with|think of|"
	  "find)\\s(?:(?:me|us|out|down)\\s)?(?:(?:the|my|your)\\s)?"
	  "(?:(?:at least|exactly|up to|about|top|any)\\s){0,2}"
	  "(?!one\\b)" NUM
	  "\\s(?!times|words?\\b|sentences?\\b|paragraphs?\\b|characters?\\b|"
	  "digits?\\b|years?\\b|minutes?\\b|hours?\\b|days?\\b|lines?\\b|"
	  "pages?\\b|percent|dollars?\\b|stanzas?\\b|verses?\\b|bullet|"
	  "numbers?\\b|integers?\\b|\\w+ numbers?\\b|of\\b|and\\b|or\\b|"
	  "letters?\\b|x\\b|by\\b|to\\b|in\\b|functions?\\b|haikus?\\b|"
	  "limericks?\\b|poems?\\b|stories\\b|versions?\\b|articles?\\b|"
	  "placeholders?\\b|sections?\\b|responses\\b)"
	  "(?:[a-z'-]+\\s){0,3}?[a-z-]{2,}s\\b" },
	{ ASK_ITEMS, "list of",
	  "(?i)\\b(?:create|make|write|give|generate|provide|compile|"
	  "produce)\\s(?:me\\s)?(?:a |the )(?:\\w+ )?list of (?:the )?"
	  "(?:(?:at least|exactly|about|top)\\s)?(?!one\\b)" NUM
	  "\\s(?!words?\\b)[a-z]" },
	{ ASK_PLACEHOLDERS, "placeholder",
	  "(?i)\\b(?:at least|exactly) " NUM " (?:square.bracketed )?"
	  "placeholders?\\b" },
	{ ASK_HIGHLIGHTS, "highlight",
	  "(?i)\\bhighlight (?:at least )?" NUM " (?:\\w+ )?"
	  "(?:sections|phrases|parts)\\b" },
	{ ASK_JSON, "json",
	  "(?i)\\b(?:answer|respond|reply|output|response|result|return|"
	  "format\\w*|wrap\\w*|present|convert|give|provide)\\b[^.\\n]{0,60}"
	  "\\b(?:in|as|into|using) (?:an? )?(?:valid )?JSON\\b(?! file)" },
	{ ASK_JSON, "json",
	  "(?i)JSON\\s?(?:形式|フォーマット|オブジェクト)?"
		    "(?:で|として)[^。\\n]{0,8}" ANSWER },
	{ ASK_LANGUAGE,
	  "english|japanese|chinese|korean|french|german|spanish|russian|"
	  "italian|portuguese|arabic|hindi|thai|greek|hebrew|vietnamese|"
	  "persian|urdu|bengali|tamil|telugu|kannada|marathi|gujarati|"
	  "punjabi|nepali|swahili|finnish|bulgarian",
	  "(?i)\\b(?:answer|respond|reply|write|explain|describe|"
	  "summari[sz]e|" OWN
	  ")\\b(?:(?! into\\b)[^.?!\\n\"]){0,40}?\\b(?:only |entirely |"
	  "completely )?(?:in|using) (?:only )?(?:the )?" TONGUE
	  "(?: language)?\\b(?=\\s*(?:[.,;:!?)\\n]|$|only\\b|please\\b|"
	  "and no other|without|language))" },
	{ ASK_LANGUAGE, "語",
	  JTONGUE "(?:のみ|だけ)?で、?" ANSWER "て?" },
	{ ASK_ONE_WORD, "word",
	  "(?i)\\b(?:in|with|using) (?:exactly |only |just )?(?:one|a "
	  "single)[- ]word\\b(?! or\\b)(?! (?:that|which))" },
	{ ASK_ONE_WORD, "一言で",
	  "(?<![0-9])一言で(?!は|き|言|いう|い|すが)" },
	{ ASK_YES_NO, "yes",
	  "(?i)\\b(?:answer|respond|reply|output|say|write|return)\\b"
	  "[^.?!\\n]{0,30}?\\b(?:with |only |either |simply |as |a )*"
	  "[\"'“‘(]?yes[\"'”’)]? or [\"'“‘(]?no[\"'”’)]?(?![a-z-])" },
	{ ASK_YES_NO, "いいえ|イイエ|no",
	  "「?(?:はい|ハイ|Yes|YES|yes)」?(?:/|／|か|、|または|もし"
		      "くは|か、)「?(?:いいえ|イイエ|No|NO|no)」?(?:のみ|"
		      "だけ|のどちらか|のいずれか)?で(?:答|回答|お答え)" },
	{ ASK_UPPERCASE, "caps|capital|upper",
	  "(?i)\\b(?:in|using|only use|use only|use|and|be) (?:all |only |"
	  "entirely )(?:in )?(?:caps\\b|capitals\\b|capital letters|"
	  "capitalized\\b|uppercase(?: letters)?|upper case)(?! words)" },
	{ ASK_UPPERCASE, "caps|capital|upper",
	  "(?i)\\bin (?:capital letters|uppercase|upper "
			 "case)\\b(?! words)" },
	{ ASK_LOWERCASE, "lower|small letters|capital",
	  "(?i)\\b(?:in|using|only use|use only|use|and|be) (?:all |only |"
	  "entirely )(?:in )?(?:lowercased?|lower[- ]case|small letters)"
	  "(?: letters)?\\b(?! words)" },
	{ ASK_LOWERCASE, "lower|small letters|capital",
	  "(?i)\\bin (?:lowercase|lower[- ]case|small letters)"
			 "\\b(?! words)|\\b(?:no|without(?: using)?(?: any)?|"
			 "not (?:use|contain)(?: any)?) capital letters"
			 "\\b(?! are allowed in)" },
	{ ASK_WITHOUT, "\"|“| '|:'",
	  "(?i)\\b(?:without (?:using|including|mentioning|saying)|"
	  "(?:do not|don't|never|avoid|must not|should not|cannot|not "
	  "allowed to) (?:use|using|include|including|mention|mentioning|"
	  "contain|say)) (?:any of )?(?:the )?(?:following )?"
	  "(?:words?|keywords?|phrase|term)?:? ?" QUOTE },
	{ ASK_WITHOUT, "commas",
	  "(?i)\\b(?:no commas|(?:without|do not|don't|not allowed to|avoid|"
	  "refrain from|not)(?: the)? ?(?:us(?:e|ing|age of)|contain\\w*|"
	  "includ\\w+)?(?: of)? ?(?:any |the use of )?commas)\\b" },
	{ ASK_WITHOUT, "」を|』を|」という|』という",
	  JQUOTE "(?:という)?(?:言葉|単語|語|文字|表現)?を"
		       "(?:使わず|使わない|用いず|使用せず|使用しない|含めず|"
		       "含めない)" },
	{ ASK_INCLUDE, "word|phrase",
	  "(?i)\\b(?:include|use|mention|contain)(?: the)? (?:words?|"
	  "keywords?|phrases?) " QUOTE },
	{ ASK_INCLUDE, "」|』",
	  JQUOTE "(?:という)?(?:言葉|単語|語|表現|キーワード)を"
		       "(?:必ず)?(?:使って|使い、|含めて|入れて|用いて)" },
	{ ASK_START, "start |starts |starting |begin",
	  "(?i)\\b(?:start|begin)(?:s|ning|ing)? (?:" OWN
	  " )?with (?:the )?(?:words?|phrase|sentence|exact phrase)? ?"
	  QUOTE },
	{ ASK_START, "始め|はじめ|書き始め",
	  JQUOTE "(?:という(?:言葉|文))?(?:で|から)(?:始め|はじめ|"
		     "書き始め)" },
	{ ASK_END, "end |ends |ending |finish|conclude",
	  "(?i)\\b(?:end|finish|conclude)(?:s|ing)? (?:" OWN
	  " )?with (?:this |the )?(?:exact )?(?:words?|phrase|sentence)?"
	  "(?: of)? ?" QUOTE },
	{ ASK_END, "終わ|締め|結ん",
	  JQUOTE "(?:という(?:言葉|文))?で(?:終わ|締め|結ん)" },
	{ ASK_TITLE, "angular",
	  "(?i)\\btitle\\b[^.\\n]{0,60}double angular brackets" },
	{ ASK_POSTSCRIPT, "p.s|p.p.s|postscript|post script",
	  "(?i)\\b(?:add|include|end|have|contain)\\b[^.\\n]{0,60}"
	  "(?:postscript|post script|P\\.(?:P\\.)?S\\.?)" },
	{ ASK_QUOTED, "double quot",
	  "(?i)\\b(?:wrap|wrapped|enclosed?|put|surround(?:ed)?)\\b"
	  "[^.\\n]{0,40}\\b(?:response|answer|reply|output|everything)\\b"
	  "[^.\\n]{0,30}double quot(?:ation marks|es)" },
	{ ASK_QUOTED, "double quot",
	  "(?i)\\b(?:response|answer|reply|output)\\b[^.\\n]{0,30}"
	  "(?:wrapped|enclosed) (?:in|with|inside) double quot(?:ation marks"
	  "|es)|\\bput double quot(?:ation marks|es) around your (?:whole |"
	  "entire )?(?:response|answer|reply|output)" },
	{ ASK_WITHOUT, "読点|句点",
	  "(?:読点|句点)(?:（[^）]{1,3}）)?を(?:一切|全く|まったく)?(?:使わ|"
	  "使用し|用い)(?:ず|ない)" },
	{ ASK_NO_SCRIPT, "ひらがな|カタカナ|漢字",
	  "(?:ひらがな|カタカナ|漢字)を(?:一文字も|一切|全く)?(?:使わ|使用し|"
	  "用い)(?:ず|ない)" },
	{ ASK_ONLY_SCRIPT, "ひらがな|カタカナ",
	  "(?:ひらがな|カタカナ)(?:だけ|のみ)(?:で|を(?:使|用))" },
	{ ASK_QUOTED, "括弧",
	  "(?:応答|回答|返答|出力)(?:全体)?を(?:鉤|かぎ|カギ)括弧(?:「」)?で囲" },
	{ ASK_PLACEHOLDERS, "プレースホルダー",
	  "(?:少なくとも|最低でも)" JNUM "(?:個|つ)(?:以上)?のプレースホルダー" },
	{ ASK_SENTENCES, "文章",
	  JRANGE "文" JBOUND "の文章で[^。\\n]{0,10}" ANSWER },
	{ ASK_PARAGRAPHS, "段落",
	  JRANGE "(?:段落の文章|個の段落)(?:で|に)[^。\\n]{0,10}" ANSWER },
	{ ASK_CHARS, "字",
	  JRANGE "(?:文字|字)" JBOUND },
	{ ASK_CHARS, "字",
	  JRANGE "(?:文字|字)で(?!す|き|あ|は)" },
	{ ASK_SENTENCES, "文",
	  JRANGE "(?:つの)?文(?:" JBOUND ")?(?:で|に)(?!すが|きる|あ|は|つい|関|"
		 "対|お)[^。\\n]{0,10}" ANSWER },
	{ ASK_PARAGRAPHS, "段落",
	  JRANGE "段落(?:" JBOUND ")?(?:で|に)[^。\\n]{0,10}"
			  ANSWER },
	{ ASK_BULLETS, "箇条書き",
	  "箇条書き(?:で|に(?:し|まとめ)|形式|として|してください|"
		       "して下さい|せよ)" },
	{ ASK_ITEMS, "挙げ|あげ|列挙|リスト|箇条書き|考え|提案|出し|教え|紹介|示し|述べ",
	  JRANGE "(?:つ|個|種類|点|例|項目|選|か所|ヶ所|カ所|案|パターン|通り)"
		 "(?:程度|以上|以内|ほど|だけ|くらい)?(?:[のをが、]{1,2}"
		 "[^。、\\n]{0,16})?(?:挙げ|あげ|列挙|リスト|箇条書き|考え(?:"
		 "て|出し)|提案し|出して)" },
	{ ASK_ITEMS, "挙げ|あげ|列挙|リスト|箇条書き|考え|提案|出し|教え|紹介|示し|述べ",
	  "(?:を|、|に)" JRANGE
		     "(?:つ|個|点|例|案)(?:程度|以上|以内|ほど|だけ|くらい)?"
		     "(?:挙げ|あげ|教え|列挙|紹介|提案|示し|述べ|出して)" },
};

_Static_assert(sizeof forms / sizeof *forms <= CONSTRAINT_FORMS,
	       "CONSTRAINT_FORMS is too small");

/* "a|b": a and b. */
static void add_keywords(struct keywords *keywords, const char *list,
			 uint32_t form)
{
	while (*list) {
		size_t n = strcspn(list, "|");

		keywords_add(keywords, (struct str){ list, n }, form);
		list += n + (list[n] == '|');
	}
}

int constraints_init(struct constraints *c)
{
	*c = (struct constraints){ 0 };
	for (; c->n < sizeof forms / sizeof *forms; c->n++) {
		size_t at;
		int rc = pattern_compile(&c->pattern[c->n],
					 str_of(forms[c->n].pattern), &at);

		if (rc < 0)
			return err_wrap(rc, "constraint form %zu, byte %zu",
					c->n, at);
		add_keywords(&c->keywords, forms[c->n].keywords,
			     (uint32_t)c->n);
	}
	keywords_build(&c->keywords, c->n);
	return 0;
}

void constraints_free(struct constraints *c)
{
	for (size_t i = 0; i < c->n; i++)
		pattern_free(&c->pattern[i]);
	keywords_free(&c->keywords);
	*c = (struct constraints){ 0 };
}

/* -- numbers -- */

struct number_word {
	const char *word;
	int value;
};

static const struct number_word english[] = {
	{ "eleven", 11 }, { "twelve", 12 }, { "fifteen", 15 },
	{ "twenty", 20 }, { "thirty", 30 }, { "forty", 40 }, { "fifty", 50 },
	{ "hundred", 100 }, { "one", 1 }, { "two", 2 }, { "three", 3 },
	{ "four", 4 }, { "five", 5 }, { "six", 6 }, { "seven", 7 },
	{ "eight", 8 }, { "nine", 9 }, { "ten", 10 },
};

static bool is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* An English number word that starts at text, as a whole word. */
static int english_number(struct str text, size_t *used)
{
	for (size_t i = 0; i < sizeof english / sizeof *english; i++) {
		size_t n = strlen(english[i].word), k = 0;

		while (k < n && k < text.n &&
		       (text.at[k] | 32) == english[i].word[k])
			k++;
		if (k == n && (k == text.n || !is_letter(text.at[k]))) {
			*used = n;
			return english[i].value;
		}
	}
	return 0;
}

static int kanji_digit(uint32_t c)
{
	static const uint32_t digits[] = {
		0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94,
		0x516d, 0x4e03, 0x516b, 0x4e5d,
	};

	for (int i = 0; i < 9; i++)
		if (digits[i] == c)
			return i + 1;
	return 0;
}

/* 二百五十 and such; 0 when text does not start with a kanji number. */
static int kanji_number(struct str text, size_t *used)
{
	const char *at = text.at, *end = at + text.n;
	int sum = 0, digit = 0;

	while (at < end) {
		const char *from = at;
		uint32_t c = utf8_next(&at);
		int unit = c == 0x5341 ? 10 : c == 0x767e ? 100
				 : c == 0x5343	? 1000
						: 0;

		if (!unit && !kanji_digit(c)) {
			at = from;
			break;
		}
		if (unit) {
			sum += (digit ? digit : 1) * unit;
			digit = 0;
		} else {
			digit = kanji_digit(c);
		}
	}
	*used = (size_t)(at - text.at);
	return sum + digit;
}

/* Digits of either width, with commas between thousands. */
static int digit_number(struct str text, size_t *used)
{
	const char *at = text.at, *end = at + text.n;
	int value = 0;

	*used = 0;
	while (at < end && value < 10000000) {
		uint32_t c = utf8_next(&at);

		if (c >= 0xff10 && c <= 0xff19)
			c -= 0xff10 - '0';
		if (c == ',' && *used && at < end && *at >= '0' && *at <= '9')
			continue;
		if (c < '0' || c > '9')
			break;
		value = value * 10 + (int)(c - '0');
		*used = (size_t)(at - text.at);
	}
	return value;
}

/* The numbers in text: up to two of them. */
static size_t read_numbers(struct str text, double number[2])
{
	bool inside = false; /* a word: "someone" has no number */
	size_t n = 0;

	while (text.n && n < 2) {
		size_t used = 0;
		int value = digit_number(text, &used);

		if (!used)
			value = kanji_number(text, &used);
		if (!used && !inside)
			value = english_number(text, &used);
		if (used)
			number[n++] = value;
		inside = is_letter(*text.at);
		if (!used)
			used = 1;
		while (used < text.n &&
		       ((unsigned char)text.at[used] & 0xc0) == 0x80)
			used++;
		text.at += used;
		text.n -= used;
	}
	return n;
}

/* -- bounds -- */

/* Does the word start somewhere in text?  Small letters mean both cases. */
static bool has(struct str text, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= text.n; i++) {
		size_t k = 0;

		if (i && is_letter(word[0]) && is_letter(text.at[i - 1]))
			continue;
		while (k < n && (text.at[i + k] == word[k] ||
				 (is_letter(word[k]) &&
				  (text.at[i + k] | 32) == word[k])))
			k++;
		if (k == n)
			return true;
	}
	return false;
}

/* What the words around the number say; strict: the number itself is out. */
static enum bound read_bound(struct str text, int *strict)
{
	static const struct {
		const char *word;
		enum bound bound;
		int strict;
	} bounds[] = {
		{ "no more than", BOUND_MOST, 0 },
		{ "not more than", BOUND_MOST, 0 },
		{ "no less than", BOUND_LEAST, 0 },
		{ "no fewer than", BOUND_LEAST, 0 },
		{ "more than", BOUND_LEAST, 1 },
		{ "greater than", BOUND_LEAST, 1 },
		{ "less than", BOUND_MOST, -1 },
		{ "fewer than", BOUND_MOST, -1 },
		{ "at least", BOUND_LEAST, 0 },
		{ "at most", BOUND_MOST, 0 },
		{ "少なくとも", BOUND_LEAST, 0 },
		{ "最低でも", BOUND_LEAST, 0 },
		{ "or less", BOUND_MOST, 0 },
		{ "or fewer", BOUND_MOST, 0 },
		{ "or more", BOUND_LEAST, 0 },
		{ "up to", BOUND_MOST, 0 },
		{ "under", BOUND_MOST, 0 },
		{ "over", BOUND_LEAST, 0 },
		{ "within", BOUND_MOST, 0 },
		{ "exceed", BOUND_MOST, 0 },
		{ "max", BOUND_MOST, 0 },
		{ "min", BOUND_LEAST, 0 },
		{ "+", BOUND_LEAST, 0 },
		{ "exactly", BOUND_EXACT, 0 },
		{ "precisely", BOUND_EXACT, 0 },
		{ "about", BOUND_ABOUT, 0 },
		{ "around", BOUND_ABOUT, 0 },
		{ "approximately", BOUND_ABOUT, 0 },
		{ "roughly", BOUND_ABOUT, 0 },
		{ "以内", BOUND_MOST, 0 },
		{ "以下", BOUND_MOST, 0 },
		{ "未満", BOUND_MOST, -1 },
		{ "以上", BOUND_LEAST, 0 },
		{ "程度", BOUND_ABOUT, 0 },
		{ "くらい", BOUND_ABOUT, 0 },
		{ "ぐらい", BOUND_ABOUT, 0 },
		{ "ほど", BOUND_ABOUT, 0 },
		{ "前後", BOUND_ABOUT, 0 },
	};

	*strict = 0;
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
		if (has(text, bounds[i].word)) {
			*strict = bounds[i].strict;
			return bounds[i].bound;
		}
	return BOUND_PLAIN;
}

static bool counts(enum constraint_kind kind)
{
	return kind <= ASK_HIGHLIGHTS;
}

static bool read_count(struct constraint *c, struct str text)
{
	double number[2] = { 0, 0 };
	int strict;
	size_t n = read_numbers(text, number);

	c->bound = read_bound(text, &strict);
	if (has(text, "a single"))
		number[n++ ? 1 : 0] = 1;
	c->n = number[0] + strict;
	if (!n)
		return c->kind == ASK_BULLETS; /* bullets, however many */
	if (n == 2 && number[1] > number[0]) {
		c->bound = BOUND_RANGE;
		c->n = number[0];
		c->most = number[1];
	}
	if (c->kind == ASK_ITEMS && (c->n < 2 || c->n > 100))
		return false;
	/* "in two words" is said of ideas; "at least 5 words" of rhymes */
	if (c->kind == ASK_WORDS && c->n < 10 && c->bound != BOUND_EXACT)
		return false;
	if (c->kind == ASK_CHARS && c->n < 5)
		return false;
	return c->n >= 1;
}

/* -- words -- */

/* The last quoted word in text, without its quotes. */
static bool read_quoted(struct constraint *c, struct str text)
{
	static const char *const pairs[][2] = {
		{ "\"", "\"" }, { "“", "”" }, { "「", "」" },
		{ "『", "』" }, { "'", "'" },
	};

	if (has(text, "読点") || has(text, "句点")) {
		c->word = has(text, "読点") ? STR("、") : STR("。");
		return true;
	}
	if (has(text, "commas")) {
		c->word = STR(",");
		return true;
	}
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		size_t open = strlen(pairs[i][0]), close = strlen(pairs[i][1]);
		const char *from = memmem(text.at, text.n, pairs[i][0], open);
		const char *to;

		if (!from)
			continue;
		from += open;
		to = memmem(from, (size_t)(text.at + text.n - from),
			    pairs[i][1], close);
		while (to && to > from && to[-1] == '.')
			to--; /* "It is often said that..." */
		if (!to || to == from)
			continue;
		c->word = (struct str){ from, (size_t)(to - from) };
		return true;
	}
	return false;
}

static bool read_language(struct constraint *c, struct str text)
{
	static const char *const names[][2] = {
		{ "english", "en" }, { "japanese", "ja" }, { "chinese", "zh" },
		{ "korean", "ko" }, { "french", "fr" }, { "german", "de" },
		{ "spanish", "es" }, { "russian", "ru" }, { "italian", "it" },
		{ "portuguese", "pt" }, { "arabic", "ar" }, { "hindi", "hi" },
		{ "thai", "th" }, { "greek", "el" }, { "hebrew", "he" },
		{ "英語", "en" }, { "日本語", "ja" }, { "中国語", "zh" },
		{ "韓国語", "ko" }, { "フランス語", "fr" }, { "ドイツ語", "de" },
		{ "スペイン語", "es" }, { "ロシア語", "ru" },
		{ "イタリア語", "it" }, { "vietnamese", "vi" },
		{ "persian", "fa" }, { "urdu", "ur" }, { "bengali", "bn" },
		{ "tamil", "ta" }, { "telugu", "te" }, { "kannada", "kn" },
		{ "marathi", "mr" }, { "gujarati", "gu" },
		{ "punjabi", "pa" }, { "nepali", "ne" }, { "swahili", "sw" },
		{ "finnish", "fi" }, { "bulgarian", "bg" },
	};
	size_t found = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (has(text, names[i][0])) {
			c->word = str_of(names[i][1]);
			found++;
		}
	return found == 1;
}

static bool read_script(struct constraint *c, struct str text)
{
	c->word = has(text, "ひらがな")	  ? STR("Hiragana")
		  : has(text, "カタカナ") ? STR("Katakana")
					  : STR("Han");
	return true;
}

static bool read_details(struct constraint *c, struct str text)
{
	if (counts(c->kind))
		return read_count(c, text);
	switch (c->kind) {
	case ASK_WITHOUT:
	case ASK_INCLUDE:
	case ASK_START:
	case ASK_END:
		return read_quoted(c, text);
	case ASK_LANGUAGE:
		return read_language(c, text);
	case ASK_NO_SCRIPT:
	case ASK_ONLY_SCRIPT:
		return read_script(c, text);
	default:
		return true;
	}
}

/* -- context -- */

/* The sentence around a span: what its words are said about. */
static struct str sentence_around(struct str text, struct span span)
{
	enum { NEAR = 240 }; /* bytes */
	size_t from = span.start, to = span.end;

	if (text.n > span.end + NEAR)
		text.n = span.end + NEAR;
	while (from && span.start - from < NEAR && !strchr(".?!\n", text.at[from - 1]) &&
	       !(from >= 3 && memcmp(text.at + from - 3, "。", 3) == 0))
		from--;
	while (to < text.n && !strchr(".?!\n", text.at[to]) &&
	       !(to + 3 <= text.n && memcmp(text.at + to, "。", 3) == 0))
		to++;
	return (struct str){ text.at + from, to - from };
}

static bool inside_quotes(struct str text, struct span span)
{
	size_t quotes = 0;
	int corner = 0;

	for (size_t i = 0; i < span.start; i++) {
		quotes += text.at[i] == '"';
		if (i + 3 <= span.start) {
			corner += memcmp(text.at + i, "「", 3) == 0;
			corner -= memcmp(text.at + i, "」", 3) == 0;
		}
	}
	return quotes % 2 || corner > 0;
}

static bool has_any(struct str text, const char *const *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (has(text, word[i]))
			return true;
	return false;
}

#define HAS_ANY(text, words) has_any(text, words, sizeof words / sizeof *words)

/* "do not include the word": what stands before turns the meaning round. */
static bool is_negated(const struct constraint *c, struct str text)
{
	enum { NEAR = 24 };
	static const char *const no[] = {
		"not ", "don't ", "doesn't ", "shouldn't ", "never ", "without ", "avoid ",
		"cannot ", "instead of ",
	};
	size_t from = c->span.start > NEAR ? c->span.start - NEAR : 0;

	/* these forms hold the negation themselves */
	if (counts(c->kind) || c->kind == ASK_WITHOUT ||
	    c->kind == ASK_LOWERCASE || c->kind == ASK_ONE_WORD)
		return false;
	return HAS_ANY(((struct str){ text.at + from, c->span.start - from }),
		       no);
}

/* Words that say that it is asked of something else than the answer. */
static bool is_about_other(const struct constraint *c, struct str sentence)
{
	static const char *const other[] = {
		"each ", "every ", "per ", "given ", "you will be ",
		"you'll be ", "appear", "used in", "these ", "those ",
		"consist", "overlap", "i have", "there are", "if ",
		"unless", "first ", "last ", "それぞれ", "各", "ずつ", "以下の",
		"次の", "もし", "場合", "とは何", "でしょうか",
	};
	static const char *const code[] = {
		"function", "script", "code", "program", "python", "java",
		"class ", "api ", "parse", "query", "database", "string",
		"file", "sql", "regex", "regular expression", "array",
		"variable", "関数", "コード", "プログラム", "スクリプト",
		"文字列", "ファイル",
	};

	static const char *const part[] = {
		"paragraph", "note", "section", "line", "verse", "stanza",
		"each ", "highlight", "段落", "各", "行",
	};
	static const char *const words[] = { "word", "letter of", "phrase",
					     "name", "title" };

	static const char *const of_script[] = { "漢字", "ひらがな", "カタカナ",
						 "半角", "全角", "文字「" };

	if (c->kind == ASK_CHARS && HAS_ANY(sentence, of_script))
		return true;
	if (counts(c->kind))
		return HAS_ANY(sentence, other);
	if (HAS_ANY(sentence, code))
		return true;
	if (c->kind == ASK_START || c->kind == ASK_END)
		return HAS_ANY(sentence, part);
	if (c->kind == ASK_UPPERCASE || c->kind == ASK_LOWERCASE)
		return HAS_ANY(sentence, words);
	return false;
}

static int by_start(const void *left, const void *right)
{
	const struct constraint *a = left, *b = right;

	return a->span.start < b->span.start ? -1
					     : a->span.start > b->span.start;
}

/* Two forms may find the same words; the longer finding counts. */
static void put(struct constraint *found, size_t *n, struct constraint c)
{
	for (size_t i = 0; i < *n; i++) {
		struct span *old = &found[i].span;

		if (c.span.start >= old->end || old->start >= c.span.end ||
		    found[i].kind != c.kind)
			continue;
		if (c.span.end - c.span.start > old->end - old->start)
			found[i] = c;
		return;
	}
	if (*n < CONSTRAINTS)
		found[(*n)++] = c;
}

size_t constraints_read(const struct constraints *constraints,
			struct pattern_room *room, struct str text,
			struct constraint *found)
{
	uint64_t seen[CONSTRAINT_FORMS / 64 + 1] = { 0 };
	size_t n = 0;

	if (text.n > CONSTRAINT_HEAD) {
		text.n = CONSTRAINT_HEAD;
		while (((unsigned char)text.at[text.n] & 0xc0) == 0x80)
			text.n--;
	}
	keywords_scan(&constraints->keywords, text, seen);
	for (size_t f = 0; f < constraints->n; f++) {
		struct constraint c = { .kind = forms[f].kind };
		size_t from = 0, tries = 0;

		if (!(seen[f / 64] >> f % 64 & 1))
			continue;
		while (from <= text.n && tries++ < CONSTRAINTS &&
		       pattern_find(&constraints->pattern[f], room, text, from,
				    PATTERN_END, &c.span) == 1) {
			struct str match = { text.at + c.span.start,
					     c.span.end - c.span.start };

			from = c.span.end;
			if (!match.n)
				break;
			if (!inside_quotes(text, c.span) &&
			    !is_negated(&c, text) &&
			    !is_about_other(&c, sentence_around(text,
								c.span)) &&
			    read_details(&c, match))
				put(found, &n, c);
		}
	}
	if (n)
		qsort(found, n, sizeof *found, by_start);
	return n;
}
