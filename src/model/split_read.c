/* split_read.c - the pre_tokenizer of a tokenizer.json: how words are cut */
#include "base/err.h"
#include "model/config.h"
#include "model/parts.h"

static void add_split(struct tokenizer *t, struct split_step step)
{
	mem_grow(&t->split, &t->split_room, t->splits + 1, sizeof *t->split);
	t->split[t->splits++] = step;
}

/* Files before 2024 say add_prefix_space instead of prepend_scheme. */
static int read_metaspace(struct tokenizer *t, const cJSON *object)
{
	struct str scheme = str_of(config_text(object, "prepend_scheme"));
	const char *mark = config_text(object, "replacement");
	struct split_step step = {
		.kind = SPLIT_METASPACE,
		.mark = arena_str(&t->arena,
				  str_of(*mark ? mark : "\xe2\x96\x81")),
		.cut = config_true(object, "split", true),
	};

	if (!scheme.n)
		step.prepend = config_true(object, "add_prefix_space", true)
				       ? PREPEND_ALWAYS
				       : PREPEND_NEVER;
	else if (str_is(scheme, "always"))
		step.prepend = PREPEND_ALWAYS;
	else if (str_is(scheme, "first"))
		step.prepend = PREPEND_FIRST;
	else if (str_is(scheme, "never"))
		step.prepend = PREPEND_NEVER;
	else
		return err_set(ERR_FORMAT, "prepend_scheme \"%.40s\" is not "
			       "one that itdata knows", scheme.at);
	add_split(t, step);
	return 0;
}

static int add_pattern(struct tokenizer *t, struct str text,
		       enum behaviour behaviour, bool invert)
{
	struct split_step step = { .kind = SPLIT_PATTERN,
				   .behaviour = behaviour, .invert = invert };
	int rc = tokenizer_pattern(&step.pattern, text);

	step.source = arena_str(&t->arena, text);
	if (rc == 0)
		add_split(t, step);
	return rc;
}

/* The same for a text that means itself. */
static int add_literal(struct tokenizer *t, struct str text,
		       enum behaviour behaviour, bool invert)
{
	struct buf quoted = { 0 };
	int rc;

	for (size_t i = 0; i < text.n; i++) {
		if ((unsigned char)text.at[i] < 0x80)
			buf_print(&quoted, "\\x%02x", text.at[i]);
		else
			buf_byte(&quoted, text.at[i]);
	}
	rc = add_pattern(t, buf_view(&quoted), behaviour, invert);
	buf_free(&quoted);
	return rc;
}

static int read_behaviour(const cJSON *object, enum behaviour *behaviour)
{
	static const struct {
		const char *name;
		enum behaviour is;
	} known[] = {
		{ "Isolated", MATCH_ISOLATED },
		{ "Removed", MATCH_REMOVED },
		{ "Contiguous", MATCH_CONTIGUOUS },
		{ "MergedWithPrevious", MATCH_TO_PREVIOUS },
		{ "MergedWithNext", MATCH_TO_NEXT },
	};
	const char *name = config_text(object, "behavior");

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(name, known[i].name) == 0) {
			*behaviour = known[i].is;
			return 0;
		}
	return err_set(ERR_FORMAT, "behavior \"%.40s\" is not one that "
				   "itdata knows", name);
}

static int read_split(struct tokenizer *t, const cJSON *object)
{
	const cJSON *pattern = config_get(object, "pattern");
	struct str literal = str_of(config_text(pattern, "String"));
	struct str regex = str_of(config_text(pattern, "Regex"));
	bool invert = config_true(object, "invert", false);
	enum behaviour behaviour;
	int rc = read_behaviour(object, &behaviour);

	if (rc < 0)
		return rc;
	if (!literal.n && !regex.n)
		return err_set(ERR_FORMAT, "pre_tokenizer \"Split\" has no "
					   "pattern");
	return regex.n ? add_pattern(t, regex, behaviour, invert)
		       : add_literal(t, literal, behaviour, invert);
}

static int read_byte_level(struct tokenizer *t, const cJSON *object)
{
	/* As GPT-2 cuts words. */
	static const char words[] =
		"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+|"
		" ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
	int rc = 0;

	if (config_true(object, "add_prefix_space", true))
		add_split(t, (struct split_step){ .kind = SPLIT_SPACED });
	if (config_true(object, "use_regex", true))
		rc = add_pattern(t, str_of(words), MATCH_ISOLATED, false);
	if (rc == 0)
		add_split(t, (struct split_step){ .kind = SPLIT_BYTES });
	return rc;
}

static int read_punctuation(struct tokenizer *t, const cJSON *object)
{
	enum behaviour behaviour = MATCH_ISOLATED;
	int rc = 0;

	if (config_get(object, "behavior"))
		rc = read_behaviour(object, &behaviour);
	return rc < 0 ? rc
		      : add_pattern(t, STR("[!-/:-@\\[-`{-~\\p{P}]"),
				    behaviour, false);
}

/* Those that are made of patterns: 1, 0 for another type, or an error. */
static int read_patterns(struct tokenizer *t, struct str type,
			 const cJSON *object)
{
	int rc;

	if (str_is(type, "Split"))
		rc = read_split(t, object);
	else if (str_is(type, "ByteLevel"))
		rc = read_byte_level(t, object);
	else if (str_is(type, "Punctuation"))
		rc = read_punctuation(t, object);
	else if (str_is(type, "Digits"))
		rc = add_pattern(t, STR("\\p{N}"),
				 config_true(object, "individual_digits", false)
					 ? MATCH_ISOLATED
					 : MATCH_CONTIGUOUS, false);
	else if (str_is(type, "CharDelimiterSplit"))
		rc = add_literal(t, str_of(config_text(object, "delimiter")),
				 MATCH_REMOVED, false);
	else
		return 0;
	return rc < 0 ? rc : 1;
}

int tokenizer_read_splitter(struct tokenizer *t, const cJSON *object)
{
	static const struct {
		const char *type;
		enum splitter kind;
	} plain[] = {
		{ "BertPreTokenizer", SPLIT_BERT },
		{ "UnicodeScripts", SPLIT_SCRIPT },
		{ "Whitespace", SPLIT_WORD },
		{ "WhitespaceSplit", SPLIT_SPACE },
	};
	struct str type = str_of(config_text(object, "type"));
	const cJSON *each;
	int rc = 0;

	if (!object || cJSON_IsNull(object))
		return 0;
	if (str_is(type, "Sequence")) {
		cJSON_ArrayForEach(each, config_get(object, "pretokenizers"))
			if (rc == 0)
				rc = tokenizer_read_splitter(t, each);
		return rc;
	}
	if (str_is(type, "Metaspace"))
		return read_metaspace(t, object);
	if ((rc = read_patterns(t, type, object)) != 0)
		return rc < 0 ? rc : 0;
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (str_is(type, plain[i].type)) {
			add_split(t, (struct split_step){
				.kind = plain[i].kind });
			return 0;
		}
	return tokenizer_unknown_part("pre_tokenizer", object);
}
