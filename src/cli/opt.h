/*
 * opt.h - one table of options a command: parsing, help and completions
 *
 * An option points to the variable it sets; the value that the variable has at
 * the start is the default that --help shows.  Options may stand anywhere
 * among the operands; "--" ends them.
 *
 *     static double threshold = 0.8;
 *     static const struct opt opts[] = {
 *         OPT_REAL('t', "threshold", &threshold, "SIMILARITY",
 *                  "lowest similarity that counts"),
 *         OPT_END,
 *     };
 */
#ifndef CLI_OPT_H
#define CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum opt_type {
	OPT_TYPE_END,
	OPT_TYPE_FLAG,   /* bool */
	OPT_TYPE_UINT,   /* uint64_t */
	OPT_TYPE_SIZE,   /* uint64_t bytes: 512M, 2G, 100k (1024s) */
	OPT_TYPE_REAL,   /* double */
	OPT_TYPE_TEXT,   /* const char * */
	OPT_TYPE_CHOICE, /* const char *, one of "a|b|c" */
	OPT_TYPE_LIST,   /* struct opt_list, may be given again */
};

struct opt_list {
	const char **at; /* (n) */
	size_t n, room;
};

struct opt {
	enum opt_type type;
	char letter;        /* 0: none */
	const char *name;   /* without "--" */
	void *value;
	const char *operand; /* what --help calls it; choices for CHOICE */
	const char *help;
};

#define OPT_FLAG(c, n, v, h) \
	{ OPT_TYPE_FLAG, c, n, 1 ? (v) : (bool *)0, NULL, h }
#define OPT_UINT(c, n, v, o, h) \
	{ OPT_TYPE_UINT, c, n, 1 ? (v) : (uint64_t *)0, o, h }
#define OPT_SIZE(c, n, v, o, h) \
	{ OPT_TYPE_SIZE, c, n, 1 ? (v) : (uint64_t *)0, o, h }
#define OPT_REAL(c, n, v, o, h) \
	{ OPT_TYPE_REAL, c, n, 1 ? (v) : (double *)0, o, h }
#define OPT_TEXT(c, n, v, o, h) \
	{ OPT_TYPE_TEXT, c, n, 1 ? (v) : (const char **)0, o, h }
#define OPT_CHOICE(c, n, v, o, h) \
	{ OPT_TYPE_CHOICE, c, n, 1 ? (v) : (const char **)0, o, h }
#define OPT_LIST(c, n, v, o, h) \
	{ OPT_TYPE_LIST, c, n, 1 ? (v) : (struct opt_list *)0, o, h }
#define OPT_END { OPT_TYPE_END, 0, NULL, NULL, NULL, NULL }

/*
 * Take the options of two tables out of argv.  Operands move to the front;
 * returns their number, or ERR_USAGE with a message that names the nearest
 * right option.
 */
int opt_parse(const struct opt *opts, const struct opt *common, int argc,
	      char **argv);

/* The table as --help shows it. */
void opt_help(const struct opt *opts, struct buf *out);

/* The nearest of n names within an edit distance that makes sense, or NULL. */
const char *opt_nearest(const char *word, const char *const *name, size_t n);

#endif
