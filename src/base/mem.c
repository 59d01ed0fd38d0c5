/* mem.c - memory that is there, or the program ends */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/fault.h"

static void *get(size_t n, size_t size)
{
	if (fault_hit(FAULT_MALLOC))
		return NULL;
	return calloc(n ? n : 1, size ? size : 1);
}

static void *resize(void *old, size_t n, size_t size)
{
	if (n > SIZE_MAX / size || fault_hit(FAULT_MALLOC))
		return NULL;
	return realloc(old, n * size);
}

static _Noreturn void die(void)
{
	fputs("itdata: out of memory\n", stderr);
	exit(1);
}

void *mem_alloc(size_t size)
{
	return mem_array(1, size);
}

void *mem_array(size_t n, size_t size)
{
	void *p = get(n, size);

	if (!p)
		die();
	return p;
}

char *mem_copy(const char *at, size_t n)
{
	char *copy = mem_array(n + 1, 1);

	if (n)
		memcpy(copy, at, n);
	return copy;
}

void *mem_try(size_t n, size_t size)
{
	void *p = get(n, size);

	if (!p)
		err_set(ERR_NOMEM, "out of memory: no room for %zu x %zu bytes",
			n, size);
	return p;
}

/* Doubling keeps the cost of n pushes at O(n). */
static size_t next_room(size_t room, size_t need)
{
	size_t twice = room < SIZE_MAX / 2 ? room * 2 : need;

	if (twice < 16)
		twice = 16;
	return twice < need ? need : twice;
}

int mem_try_grow(void *at, size_t *room, size_t need, size_t size)
{
	void *p;
	size_t n;

	if (need <= *room)
		return 0;
	n = next_room(*room, need);
	memcpy(&p, at, sizeof p); /* at points to a pointer of any type */
	p = resize(p, n, size);
	if (!p)
		return err_set(ERR_NOMEM,
			       "out of memory: no room for %zu x %zu bytes", n,
			       size);
	memcpy(at, &p, sizeof p);
	*room = n;
	return 0;
}

void mem_grow(void *at, size_t *room, size_t need, size_t size)
{
	if (mem_try_grow(at, room, need, size) < 0)
		die();
}
