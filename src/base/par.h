/*
 * par.h - all cores, one order of results
 *
 * Work is cut by input, never by thread, and results are taken in input order,
 * so what comes out does not depend on the number of threads.
 *
 * par_map() is the pipeline every stage uses:
 *
 *     read()   fills an item; called for item 0, 1, 2, ... one at a time
 *     work()   changes the item in place; any thread, many at once
 *     write()  takes the item; in order, always on the calling thread
 *
 * A few items per thread are in flight, so memory is bounded by their size.
 *
 *     struct par_map map = {
 *         .read = read_batch, .work = scan_batch, .write = save_batch,
 *         .item = items, .item_size = sizeof *items, .items = n,
 *         .context = &job,
 *     };
 *     rc = par_map(par, &map);
 *
 * Ownership  the caller owns the items, par_slots(par) of them is a good number
 * Errors     the first failing item (in order) ends the map: every item before
 *            it has been written, none after it; its message is this thread's
 * Threads    par_new(1) starts none: everything happens in the caller
 */
#ifndef BASE_PAR_H
#define BASE_PAR_H

#include <stddef.h>

struct par;

/* threads = 0: one for each processor this process may use. */
struct par *par_new(unsigned threads);
void par_free(struct par *par);
unsigned par_threads(const struct par *par);
size_t par_slots(const struct par *par);

struct par_map {
	int (*read)(void *context, void *item); /* 1 item, 0 end, < 0 error */
	int (*work)(void *context, void *item); /* 0 or error; may be NULL */
	int (*write)(void *context, void *item); /* 0 or error */
	void *item;       /* (items) of item_size bytes */
	size_t item_size, items;
	void *context;
};

int par_map(struct par *par, const struct par_map *map);

/* Call each(context, i) for every i in [0, n), in any order, on all threads. */
int par_for(struct par *par, size_t n, int (*each)(void *context, size_t i),
	    void *context);

#endif
