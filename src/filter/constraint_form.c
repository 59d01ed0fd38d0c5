/* constraint_form.c - the wordings that ask for a form of the answer */
#include "filter/constraint_form.h"

#include <assert.h>

#include "base/err.h"

/* -- what they are made of -- */

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
 * What a match can start with, where that is a word: it is then looked for at
 * the words of the text that start so, and nowhere else.  # is any digit.
 */
#define STARTS_DIGIT "#"
#define STARTS_NUM                                                          \
	"#|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|" \
	"fifteen|twenty|thirty|forty|fifty|hundred"
#define STARTS_BOUND                                                        \
	"at|no|more|less|fewer|greater|exactly|about|around|approximately|" \
	"roughly|up|under|over|a max|a min|max|min|only|just|precisely"
#define STARTS_IN "in|within|using"

/*
 * What is found is the whole match; the numbers, bounds and quoted words are
 * read out of it.
 */
static const struct form {
	enum constraint_kind kind;
	const char *keywords; /* one of them is in every match */
	const char *starts;   /* every match starts a word with one, or NULL */
	const char *pattern;
} forms[] = {
	{ ASK_WORDS, "word", STARTS_IN,
	  "(?i)\\b(?:in|within|using)\\s(?:" BOUND "\\s)?" RANGE
	  "\\swords?\\b" AFTER LENGTH_ENDS },
	{ ASK_WORDS, "word", STARTS_BOUND,
	  "(?i)\\b" BOUND "\\s" RANGE "\\swords\\b" AFTER LENGTH_ENDS },
	{ ASK_WORDS, "word", STARTS_DIGIT,
	  "(?i)" NEW "\\b\\d{2,5}\\+?[- ]word\\b" PIECE },
	{ ASK_WORDS, "word", STARTS_DIGIT,
	  "(?i)\\b\\d{2,5}\\+? words (?:or (?:less|fewer|more)|"
	  "max(?:imum)?|min(?:imum)?|at (?:most|least))\\b" },
	{ ASK_SENTENCES, "sentence", STARTS_IN,
	  "(?i)\\b(?:in|within|using)\\s(?:" BOUND "\\s)?(?:a single|" RANGE
	  ")\\s" BRIEF "sentences?\\b" AFTER LENGTH_ENDS },
	{ ASK_SENTENCES, "sentence", STARTS_BOUND,
	  "(?i)\\b" BOUND "\\s(?:a total of )?" RANGE "\\s" BRIEF
	  "sentences\\b" AFTER BOUND_ENDS },
	{ ASK_SENTENCES, "sentence", "contain|have|be",
	  "(?i)\\b(?:contain|have|be)\\s" NUM
	  " (?:or (?:more|less|fewer) sentences|sentences or "
	  "(?:more|less|fewer))\\b" },
	{ ASK_SENTENCES, "sentence", "that",
	  "(?i)\\bthat (?:contains|has) " RANGE " sentences\\b" },
	{ ASK_SENTENCES, "sentence", STARTS_NUM,
	  "(?i)\\b(?=" NUM ")" NEW NUM "(?:-" NUM ")?[- ]sentence\\b" PIECE },
	{ ASK_PARAGRAPHS, "paragraph", STARTS_IN,
	  "(?i)\\b(?:in|within|using)\\s(?:" BOUND "\\s)?(?:a single|" RANGE
	  ")\\s" BRIEF "paragraphs?\\b" AFTER LENGTH_ENDS },
	{ ASK_PARAGRAPHS, "paragraph", STARTS_BOUND "|should|must",
	  "(?i)\\b(?:" BOUND "|should be|must be)\\s" RANGE "\\s" BRIEF
	  "paragraphs\\b" AFTER BOUND_ENDS },
	{ ASK_PARAGRAPHS, "paragraph", STARTS_NUM,
	  "(?i)\\b(?=" NUM ")" NEW NUM "[- ]paragraph\\b" PIECE },
	{ ASK_BULLETS, "bullet", STARTS_BOUND "|" STARTS_NUM,
	  "(?i)\\b(?:" BOUND "\\s)?" NUM "\\sbullet(?:ed)? points?\\b" },
	{ ASK_BULLETS, "bullet", "in|as|using|with|into|form of|format of",
	  "(?i)\\b(?:in|as|using|with|into|form of|format of)"
	  "(?: an?)?(?: list of)? (?:bullet(?:ed)?"
	  "(?:[- ]points?)?(?: (?:list|form(?:at)?))?)\\b" },
	{ ASK_ITEMS,
	  "list|name|give|provide|suggest|generate|create|write|"
	  "identify|propose|recommend|brainstorm|come up|think of|"
	  "find",
	  "list|name|give|provide|suggest|generate|create|write|"
	  "identify|propose|recommend|brainstorm|come|think|find",
	  "(?i)\\b(?:list|name|give|provide|suggest|generate|create|write|"
	  "identify|propose|recommend|brainstorm|come up with|think of|"
	  "find)\\s(?:(?:me|us|out|down)\\s)?(?:(?:the|my|your)\\s)?"
	  "(?:(?:at least|exactly|up to|about|top|any)\\s){0,2}" "(?!one\\b)"
	  NUM
	  "\\s(?!times|words?\\b|sentences?\\b|paragraphs?\\b|characters?\\b|"
	  "digits?\\b|years?\\b|minutes?\\b|hours?\\b|days?\\b|lines?\\b|"
	  "pages?\\b|percent|dollars?\\b|stanzas?\\b|verses?\\b|bullet|"
	  "numbers?\\b|integers?\\b|\\w+ numbers?\\b|of\\b|and\\b|or\\b|"
	  "letters?\\b|x\\b|by\\b|to\\b|in\\b|functions?\\b|haikus?\\b|"
	  "limericks?\\b|poems?\\b|stories\\b|versions?\\b|articles?\\b|"
	  "placeholders?\\b|sections?\\b|responses\\b)"
	  "(?:[a-z'-]+\\s){0,3}?[a-z-]{2,}s\\b" },
	{ ASK_ITEMS, "list of",
	  "create|make|write|give|generate|provide|compile|produce",
	  "(?i)\\b(?:create|make|write|give|generate|provide|compile|"
	  "produce)\\s(?:me\\s)?(?:a |the )(?:\\w+ )?list of (?:the )?"
	  "(?:(?:at least|exactly|about|top)\\s)?(?!one\\b)" NUM
	  "\\s(?!words?\\b)[a-z]" },
	{ ASK_PLACEHOLDERS, "placeholder", "at least|exactly",
	  "(?i)\\b(?:at least|exactly) " NUM " (?:square.bracketed )?"
	  "placeholders?\\b" },
	{ ASK_HIGHLIGHTS, "highlight", "highlight",
	  "(?i)\\bhighlight (?:at least )?" NUM " (?:\\w+ )?"
	  "(?:sections|phrases|parts)\\b" },
	{ ASK_JSON, "json",
	  "answer|respond|reply|output|response|result|return|"
	  "format|wrap|present|convert|give|provide",
	  "(?i)\\b(?:answer|respond|reply|output|response|result|return|"
	  "format\\w*|wrap\\w*|present|convert|give|provide)\\b[^.\\n]{0,60}"
	  "\\b(?:in|as|into|using) (?:an? )?(?:valid )?JSON\\b(?! file)" },
	{ ASK_JSON, "json", NULL,
	  "(?i)JSON\\s?(?:形式|フォーマット|オブジェクト)?"
	  "(?:で|として)[^。\\n]{0,8}" ANSWER },
	{ ASK_LANGUAGE,
	  "english|japanese|chinese|korean|french|german|spanish|"
	  "russian|italian|portuguese|arabic|hindi|thai|greek|"
	  "hebrew|vietnamese|persian|urdu|bengali|tamil|telugu|"
	  "kannada|marathi|gujarati|punjabi|nepali|swahili|finnish|"
	  "bulgarian",
	  "answer|respond|reply|write|explain|describe|summari|"
	  "your|the|response|output|essay|story|letter|email|poem|"
	  "message|text|whole thing|it",
	  "(?i)\\b(?:answer|respond|reply|write|explain|describe|"
	  "summari[sz]e|" OWN
	  ")\\b(?:(?! into\\b)[^.?!\\n\"]){0,40}?\\b(?:only |entirely |"
	  "completely )?(?:in|using) (?:only )?(?:the )?" TONGUE
	  "(?: language)?\\b(?=\\s*(?:[.,;:!?)\\n]|$|only\\b|please\\b|"
	  "and no other|without|language))" },
	{ ASK_LANGUAGE, "語", NULL,
	  JTONGUE "(?:のみ|だけ)?で、?" ANSWER "て?" },
	{ ASK_ONE_WORD, "word", "in|with|using",
	  "(?i)\\b(?:in|with|using) (?:exactly |only |just )?(?:one|a "
	  "single)[- ]word\\b(?! or\\b)(?! (?:that|which))" },
	{ ASK_ONE_WORD, "一言で", NULL,
	  "(?<![0-9])一言で(?!は|き|言|いう|い|すが)" },
	{ ASK_YES_NO, "yes", "answer|respond|reply|output|say|write|return",
	  "(?i)\\b(?:answer|respond|reply|output|say|write|return)\\b"
	  "[^.?!\\n]{0,30}?\\b(?:with |only |either |simply |as |a )*"
	  "[\"'“‘(]?yes[\"'”’)]? or [\"'“‘(]?no[\"'”’)]?(?![a-z-])" },
	{ ASK_YES_NO, "いいえ|イイエ|no", NULL,
	  "「?(?:はい|ハイ|Yes|YES|yes)」?(?:/|／|か|、|または|もし"
	  "くは|か、)「?(?:いいえ|イイエ|No|NO|no)」?(?:のみ|"
	  "だけ|のどちらか|のいずれか)?で(?:答|回答|お答え)" },
	{ ASK_UPPERCASE, "caps|capital|upper", "in|using|only|use|and|be",
	  "(?i)\\b(?:in|using|only use|use only|use|and|be) (?:all |only |"
	  "entirely )(?:in )?(?:caps\\b|capitals\\b|capital letters|"
	  "capitalized\\b|uppercase(?: letters)?|upper case)(?! words)" },
	{ ASK_UPPERCASE, "caps|capital|upper", "in",
	  "(?i)\\bin (?:capital letters|uppercase|upper "
	  "case)\\b(?! words)" },
	{ ASK_LOWERCASE, "lower|small letters|capital",
	  "in|using|only|use|and|be",
	  "(?i)\\b(?:in|using|only use|use only|use|and|be) (?:all |only |"
	  "entirely )(?:in )?(?:lowercased?|lower[- ]case|small letters)"
	  "(?: letters)?\\b(?! words)" },
	{ ASK_LOWERCASE, "lower|small letters|capital", "in|no|without",
	  "(?i)\\bin (?:lowercase|lower[- ]case|small letters)"
	  "\\b(?! words)|\\b(?:no|without(?: using)?(?: any)?|"
	  "not (?:use|contain)(?: any)?) capital letters"
	  "\\b(?! are allowed in)" },
	{ ASK_WITHOUT, "\"|“| '|:'",
	  "without|do not|don't|never|avoid|must not|should not|"
	  "cannot|not",
	  "(?i)\\b(?:without (?:using|including|mentioning|saying)|"
	  "(?:do not|don't|never|avoid|must not|should not|cannot|not "
	  "allowed to) (?:use|using|include|including|mention|mentioning|"
	  "contain|say)) (?:any of )?(?:the )?(?:following )?"
	  "(?:words?|keywords?|phrase|term)?:? ?" QUOTE },
	{ ASK_WITHOUT, "commas", "no|without|do not|don't|avoid|refrain",
	  "(?i)\\b(?:no commas|(?:without|do not|don't|not allowed to|avoid|"
	  "refrain from|not)(?: the)? ?(?:us(?:e|ing|age of)|contain\\w*|"
	  "includ\\w+)?(?: of)? ?(?:any |the use of )?commas)\\b" },
	{ ASK_WITHOUT, "」を|』を|」という|』という", NULL,
	  JQUOTE "(?:という)?(?:言葉|単語|語|文字|表現)?を"
	  "(?:使わず|使わない|用いず|使用せず|使用しない|含めず|" "含めない)" },
	{ ASK_INCLUDE, "word|phrase", "include|use|mention|contain",
	  "(?i)\\b(?:include|use|mention|contain)(?: the)? (?:words?|"
	  "keywords?|phrases?) " QUOTE },
	{ ASK_INCLUDE, "」|』", NULL,
	  JQUOTE "(?:という)?(?:言葉|単語|語|表現|キーワード)を"
	  "(?:必ず)?(?:使って|使い、|含めて|入れて|用いて)" },
	{ ASK_START, "start |starts |starting |begin", "start|begin",
	  "(?i)\\b(?:start|begin)(?:s|ning|ing)? (?:" OWN
	  " )?with (?:the )?(?:words?|phrase|sentence|exact phrase)? ?" QUOTE },
	{ ASK_START, "始め|はじめ|書き始め", NULL,
	  JQUOTE "(?:という(?:言葉|文))?(?:で|から)(?:始め|はじめ|"
	  "書き始め)" },
	{ ASK_END, "end |ends |ending |finish|conclude", "end|finish|conclude",
	  "(?i)\\b(?:end|finish|conclude)(?:s|ing)? (?:" OWN
	  " )?with (?:this |the )?(?:exact )?(?:words?|phrase|sentence)?"
	  "(?: of)? ?" QUOTE },
	{ ASK_END, "終わ|締め|結ん", NULL,
	  JQUOTE "(?:という(?:言葉|文))?で(?:終わ(?!る)|締め|結ん)" },
	{ ASK_TITLE, "angular", "title",
	  "(?i)\\btitle\\b[^.\\n]{0,60}double angular brackets" },
	{ ASK_POSTSCRIPT, "p.s|p.p.s|postscript|post script",
	  "add|include|end|have|contain",
	  "(?i)\\b(?:add|include|end|have|contain)\\b[^.\\n]{0,60}"
	  "(?:postscript|post script|P\\.(?:P\\.)?S\\.?)" },
	{ ASK_QUOTED, "double quot", "wrap|enclose|put|surround",
	  "(?i)\\b(?:wrap|wrapped|enclosed?|put|surround(?:ed)?)\\b"
	  "[^.\\n]{0,40}\\b(?:response|answer|reply|output|everything)\\b"
	  "[^.\\n]{0,30}double quot(?:ation marks|es)" },
	{ ASK_QUOTED, "double quot", "response|answer|reply|output|put",
	  "(?i)\\b(?:response|answer|reply|output)\\b[^.\\n]{0,30}"
	  "(?:wrapped|enclosed) (?:in|with|inside) double quot(?:ation marks"
	  "|es)|\\bput double quot(?:ation marks|es) around your (?:whole |"
	  "entire )?(?:response|answer|reply|output)" },
	{ ASK_WITHOUT, "読点|句点", NULL,
	  "(?:読点|句点)(?:（[^）]{1,3}）)?を(?:一切|全く|まったく)?(?:使わ|"
	  "使用し|用い)(?:ず|ない)" },
	{ ASK_NO_SCRIPT, "ひらがな|カタカナ|漢字", NULL,
	  "(?<!以上は|以上の)(?:ひらがな|カタカナ|漢字)を(?:一文字も|一切|全く)?"
	  "(?:使わ|使用し|"
	  "用い)(?:ず|ない)" },
	{ ASK_ONLY_SCRIPT, "ひらがな|カタカナ", NULL,
	  "(?:ひらがな|カタカナ)(?:だけ|のみ)(?:で|を(?:使|用))" },
	{ ASK_QUOTED, "括弧", NULL,
	  "(?:応答|回答|返答|出力)(?:全体)?を(?:鉤|かぎ|カギ)括弧(?:「」)?で囲" },
	{ ASK_PLACEHOLDERS, "プレースホルダー", NULL,
	  "(?:少なくとも|最低でも)" JNUM
	  "(?:個|つ)(?:以上)?のプレースホルダー" },
	{ ASK_SENTENCES, "文章", NULL,
	  JRANGE "文" JBOUND "の文章で[^。\\n]{0,10}" ANSWER },
	{ ASK_PARAGRAPHS, "段落", NULL,
	  JRANGE "(?:段落の文章|個の段落)(?:で|に)[^。\\n]{0,10}" ANSWER },
	{ ASK_CHARS, "字", NULL,
	  JRANGE "(?:文字|字)" JBOUND },
	{ ASK_CHARS, "字", NULL,
	  JRANGE "(?:文字|字)で(?!す|き|あ|は)" },
	{ ASK_SENTENCES, "文", NULL,
	  JRANGE "(?:つの)?文(?:" JBOUND
	  ")?(?:で|に)(?!すが|きる|あ|は|つい|関|" "対|お)[^。\\n]{0,10}"
	  ANSWER },
	{ ASK_PARAGRAPHS, "段落", NULL,
	  JRANGE "段落(?:" JBOUND ")?(?:で|に)[^。\\n]{0,10}" ANSWER },
	{ ASK_BULLETS, "箇条書き", NULL,
	  "箇条書き(?:で|に(?:し|まとめ)|形式|として|してください|"
	  "して下さい|せよ)" },
	{ ASK_ITEMS,
	  "挙げ|あげ|列挙|リスト|箇条書き|考え|提案|出し|教え|紹介|"
	  "示し|述べ", NULL,
	  JRANGE
	  "(?:つ|個|種類|点|例|項目|選|か所|ヶ所|カ所|案|パターン|通り)"
	  "(?:程度|以上|以内|ほど|だけ|くらい)?(?:[のをが、]{1,2}"
	  "[^。、\\n]{0,16})?(?:挙げ|あげ|列挙|リスト|箇条書き|考え(?:"
	  "て|出し)|提案し|出して)" },
	{ ASK_ITEMS,
	  "挙げ|あげ|列挙|リスト|箇条書き|考え|提案|出し|教え|紹介|"
	  "示し|述べ", NULL,
	  "(?:を|、|に)" JRANGE
	  "(?:つ|個|点|例|案)(?:程度|以上|以内|ほど|だけ|くらい)?"
	  "(?:挙げ|あげ|教え|列挙|紹介|提案|示し|述べ|出して)" },
};

