/* parts.h - what a reply is made of; inside src/serve only */
#ifndef SERVE_PARTS_H
#define SERVE_PARTS_H

#include "serve/serve.h"

/* May it be answered?  If not, the reply is filled. */
bool gate_open(struct serve *serve, const struct request *request,
	       struct reply *reply);

/* A query as it was typed, and where in its list we are. */
struct asked {
	struct str q;
	bool meaning;   /* the words are looked up by what they mean */
	int64_t after;  /* list pairs above this id */
	int64_t id;     /* the pair that is shown, or 0 */
	int64_t beside; /* the pair next to it, or 0: the one it fell for */
};

void asked_read(struct asked *asked, const struct form *form);

/* "?q=...": the address of the same list. */
void asked_address(const struct asked *asked, struct buf *out);

/* The whole page: bar, filters, list, and a pair. */
int frame_write(struct serve *serve, const struct asked *asked,
		struct buf *out);

/* Rows of the list; *first is the id of the first, 0 when it is empty. */
int list_write(struct serve *serve, const struct asked *asked,
	       struct buf *out, int64_t *first);

/* A pair and why it is where it is. */
int leaf_write(struct serve *serve, const struct asked *asked,
	       struct buf *out);

/* Change what a person says of a pair, as the form says. */
int verdict_take(struct serve *serve, const struct form *form);

#endif
