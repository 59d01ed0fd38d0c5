/*
 * folder.h - a model in its folder: weights, tokenizer, chat template
 *
 *     rc = model_open(&m, "model/", NULL);
 *     use(&m.causal, m.tokenizer, m.template);
 *     model_close(&m);
 *
 * Ownership  a struct model owns what it holds
 * Errors     as causal_open() and tokenizer_open(); ERR_FORMAT when the
 *            tokenizer has more tokens than the model
 */
#ifndef TRAIN_FOLDER_H
#define TRAIN_FOLDER_H

#include "model/causal.h"
#include "model/template.h"

struct model {
	struct causal causal;
	struct tokenizer *tokenizer;
	struct buf tokenizer_path;
	enum template template;
	int64_t stop; /* token that ends an answer, -1 none */
	int64_t text_stop; /* token that ends a text, -1 none */
};

/* template: its name, or NULL for the one the model was tuned with. */
int model_open(struct model *model, const char *folder, const char *template);

/* The tokenizer alone, for a model that is yet to be made. */
int model_tokenizer(struct model *model, const char *path);
int model_template(struct model *model, const char *name);
void model_close(struct model *model);

/* Weights, config and tokenizer into a folder. */
int model_save(struct model *model, const char *folder);

#endif
