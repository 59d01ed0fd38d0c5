/* opt.c - one table of options a command: parsing, help and completions */
#include "cli/opt.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

/* -- the nearest name -- */

enum { LONGEST = 64 };

/* Damerau-Levenshtein, adjacent swaps cost one. */
static size_t distance(const char *a, const char *b)
{
	size_t row[3][LONGEST + 1];
	size_t n = strlen(a), m = strlen(b);

	if (n > LONGEST || m > LONGEST)
		return SIZE_MAX;
	for (size_t j = 0; j <= m; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *now = row[i % 3], *up = row[(i + 2) % 3];
		size_t *upper = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = up[j - 1] + (a[i - 1] != b[j - 1]);

			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && upper[j - 2] + 1 < best)
				best = upper[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[n % 3][m];
}

const char *opt_nearest(const char *word, const char *const *name, size_t n)
{
	size_t best = strlen(word) / 3 + 2; /* farther is no help */
	const char *nearest = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t d = distance(word, name[i]);

		if (d < best) {
			best = d;
			nearest = name[i];
		}
	}
	return nearest;
}

/* -- parsing -- */

static const struct opt *by_letter(const struct opt *opts, char letter)
{
	for (; opts->type != OPT_TYPE_END; opts++)
		if (opts->letter == letter)
			return opts;
	return NULL;
}

static const struct opt *by_name(const struct opt *opts, struct str name)
{
	for (; opts->type != OPT_TYPE_END; opts++)
		if (str_is(name, opts->name))
			return opts;
	return NULL;
}

static int unknown(const struct opt *opts, const struct opt *common,
		   struct str name)
{
	const char *names[128];
	char *word = mem_copy(name.at, name.n);
	const char *nearest;
	size_t n = 0;
	int rc;

	for (const struct opt *o = opts; o->type != OPT_TYPE_END; o++)
		names[n++] = o->name;
	for (const struct opt *o = common; o->type != OPT_TYPE_END; o++)
		names[n++] = o->name;
	nearest = opt_nearest(word, names, n);
	if (nearest)
		rc = err_set(ERR_USAGE,
			     "unknown option '--%s'; did you mean '--%s'?",
			     word, nearest);
	else
		rc = err_set(ERR_USAGE, "unknown option '--%s'", word);
	free(word);
	return rc;
}

static int bad_value(const struct opt *opt, const char *text,
		     const char *wanted)
{
	return err_set(ERR_USAGE, "--%s: '%s' is not %s", opt->name, text,
		       wanted);
}

static int set_uint(const struct opt *opt, const char *text)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || end == text || *end || strchr(text, '-'))
		return bad_value(opt, text, "a whole number");
	*(uint64_t *)opt->value = value;
	return 0;
}

static int set_size(const struct opt *opt, const char *text)
{
	static const char units[] = "kMGT";
	const char *unit;
	uint64_t value;
	char *end;
	double number = strtod(text, &end);

	if (end == text || !(number >= 0) || number > 1e18)
		return bad_value(opt, text, "a size such as 512M or 2G");
	if (*end) {
		unit = strchr(units, *end == 'K' ? 'k' : *end);
		if (!unit || end[1])
			return bad_value(opt, text,
					 "a size such as 512M or 2G");
		number *= pow(1024, (double)(unit - units + 1));
	}
	value = number < 0x1p62 ? (uint64_t)number : UINT64_C(1) << 62;
	*(uint64_t *)opt->value = value;
	return 0;
}

static int set_real(const struct opt *opt, const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !isfinite(value))
		return bad_value(opt, text, "a number");
	*(double *)opt->value = value;
	return 0;
}

static int set_choice(const struct opt *opt, const char *text)
{
	size_t n = strlen(text);

	for (const char *c = opt->operand; *c;) {
		size_t width = strcspn(c, "|");

		if (width == n && strncmp(c, text, n) == 0) {
			*(const char **)opt->value = text;
			return 0;
		}
		c += width;
		c += *c == '|';
	}
	return err_set(ERR_USAGE, "--%s: '%s' is not one of %s", opt->name,
		       text, opt->operand);
}

static int set(const struct opt *opt, const char *text)
{
	struct opt_list *list = opt->value;

	switch (opt->type) {
	case OPT_TYPE_END:
		break;
	case OPT_TYPE_FLAG:
		*(bool *)opt->value = true;
		break;
	case OPT_TYPE_UINT:
		return set_uint(opt, text);
	case OPT_TYPE_SIZE:
		return set_size(opt, text);
	case OPT_TYPE_REAL:
		return set_real(opt, text);
	case OPT_TYPE_TEXT:
		*(const char **)opt->value = text;
		break;
	case OPT_TYPE_CHOICE:
		return set_choice(opt, text);
	case OPT_TYPE_LIST:
		mem_grow(&list->at, &list->room, list->n + 1,
			 sizeof *list->at);
		list->at[list->n++] = text;
		break;
	}
	return 0;
}

