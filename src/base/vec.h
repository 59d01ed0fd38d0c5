/*
 * vec.h - arrays that grow, of any type
 *
 *     VEC(struct match) found = { 0 };
 *     vec_push(&found, ((struct match){ a, b }));
 *     for (size_t i = 0; i < found.n; i++)
 *         use(&found.at[i]);
 *     vec_free(&found);
 *
 * vec_push() exits when memory is short, as mem_grow(); vec_try_push(), for
 * arrays as large as the data, is 0 or ERR_NOMEM.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stdlib.h>

#include "base/mem.h"

#define VEC(type)                  \
	struct {                   \
		type *at;          \
		size_t n, room;    \
	}

#define vec_push(v, value)                                                  \
	(mem_grow(&(v)->at, &(v)->room, (v)->n + 1, sizeof *(v)->at),       \
	 (void)((v)->at[(v)->n++] = (value)))

#define vec_try_push(v, value)                                              \
	(mem_try_grow(&(v)->at, &(v)->room, (v)->n + 1,                     \
		      sizeof *(v)->at) < 0                                  \
		 ? ERR_NOMEM                                                \
		 : ((v)->at[(v)->n++] = (value), 0))

#define vec_free(v)                                                         \
	(free((v)->at), (v)->at = NULL, (v)->n = (v)->room = 0)

#endif