_Static_assert(sizeof forms / sizeof *forms <= CONSTRAINT_FORMS,
	       "CONSTRAINT_FORMS is too small");

enum constraint_kind form_kind(size_t form)
{
	return forms[form].kind;
}

/* -- made ready -- */

/* The next of "a|b|c". */
static bool next_of(const char **list, struct str *word)
{
	if (!*list || !**list)
		return false;
	*word = (struct str){ *list, strcspn(*list, "|") };
	*list += word->n + ((*list)[word->n] == '|');
	return true;
}

static int compile(const struct form *form, struct pattern *pattern)
{
	struct str text = str_of(form->pattern);
	size_t at;
	int rc = form->starts ? pattern_compile_here(pattern, text, &at)
			      : pattern_compile(pattern, text, &at);

	if (rc < 0)
		rc = err_wrap(rc, "constraint form %s, byte %zu", text.at, at);
	return rc;
}

/*
 * The first two letters that a match can start with: a bit of pair[first] for
 * the second.  pair[DIGITS]: a digit will do.
 */
enum { DIGITS = 0 };

static void note_starts(const char *starts, uint32_t pair[32])
{
	struct str word;

	while (next_of(&starts, &word))
		if (*word.at == '#')
			pair[DIGITS] = 1;
		else if (word.n == 1 || word.at[1] == ' ')
			pair[*word.at & 31] = UINT32_MAX;
		else
			pair[*word.at & 31] |= UINT32_C(1)
					       << (word.at[1] & 31);
}

