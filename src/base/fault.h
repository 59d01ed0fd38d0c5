/*
 * fault.h - make the n-th allocation or write fail, for tests
 *
 * ITDATA_FAULT=malloc:17 fails the 17th allocation of mem.h, write:3 the third
 * write of file.h (with ENOSPC), kill:5 ends the process as kill -9 would at
 * the fifth place that calls fault_point().  Without the variable a call costs
 * one comparison.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>

enum fault { FAULT_MALLOC, FAULT_WRITE, FAULT_KILL };

/* Read ITDATA_FAULT.  Called once, before any thread is started. */
void fault_init(void);

/* Count one more of this kind; true when it is the one that should fail. */
bool fault_hit(enum fault kind);

/* A place where a crash is interesting: between two steps of a commit. */
void fault_point(void);

#endif
