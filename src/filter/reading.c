/* reading.c - a line of a pack, word by word, and what is wrong in it */
#include "filter/reading.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "text/utf8.h"

int fail(const struct reading *in, const char *at, const char *format,
		...)
{
	size_t column = utf8_count(in->line.at, (size_t)(at - in->line.at));
	char why[400];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	return err_set(ERR_FORMAT, "%s:%zu:%zu: %s", in->path, in->number,
		       column + 1, why);
}

bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void skip_blanks(struct str *rest)
{
	while (rest->n && is_blank(*rest->at)) {
		rest->at++;
		rest->n--;
	}
}

struct str take_word(struct str *rest)
{
	struct str word;

	skip_blanks(rest);
	word = (struct str){ rest->at, 0 };
	while (rest->n && !is_blank(*rest->at)) {
		rest->at++;
		rest->n--;
		word.n++;
	}
	return word;
}

static bool is_name(struct str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789.-_",
			    word.at[i]))
			return false;
	return word.n > 0 && word.n <= 100;
}

int take_name(struct reading *in, struct str *rest, struct str *name)
{
	struct str word = take_word(rest);

	if (!word.n)
		return fail(in, word.at, "a name is missing");
	if (!is_name(word))
		return fail(in, word.at, "'%.*s' is no name: a-z 0-9 . - _",
			    (int)word.n, word.at);
	*name = arena_str(&in->set->arena, word);
	return 0;
}

int at_end(struct reading *in, struct str rest)
{
	skip_blanks(&rest);
	if (rest.n)
		return fail(in, rest.at, "'%.*s' is too much", (int)rest.n,
			    rest.at);
	return 0;
}

bool read_number(struct str word, double *number)
{
	char text[32], *end;

	if (!word.n || word.n >= sizeof text || !strchr("0123456789.",
							 word.at[0]))
		return false;
	memcpy(text, word.at, word.n);
	text[word.n] = '\0';
	*number = strtod(text, &end);
	return *end == '\0' && isfinite(*number);
}

int take_count(struct reading *in, struct str *rest, uint64_t *count)
{
	struct str word = take_word(rest);
	double number;

	if (!read_number(word, &number) || number < 1 || number > 1e9 ||
	    number != floor(number))
		return fail(in, word.at, "a count from 1 to 1000000000 is "
					 "wanted here");
	*count = (uint64_t)number;
	return 0;
}

void *more(struct reading *in, void *array, size_t *n, size_t size)
{
	void **at = array;

	if ((*n & (*n - 1)) == 0) { /* 0 or a power of two: it is full */
		void *grown = arena_array(&in->set->arena, *n ? *n * 2 : 1,
					  size);

		if (*n)
			memcpy(grown, *at, *n * size);
		*at = grown;
	}
	return (char *)*at + (*n)++ * size;
}
