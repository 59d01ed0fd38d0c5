/*
 * choose.h - the options that say which encoder, the same for all commands
 *
 * Put CHOOSE_OPTS into the command's table; choose_encoder() opens what they
 * name: a model that comes with the program, or a folder.
 */
#ifndef CLI_CHOOSE_H
#define CLI_CHOOSE_H

#include "cli/opt.h"
#include "db/db.h"
#include "model/encoder.h"

struct choice {
	const char *model, *precision, *prefix;
	uint64_t most;
};

#define CHOOSE_OPTS(options)                                                  \
	OPT_TEXT(0, "model", &(options).model, "MODEL",                      \
		 "mini, mini-static, or a model's folder"),                  \
	OPT_CHOICE(0, "precision", &(options).precision, "auto|float|int8",  \
		   "of the products; auto: mini int8, folders float"),       \
	OPT_TEXT(0, "prefix", &(options).prefix, "TEXT",                     \
		 "before each text, instead of what the model says"),        \
	OPT_UINT(0, "max-tokens", &(options).most, "N",                      \
		 "of a text, the rest is left out; 0: as the model says")

#define CHOOSE_DEFAULTS { .model = "mini", .precision = "auto" }

int choose_encoder(const struct choice *options, struct encoder **encoder);

/*
 * The encoder that made the vectors of a database: the bundled one, or as the
 * runs of `embed` there say.  folder: where its model is now, or NULL.
 */
int choose_stored(struct db *db, const char *folder, struct encoder **encoder);

#endif
