/* comm.c - one process, which has nobody to talk to */
#include "base/comm.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"

uint32_t comm_rank(void)
{
	return 0;
}

uint32_t comm_size(void)
{
	return 1;
}

int comm_sum(uint64_t *value, size_t n)
{
	(void)value;
	(void)n;
	return 0;
}

int comm_exchange(const uint64_t *send, const size_t *from, uint64_t **receive,
		  size_t *n)
{
	*n = from[1] - from[0];
	*receive = mem_try(*n, sizeof **receive);
	if (!*receive)
		return ERR_NOMEM;
	if (*n)
		memcpy(*receive, send + from[0], *n * sizeof **receive);
	return 0;
}
