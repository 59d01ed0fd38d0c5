/*
 * constraint.h - what an instruction asks of its answer's form, and whether
 * the answer obeys
 *
 * "3文で", "200字以内", "5つ挙げて", "JSON形式で", "in 50 words", "a list of 5":
 * what can be read out of an instruction in Japanese or English and counted in
 * the response.  A count is a range of what it may be (count.h), and only what
 * is wrong by every reading is violated; what is not clear is unknown.
 *
 *     rc = constraints_init(&constraints);            once, shared
 *     n = constraints_read(&constraints, &room, instruction, found);
 *     for (size_t i = 0; i < n; i++)
 *         verdict = constraint_check(&found[i], response);
 *     constraints_free(&constraints);
 *
 * Of a long instruction only the first CONSTRAINT_HEAD bytes are read: what
 * follows is material, not the task.
 *
 * Threads    read-only after constraints_init(); each thread has its room
 * Source     the kinds are those of IFEval (Zhou et al., 2023) that code can
 *            check, and what Japanese instructions ask for
 */
#ifndef FILTER_CONSTRAINT_H
#define FILTER_CONSTRAINT_H

#include "base/buf.h"
#include "text/keyword.h"
#include "text/pattern.h"

enum { CONSTRAINT_HEAD = 1500, CONSTRAINTS = 16, CONSTRAINT_FORMS = 64 };

enum constraint_kind {
	ASK_CHARS,
	ASK_WORDS,
	ASK_SENTENCES,
	ASK_PARAGRAPHS,
	ASK_ITEMS,        /* "list 5 ways" */
	ASK_BULLETS,      /* "as bullet points", "with 3 bullet points" */
	ASK_PLACEHOLDERS, /* "[name]" */
	ASK_HIGHLIGHTS,   /* "*part*" */
	ASK_JSON,
	ASK_LANGUAGE,
	ASK_ONE_WORD,
	ASK_YES_NO,
	ASK_UPPERCASE,
	ASK_LOWERCASE,
	ASK_WITHOUT,      /* word that must not be there */
	ASK_INCLUDE,      /* word that must */
	ASK_START,        /* with word */
	ASK_END,
	ASK_TITLE,        /* "<<title>>" */
	ASK_POSTSCRIPT,   /* "P.S." */
	ASK_QUOTED,       /* the whole response in double quotes or 「」 */
	ASK_NO_SCRIPT,    /* no hiragana, no katakana, no kanji */
	ASK_ONLY_SCRIPT,
	ASK_KINDS,
};

enum bound {
	BOUND_EXACT,
	BOUND_PLAIN, /* a number and no more: exact for few, about for many */
	BOUND_ABOUT,
	BOUND_LEAST,
	BOUND_MOST,
	BOUND_RANGE, /* from n to most */
};

enum verdict { OBEYED, VIOLATED, UNKNOWN, VERDICTS };

struct constraint {
	enum constraint_kind kind;
	enum bound bound;
	double n, most;   /* what is wanted */
	struct str word;  /* of what is quoted, or the code of a language */
	struct span span; /* of the instruction */
};

struct constraints {
	struct pattern pattern[CONSTRAINT_FORMS];
	uint32_t start[CONSTRAINT_FORMS][32]; /* see constraint_form.c */
	size_t n;
	struct keywords keywords; /* of forms: most are not tried */
};

extern const char *const constraint_name[ASK_KINDS];
extern const char *const verdict_name[VERDICTS];

int constraints_init(struct constraints *constraints);
void constraints_free(struct constraints *constraints);

/* At most CONSTRAINTS of them, in order of the text; borrowed from it. */
size_t constraints_read(const struct constraints *constraints,
			struct pattern_room *room, struct str instruction,
			struct constraint *found);

/* found: the count, when there is one to tell; else known is false. */
struct range;
enum verdict constraint_check(const struct constraint *constraint,
			      struct str response, struct range *found);

/* Do two of them ask for what cannot be?  Which is the second, or n. */
size_t constraints_contradict(const struct constraint *found, size_t n);

/* In words: "wanted at most 50 words, found 72". */
void constraint_explain(const struct constraint *constraint,
			struct str response, struct buf *out);

#endif
