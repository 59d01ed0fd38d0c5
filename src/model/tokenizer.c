/* tokenizer.c - text to tokens: added tokens first, then the parts in order */
#include "model/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "model/parts.h"
#include "text/script.h"
#include "text/utf8.h"

enum { FILE_MOST = 256 << 20 };

/* The tokenizer's file in a folder: the first of the usual names. */
static void name_in_folder(struct buf *path)
{
	static const char *const names[] = {
		"/tokenizer.model", "/sentencepiece.bpe.model", "/spiece.model",
		"/tokenizer.json",
	};
	size_t n = path->n, last = sizeof names / sizeof *names - 1;
	struct buf best = { 0 };

	for (size_t i = 0; i <= last; i++) {
		path->n = n;
		buf_text(path, names[i]);
		if (access(path->at, F_OK) == 0) {
			buf_clear(&best);
			buf_str(&best, buf_view(path));
		}
	}
	if (best.n) {
		buf_clear(path);
		buf_str(path, buf_view(&best));
	}
	buf_free(&best);
}

static bool is_sentencepiece(struct str name)
{
	struct str end = STR(".model");

	return name.n >= end.n &&
	       memcmp(name.at + name.n - end.n, end.at, end.n) == 0;
}

int tokenizer_open(struct tokenizer **tokenizer, const char *path)
{
	struct tokenizer *t = mem_alloc(sizeof *t);
	struct buf name = { 0 }, text = { 0 };
	struct stat st;
	int rc;

	buf_text(&name, path);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		name_in_folder(&name);
	if ((rc = file_load(name.at, FILE_MOST, &text)) == 0) {
		rc = is_sentencepiece(buf_view(&name))
			     ? sentencepiece_read(t, buf_view(&text))
			     : tokenizer_read(t, buf_view(&text));
		if (rc < 0)
			rc = err_wrap(rc, "%s", name.at);
	}
	if (rc < 0)
		tokenizer_free(t);
	else
		*tokenizer = t;
	buf_free(&name);
	buf_free(&text);
	return rc;
}

int tokenizer_parse(struct tokenizer **tokenizer, struct str json)
{
	struct tokenizer *t = mem_alloc(sizeof *t);
	int rc = tokenizer_read(t, json);

	if (rc < 0)
		tokenizer_free(t);
	else
		*tokenizer = t;
	return rc;
}

void tokenizer_free(struct tokenizer *tokenizer)
{
	if (!tokenizer)
		return;
	arena_free(&tokenizer->arena);
	vocabulary_free(&tokenizer->vocabulary);
	trie_free(&tokenizer->trie);
	free(tokenizer->score);
	for (size_t i = 0; i < tokenizer->normalises; i++)
		pattern_free(&tokenizer->normalise[i].pattern);
	for (size_t i = 0; i < tokenizer->splits; i++)
		pattern_free(&tokenizer->split[i].pattern);
	free(tokenizer->normalise);
	free(tokenizer->split);
	free(tokenizer->merge);
	free(tokenizer->decode);
	free(tokenizer->added);
	free(tokenizer->before);
	free(tokenizer->after);
	free(tokenizer);
}

void tokens_free(struct tokens *tokens)
{
	free(tokens->id);
	free(tokens->piece.end);
	free(tokens->next.end);
	free(tokens->work);
	pattern_room_free(&tokens->matching);
	buf_free(&tokens->normal);
	buf_free(&tokens->other);
	buf_free(&tokens->piece.text);
	buf_free(&tokens->next.text);
	*tokens = (struct tokens){ 0 };
}

uint32_t tokenizer_size(const struct tokenizer *tokenizer)
{
	return tokenizer->vocabulary.ids;
}

bool tokenizer_find(const struct tokenizer *tokenizer, struct str name,
		    uint32_t *id)
{
	return vocabulary_find(&tokenizer->vocabulary, name, id);
}

struct str tokenizer_name(const struct tokenizer *tokenizer, uint32_t id)
{
	return vocabulary_piece(&tokenizer->vocabulary, id);
}

/* -- added tokens -- */

static bool is_tail(char c)
{
	return (c & 0xc0) == 0x80;
}

static bool is_letter(uint32_t c)
{
	enum char_kind kind = char_kind(c);

	return kind == CHAR_LETTER || kind == CHAR_MARK ||
	       kind == CHAR_DIGIT || c == '_';
}

/* Neither side of [from, to) goes on with a letter or digit. */
static bool stands_alone(struct str text, size_t from, size_t to)
{
	const char *at;

	if (to < text.n) {
		at = text.at + to;
		if (is_letter(utf8_next(&at)))
			return false;
	}
	if (from > 0) {
		at = text.at + from - 1;
		while (is_tail(*at))
			at--;
		if (is_letter(utf8_next(&at)))
			return false;
	}
	return true;
}

static bool is_blank_at(const char *at)
{
	return char_kind(utf8_next(&at)) == CHAR_SPACE;
}

/* Let the token take the white space that its flags say. */
static void widen(const struct added *added, struct str text, size_t least,
		  size_t *from, size_t *to)
{
	while (added->right && *to < text.n && is_blank_at(text.at + *to))
		do
			++*to;
		while (*to < text.n && is_tail(text.at[*to]));
	while (added->left && *from > least) {
		size_t i = *from - 1;

		while (is_tail(text.at[i]))
			i--;
		if (!is_blank_at(text.at + i))
			break;
		*from = i;
	}
}

