/*
 * mem.h - memory that is there, or the program ends
 *
 * Two kinds of allocation, two answers.  What is small (a struct, a name, one
 * record) comes from mem_alloc() and friends, which never return NULL: if the
 * machine cannot give even that, one line is printed and the program exits
 * with status 1 - the database is as safe as after kill -9.  What is as large
 * as the data comes from mem_try(), which returns NULL and says how much it
 * wanted; the caller returns ERR_NOMEM.
 *
 * Everything is freed with free().
 *
 * Faults     ITDATA_FAULT=malloc:N makes the N-th allocation fail (fault.h)
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);             /* zeroed */
void *mem_array(size_t n, size_t size);   /* n * size, checked; zeroed */
char *mem_copy(const char *at, size_t n); /* n bytes and a NUL */

/*
 * Make room for `need` elements of `size` bytes in *at, doubling.  *room is
 * the number of elements that fit, before and after.
 */
void mem_grow(void *at, size_t *room, size_t need, size_t size);

/* As above, for data-sized arrays: NULL or ERR_NOMEM, message set. */
void *mem_try(size_t n, size_t size);
int mem_try_grow(void *at, size_t *room, size_t need, size_t size);

#endif
