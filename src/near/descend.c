/* descend.c - better neighbours from good ones: who is near my neighbours? */
#include "near/descend.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

enum {
	BLOCK = 256,       /* vectors that a thread takes at once */
	SLOTS = 1 << 14,   /* of the set of ids met */
	MOST = SLOTS / 2,  /* ids that are met in a round */
};

int descend_init(struct descend *d, struct near *at, size_t n, size_t k,
		 const uint32_t *order)
{
	*d = (struct descend){ .at = at, .order = order, .n = n, .k = k };
	d->link = mem_try(n * k + 1, sizeof *d->link);
	d->new = mem_try(n * k + 1, sizeof *d->new);
	d->first = mem_try(n + 2, sizeof *d->first);
	d->back = mem_try(n * k + 1, sizeof *d->back);
	if (!d->link || !d->new || !d->first || !d->back)
		return ERR_NOMEM;
	memset(d->new, 1, n * k);
	return 0;
}

void descend_free(struct descend *d)
{
	free(d->link);
	free(d->new);
	free(d->first);
	free(d->back);
	*d = (struct descend){ 0 };
}

/* Who has whom in its list: places of links sorted by the id they hold. */
static void link_back(struct descend *d)
{
	size_t *next = d->first + 1;

	memset(d->first, 0, (d->n + 2) * sizeof *d->first);
	for (size_t e = 0; e < d->n * d->k; e++) {
		d->link[e] = d->at[e].id;
		if (d->link[e] != TOPK_NONE)
			next[d->link[e] + 1]++;
	}
	for (size_t i = 1; i <= d->n; i++)
		next[i] += next[i - 1];
	for (size_t e = 0; e < d->n * d->k; e++)
		if (d->link[e] != TOPK_NONE)
			d->back[next[d->link[e]]++] = (uint32_t)e;
}

/* -- the links of one vector: its list, and k of those that list it -- */

struct link {
	uint32_t id;
	bool new;
};

static size_t links_of(const struct descend *d, size_t i, struct link *link)
{
	size_t from = d->first[i], backs = d->first[i + 1] - from, n = 0;
	size_t taken = backs < d->k ? backs : d->k;

	for (size_t e = i * d->k; e < (i + 1) * d->k; e++)
		if (d->link[e] != TOPK_NONE)
			link[n++] = (struct link){ d->link[e], d->new[e] };
	for (size_t t = 0; t < taken; t++) {
		uint32_t e = d->back[from + t * backs / taken];

		link[n++] = (struct link){ (uint32_t)(e / d->k), d->new[e] };
	}
	return n;
}

/* -- a block of vectors -- */

struct meeting {
	const struct descend *d;
	const struct coarse *coarse;
	const float *x;
	size_t c;
	size_t *changed; /* (blocks) */
};

struct scratch {
	uint32_t slot[SLOTS]; /* ids met, + 1; 0: free */
	uint32_t met[MOST];
	float cosine[MOST];
	size_t n;
};

/* True when the id was not there. */
static bool meet(struct scratch *s, uint32_t id)
{
	size_t slot = (id * 2654435769u) >> 18;

	while (s->slot[slot]) {
		if (s->slot[slot] == id + 1)
			return false;
		slot = (slot + 1) % SLOTS;
	}
	s->slot[slot] = id + 1;
	return true;
}

static void gather(struct scratch *s, const struct descend *d, size_t i,
		   struct link *mine, struct link *theirs)
{
	size_t n = links_of(d, i, mine);

	memset(s->slot, 0, sizeof s->slot);
	s->n = 0;
	meet(s, (uint32_t)i);
	for (size_t e = i * d->k; e < (i + 1) * d->k; e++)
		if (d->link[e] != TOPK_NONE)
			meet(s, d->link[e]);
	for (size_t a = 0; a < n; a++) {
		size_t m = links_of(d, mine[a].id, theirs);

		if (mine[a].new && s->n < MOST && meet(s, mine[a].id))
			s->met[s->n++] = mine[a].id;
		for (size_t b = 0; b < m && s->n < MOST; b++)
			if ((mine[a].new || theirs[b].new) &&
			    meet(s, theirs[b].id))
				s->met[s->n++] = theirs[b].id;
	}
}

/* In bytes first; in floats what may be good enough. */
static size_t improve(const struct meeting *m, size_t i, struct scratch *s)
{
	size_t k = m->d->k, promising = 0, changed = 0;
	struct near *list = m->d->at + i * k;
	float least = list[k - 1].cosine - COARSE_ERROR;

	coarse_gather(m->coarse, i, s->met, s->n, s->cosine);
	for (size_t j = 0; j < s->n; j++)
		if (s->cosine[j] >= least)
			s->met[promising++] = s->met[j];
	cosines_gather(m->x + i * m->c, m->x, s->met, promising, m->c,
		       s->cosine);
	for (size_t j = 0; j < promising; j++)
		changed += topk_put(list, k, (struct near){ s->cosine[j],
							    s->met[j] });
	return changed;
}

static int meet_block(void *context, size_t block)
{
	const struct meeting *m = context;
	const struct descend *d = m->d;
	size_t from = block * BLOCK;
	size_t end = d->n - from < BLOCK ? d->n : from + BLOCK;
	struct scratch *s = mem_alloc(sizeof *s);
	struct link *link = mem_array(4 * d->k, sizeof *link);

	for (size_t at = from; at < end; at++) {
		size_t i = d->order ? d->order[at] : at;

		gather(s, d, i, link, link + 2 * d->k);
		m->changed[block] += improve(m, i, s);
	}
	free(link);
	free(s);
	return 0;
}

static bool listed(const struct descend *d, size_t i, uint32_t id)
{
	for (size_t e = i * d->k; e < (i + 1) * d->k; e++)
		if (d->link[e] == id)
			return true;
	return false;
}

double descend_round(struct descend *d, const float *x,
		     const struct coarse *coarse, struct par *par)
{
	size_t blocks = (d->n + BLOCK - 1) / BLOCK, changed = 0;
	struct meeting m = { d, coarse, x, coarse->c, mem_array(blocks + 1, sizeof(size_t)) };
	int rc;

	link_back(d);
	rc = par_for(par, blocks, meet_block, &m);
	for (size_t b = 0; b < blocks; b++)
		changed += m.changed[b];
	free(m.changed);
	for (size_t i = 0; i < d->n; i++)
		for (size_t e = i * d->k; e < (i + 1) * d->k; e++)
			d->new[e] = !listed(d, i, d->at[e].id);
	return rc < 0 ? rc : (double)changed / (double)(d->n * d->k + 1);
}
