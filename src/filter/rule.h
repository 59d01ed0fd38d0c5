/*
 * rule.h - rules, packs of them, and the set that a run uses
 *
 * itdata-rules(5) is the format.  A pack is read from text; its patterns are
 * compiled while it is read, so a wrong one is named with its file, line and
 * column and nothing runs.
 *
 *     struct ruleset set = { 0 };
 *     if ((rc = ruleset_load(&set, names, n)) < 0) ...
 *     for (size_t r = 0; r < set.n; r++)
 *         use(&set.rule[r]);
 *     ruleset_free(&set);
 *
 * Ownership  the set owns everything, in its arena
 * Threads    read-only once loaded
 */
#ifndef FILTER_RULE_H
#define FILTER_RULE_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/vec.h"
#include "filter/constraint.h"
#include "text/keyword.h"
#include "text/pattern.h"

enum field {
	FIELD_INSTRUCTION, /* or what the user says in a conversation */
	FIELD_INPUT,
	FIELD_RESPONSE,    /* or what the assistant says */
	FIELD_SYSTEM,
	FIELD_OTHER,       /* messages of tools and unknown roles */
	FIELDS,
};

extern const char *const field_name[FIELDS];

enum action { ACTION_FLAG, ACTION_DROP, ACTION_SCORE };

/* Another pattern that must or must not match for the rule to hit. */
struct guard {
	bool need;        /* with: it must match; else unless: it must not */
	bool own;         /* looks at the field of the match */
	enum field field; /* else at this one, of the same exchange */
	struct pattern pattern;
};

enum input_need { INPUT_ANY, INPUT_EMPTY, INPUT_PRESENT };

/* All of it must hold before a match is tried; 0 is no condition. */
struct condition {
	enum input_need input;
	bool single_turn; /* the pair is one exchange */
	bool first_turn;  /* the field is of the first exchange */
	uint64_t min_chars, max_chars;
	uint64_t digits; /* 0 to 9, at least so many */
	uint64_t head, tail; /* characters that are looked at */
	struct str *category; /* (categories) of the pair: one of them */
	size_t categories;
};

enum { CHECK_ARGUMENTS = 4 };

struct check_kind; /* check.h */

struct check {
	const struct check_kind *kind; /* NULL: the rule has patterns */
	struct str word[CHECK_ARGUMENTS];
	double number[CHECK_ARGUMENTS]; /* of a word that is one, else NAN */
	size_t n;
};

enum valid { VALID_ANY, VALID_LUHN, VALID_MY_NUMBER };

/* A line `hit` or `miss`, taken apart; absent fields are absent. */
struct example {
	bool hit;
	struct str raw;
	struct str field[FIELDS];
	size_t line;
};

struct rule {
	struct str id, category, lang; /* lang absent: any */
	struct str message, source, measured;
	uint32_t pack;
	size_t line;
	unsigned fields; /* 1 << enum field, or'ed */
	enum action action;
	double weight;   /* of ACTION_SCORE, in (0, 1) */
	bool off;        /* default off */
	bool all;        /* every match is a finding, not the first only */
	bool slow;       /* its author knows */
	struct condition when;
	struct check check;
	enum valid valid;
	struct pattern *match; /* (matches) alternatives */
	struct str *match_text;
	size_t matches;
	struct guard *guard; /* (guards) */
	struct str *guard_text;
	size_t guards;
	struct str *keyword; /* (keywords) one must stand in the field; bytes */
	size_t keywords;
	struct str *keyword_text; /* (keyword_texts) as they are written */
	size_t keyword_texts;
	struct example *example; /* (examples) */
	size_t examples;
};

struct pack {
	struct str name, version, extends;
	const char *path;
	struct str *without; /* (withouts) ids of the extended pack */
	size_t withouts;
	char sha256[SHA256_HEX];
};

struct ruleset {
	struct rule *rule; /* (n) by pack, then as in the file */
	size_t n, room;
	struct pack *pack; /* (packs) */
	size_t packs, pack_room;
	struct arena arena;
	struct keywords keywords[FIELDS];
	struct constraints constraints; /* where a rule checks them */
	uint64_t *always[FIELDS]; /* (keywords.words) rules without keyword */
	uint64_t *every[FIELDS];  /* (keywords.words) rules of the field */
	char sha256[SHA256_HEX];  /* of all packs, in order */
};

/*
 * Read the packs of these names (of a shipped pack) or files (a path with a
 * slash, or ending in .rules); none: all shipped ones.  What a pack extends
 * is read before it.
 */
int ruleset_load(struct ruleset *set, const char *const *name, size_t n);

/* One pack from memory.  ruleset_ready() must follow before it is used. */
int ruleset_read(struct ruleset *set, const char *path, struct str text);
int ruleset_ready(struct ruleset *set);

/* The rule of this id, or NULL. */
const struct rule *ruleset_find(const struct ruleset *set, struct str id);
void ruleset_free(struct ruleset *set);

/* A line `hit` or `miss` of a rule, taken apart into the arena. */
void example_read(struct arena *arena, const struct rule *rule,
		  struct example *example);

#endif
