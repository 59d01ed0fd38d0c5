/*
 * recipe.h - a file of command lines, and the values that go into them
 *
 *     {
 *       "name": "ja-sft", "about": "...",
 *       "set": { "data": null, "out": "shards" },
 *       "steps": [ ["ingest", "{db}", "{data}"],
 *                  ["export", "{db}", "-o", "{out}"] ]
 *     }
 *
 * `set` names what {name} stands for and its default; null must be given.  {db}
 * is the database.  A word that is {name} alone becomes as many words as values
 * were given; inside a word there must be one.  {{ is {.
 *
 *     rc = recipe_load(&recipe, "ja-sft");
 *     rc = recipe_set(&recipe, "data=a.jsonl");
 *     rc = recipe_expand(&recipe, "pairs.db");       recipe.step[i].word
 *     recipe_free(&recipe);
 *
 * Errors     ERR_ABSENT, ERR_FORMAT, ERR_USAGE, in words
 */
#ifndef CLI_RECIPE_H
#define CLI_RECIPE_H

#include "base/arena.h"
#include "base/vec.h"

struct recipe_value {
	const char *name;
	bool given; /* values come from the command line */
	VEC(const char *) value;
};

struct recipe_step {
	VEC(char *) word; /* words.at[n] is NULL after recipe_expand() */
};

struct recipe {
	struct arena arena;
	const char *path, *name, *about;
	VEC(struct recipe_value) set;
	VEC(struct recipe_step) pattern; /* as in the file */
	VEC(struct recipe_step) step;
};

/* A file, or the name of a recipe that comes with the program. */
int recipe_load(struct recipe *recipe, const char *name);

/* "name=value"; given again, it is one value more. */
int recipe_set(struct recipe *recipe, const char *setting);
int recipe_expand(struct recipe *recipe, const char *database);
void recipe_free(struct recipe *recipe);

#endif
