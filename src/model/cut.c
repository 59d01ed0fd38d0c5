/* cut.c - patterns in tokenizers: where they match, and what becomes of it */
#include "base/err.h"
#include "model/parts.h"
#include "text/utf8.h"

int tokenizer_pattern(struct pattern *pattern, struct str text)
{
	struct buf full = { 0 };
	size_t at = 0;
	int rc;

	buf_text(&full, "(*UCP)");
	buf_str(&full, text);
	rc = pattern_compile(pattern, buf_view(&full), &at);
	if (rc < 0)
		err_wrap(rc, "pattern \"%.80s\"", text.at);
	buf_free(&full);
	return rc;
}

bool tokens_match(const struct pattern *pattern, struct tokens *tokens,
		  struct str text, size_t from, struct span *span)
{
	if (!tokens->matching.data)
		pattern_room_init(&tokens->matching);
	/* A pattern that gives up matches no more: the rest is one piece. */
	return pattern_find(pattern, &tokens->matching, text, from, PATTERN_END,
			    span) > 0;
}

/* Stretches of a text, matches and gaps in turn, gathered into pieces. */
struct cutter {
	enum behaviour behaviour;
	struct str text;
	size_t start, end; /* the piece so far */
	bool match;        /* its last stretch is one */
	struct pieces *out;
};

static bool joins(const struct cutter *c, bool match)
{
	if (c->start == c->end)
		return false;
	switch (c->behaviour) {
	case MATCH_ISOLATED:
	case MATCH_REMOVED:
		return false;
	case MATCH_CONTIGUOUS:
		return match == c->match;
	case MATCH_TO_PREVIOUS:
		return match && !c->match;
	case MATCH_TO_NEXT:
		return !match && c->match;
	}
	return false;
}

static void flush(const struct cutter *c)
{
	if (!(c->match && c->behaviour == MATCH_REMOVED))
		pieces_add(c->out, (struct str){ c->text.at + c->start,
						 c->end - c->start });
}

static void stretch(struct cutter *c, size_t start, size_t end, bool match)
{
	if (start == end)
		return;
	if (!joins(c, match)) {
		flush(c);
		c->start = start;
	}
	c->end = end;
	c->match = match;
}

void tokenizer_cut(const struct split_step *step, struct str text,
		   struct tokens *tokens, struct pieces *out)
{
	struct cutter c = { .behaviour = step->behaviour, .text = text,
			    .out = out };
	size_t at = 0, from = 0;
	struct span span;

	while (from < text.n &&
	       tokens_match(&step->pattern, tokens, text, from, &span)) {
		stretch(&c, at, span.start, step->invert);
		stretch(&c, span.start, span.end, !step->invert);
		at = from = span.end;
		if (span.start == span.end && from < text.n)
			from += utf8_length(text.at[from]);
	}
	stretch(&c, at, text.n, step->invert);
	flush(&c);
}