/* --name, --name=value, --name value.  *i moves over what was used. */
static int take_long(const struct opt *opts, const struct opt *common,
		     int argc, char **argv, int *i)
{
	const char *word = argv[*i] + 2;
	const char *equal = strchr(word, '=');
	struct str name = { word, equal ? (size_t)(equal - word)
					: strlen(word) };
	const struct opt *opt = by_name(opts, name);

	if (!opt)
		opt = by_name(common, name);
	if (!opt)
		return unknown(opts, common, name);
	if (opt->type == OPT_TYPE_FLAG && equal)
		return err_set(ERR_USAGE, "--%s takes no value", opt->name);
	if (opt->type == OPT_TYPE_FLAG || equal)
		return set(opt, equal ? equal + 1 : NULL);
	if (*i + 1 >= argc)
		return err_set(ERR_USAGE, "--%s needs a value: %s", opt->name,
			       opt->operand);
	return set(opt, argv[++*i]);
}

/* -f, -fvalue, -f value; flags may be joined: -qf. */
static int take_short(const struct opt *opts, const struct opt *common,
		      int argc, char **argv, int *i)
{
	for (const char *c = argv[*i] + 1; *c; c++) {
		const struct opt *opt = by_letter(opts, *c);
		int rc;

		if (!opt)
			opt = by_letter(common, *c);
		if (!opt)
			return err_set(ERR_USAGE, "unknown option '-%c'", *c);
		if (opt->type == OPT_TYPE_FLAG) {
			if ((rc = set(opt, NULL)) < 0)
				return rc;
			continue;
		}
		if (c[1])
			return set(opt, c + 1);
		if (*i + 1 >= argc)
			return err_set(ERR_USAGE, "-%c needs a value: %s", *c,
				       opt->operand);
		return set(opt, argv[++*i]);
	}
	return 0;
}

int opt_parse(const struct opt *opts, const struct opt *common, int argc,
	      char **argv)
{
	int operands = 0;
	bool over = false;

	for (int i = 0; i < argc; i++) {
		char *word = argv[i];
		int rc = 0;

		if (over || word[0] != '-' || !word[1])
			argv[operands++] = word;
		else if (strcmp(word, "--") == 0)
			over = true;
		else if (word[1] == '-')
			rc = take_long(opts, common, argc, argv, &i);
		else
			rc = take_short(opts, common, argc, argv, &i);
		if (rc < 0)
			return rc;
	}
	return operands;
}

/* -- help -- */

static void show_default(const struct opt *opt, struct buf *out)
{
	const char *text;
	uint64_t size;

	switch (opt->type) {
	case OPT_TYPE_UINT:
		if (*(uint64_t *)opt->value)
			buf_print(out, " (%llu)",
				  (unsigned long long)*(uint64_t *)opt->value);
		break;
	case OPT_TYPE_SIZE:
		size = *(uint64_t *)opt->value;
		if (size && size % (1 << 30) == 0)
			buf_print(out, " (%lluG)",
				  (unsigned long long)size >> 30);
		else if (size)
			buf_print(out, " (%lluM)",
				  (unsigned long long)size >> 20);
		break;
	case OPT_TYPE_REAL:
		if (isfinite(*(double *)opt->value))
			buf_print(out, " (%g)", *(double *)opt->value);
		break;
	case OPT_TYPE_TEXT:
	case OPT_TYPE_CHOICE:
		text = *(const char **)opt->value;
		if (text)
			buf_print(out, " (%s)", text);
		break;
	case OPT_TYPE_END:
	case OPT_TYPE_FLAG:
	case OPT_TYPE_LIST:
		break;
	}
}

void opt_help(const struct opt *opts, struct buf *out)
{
	enum { COLUMN = 30 };

	for (; opts->type != OPT_TYPE_END; opts++) {
		size_t from = out->n;

		if (opts->letter)
			buf_print(out, "  -%c, --%s", opts->letter,
				  opts->name);
		else
			buf_print(out, "      --%s", opts->name);
		if (opts->operand)
			buf_print(out, " %s", opts->operand);
		if (out->n - from >= COLUMN - 1) {
			buf_byte(out, '\n');
			from = out->n;
		}
		while (out->n - from < COLUMN)
			buf_byte(out, ' ');
		buf_text(out, opts->help);
		show_default(opts, out);
		buf_byte(out, '\n');
	}
}