static const struct added *added_at(const struct tokenizer *tokenizer,
				    struct str text, size_t i, bool normal)
{
	struct str rest = { text.at + i, text.n - i };

	for (size_t a = 0; a < tokenizer->addeds; a++) {
		const struct added *added = &tokenizer->added[a];

		if (added->normal == normal && !added->hidden &&
		    str_starts(rest, added->text))
			return added;
	}
	return NULL;
}

/* The next added token in text from `at` on; NULL when there is none. */
static const struct added *added_next(const struct tokenizer *tokenizer,
				      struct str text, size_t at, bool normal,
				      size_t *from, size_t *to)
{
	for (size_t i = at; i < text.n; i++) {
		const struct added *added;

		if (!tokenizer->starts[(unsigned char)text.at[i]])
			continue;
		added = added_at(tokenizer, text, i, normal);
		if (!added)
			continue;
		*from = i;
		*to = i + added->text.n;
		if (added->word && !stands_alone(text, *from, *to)) {
			i = *to - 1;
			continue;
		}
		widen(added, text, at, from, to);
		return added;
	}
	return NULL;
}

/* -- encoding -- */

static void encode_word(const struct tokenizer *tokenizer, struct str word,
			struct tokens *tokens)
{
	switch (tokenizer->model) {
	case MODEL_WORDPIECE:
		wordpiece_encode(tokenizer, word, tokens);
		break;
	case MODEL_UNIGRAM:
		unigram_encode(tokenizer, word, tokens);
		break;
	case MODEL_BPE:
		bpe_encode(tokenizer, word, tokens);
		break;
	}
}

static void encode_words(const struct tokenizer *tokenizer, struct str text,
			 bool first, struct tokens *tokens)
{
	tokenizer_split(tokenizer, text, first, tokens);
	for (size_t i = 0; i < tokens->piece.n; i++)
		encode_word(tokenizer, pieces_at(&tokens->piece, i), tokens);
}

/* Text between added tokens; its normal form may hold more of them. */
static void encode_stretch(const struct tokenizer *tokenizer, struct str text,
			   bool first, struct tokens *tokens)
{
	const struct added *added;
	size_t at = 0, from, to;
	struct str normal;

	if (!text.n)
		return;
	tokenizer_normalise(tokenizer, text, tokens);
	normal = buf_view(&tokens->normal);
	while ((added = added_next(tokenizer, normal, at, true, &from, &to))) {
		encode_words(tokenizer,
			     (struct str){ normal.at + at, from - at },
			     first && at == 0, tokens);
		tokens_add(tokens, added->id);
		at = to;
	}
	encode_words(tokenizer, (struct str){ normal.at + at, normal.n - at },
		     first && at == 0, tokens);
}

static void encode_text(const struct tokenizer *tokenizer, struct str text,
			struct tokens *tokens)
{
	const struct added *added;
	size_t at = 0, from, to;

	while ((added = added_next(tokenizer, text, at, false, &from, &to))) {
		encode_stretch(tokenizer,
			       (struct str){ text.at + at, from - at },
			       at == 0, tokens);
		tokens_add(tokens, added->id);
		at = to;
	}
	encode_stretch(tokenizer, (struct str){ text.at + at, text.n - at },
		       at == 0, tokens);
}

/*
 * A model whose vocabulary holds "</s>" would find it in a text that says so:
 * the text is cut behind the first character of whatever looks like that.
 */
void tokenizer_append(const struct tokenizer *tokenizer, struct str text,
		      bool first, struct tokens *tokens)
{
	size_t at = 0, from, to;
	struct str normal;

	if (!text.n)
		return;
	tokenizer_normalise(tokenizer, text, tokens);
	normal = buf_view(&tokens->normal);
	while (added_next(tokenizer, normal, at, false, &from, &to) ||
	       added_next(tokenizer, normal, at, true, &from, &to)) {
		const char *cut = normal.at + from;

		utf8_next(&cut);
		to = (size_t)(cut - normal.at);
		encode_words(tokenizer,
			     (struct str){ normal.at + at, to - at },
			     first && at == 0, tokens);
		at = to;
	}
	encode_words(tokenizer, (struct str){ normal.at + at, normal.n - at },
		     first && at == 0, tokens);
}

void tokenizer_encode(const struct tokenizer *tokenizer, struct str text,
		      bool special, size_t most, struct tokens *tokens)
{
	size_t befores = special ? tokenizer->befores : 0;
	size_t afters = special ? tokenizer->afters : 0;

	tokens->n = tokens->piece.n = 0;
	for (size_t i = 0; i < befores; i++)
		tokens_add(tokens, tokenizer->before[i]);
	encode_text(tokenizer, text, tokens);
	if (most && tokens->n + afters > most)
		tokens->n = most > befores + afters ? most - afters : befores;
	for (size_t i = 0; i < afters; i++)
		tokens_add(tokens, tokenizer->after[i]);
}

void tokenizer_words(const struct tokenizer *tokenizer, struct str text,
		     struct tokens *tokens)
{
	tokenizer_normalise(tokenizer, text, tokens);
	tokenizer_split(tokenizer, buf_view(&tokens->normal), true, tokens);
}
