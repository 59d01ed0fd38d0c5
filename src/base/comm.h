/*
 * comm.h - the processes that work on one job
 *
 * Stages that need all pairs talk to each other through this.  There is one
 * process behind it here; with MPI only comm.c changes.  Every process calls
 * the same functions in the same order.
 *
 * Units      exchanged arrays are of uint64 words
 * Errors     ERR_NOMEM, when what comes in does not fit
 */
#ifndef BASE_COMM_H
#define BASE_COMM_H

#include <stddef.h>
#include <stdint.h>

uint32_t comm_rank(void); /* this process, in [0, comm_size()) */
uint32_t comm_size(void);

/* Replace each of the n values by its sum over all processes. */
int comm_sum(uint64_t *value, size_t n);

/*
 * Process r gets send[from[r] .. from[r + 1]) of everybody, in rank order.
 * from has comm_size() + 1 entries.  The caller frees *receive with free().
 */
int comm_exchange(const uint64_t *send, const size_t *from, uint64_t **receive,
		  size_t *n);

#endif