int constraints_init(struct constraints *c)
{
	*c = (struct constraints){ 0 };
	for (; c->n < sizeof forms / sizeof *forms; c->n++) {
		const struct form *form = &forms[c->n];
		const char *keywords = form->keywords;
		struct str word;
		int rc = compile(form, &c->pattern[c->n]);

		if (rc < 0)
			return rc;
		while (next_of(&keywords, &word))
			keywords_add(&c->keywords, word, (uint32_t)c->n);
		note_starts(form->starts, c->start[c->n]);
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

/* -- found -- */

static bool in_word(char c)
{
	return is_ascii_letter(c) || is_ascii_digit(c) || c == '_';
}

/* Does the word at byte `at` start as a match does? */
static bool may_start(const uint32_t pair[32], struct str text, size_t at)
{
	char c = text.at[at];

	if (is_ascii_digit(c))
		return pair[DIGITS];
	return is_ascii_letter(c) && at + 1 < text.n &&
	       pair[c & 31] >> (text.at[at + 1] & 31) & 1;
}

bool form_find(const struct constraints *c, size_t form,
	       struct pattern_room *room, struct str text, size_t from,
	       struct span *span)
{
	const char *starts = forms[form].starts;

	if (!starts)
		return pattern_find(&c->pattern[form], room, text, from,
				    PATTERN_END, span) == 1;
	for (size_t at = from; at < text.n; at++)
		if (may_start(c->start[form], text, at) &&
		    !(at && in_word(text.at[at - 1])) &&
		    pattern_find(&c->pattern[form], room, text, at,
				 PATTERN_END, span) == 1)
			return true;
	return false;
}
