/*
 * origin.h - the sources that pairs came from, and their licences
 *
 *     rc = origins_read(&origins, db, "CC-BY-4.0,MIT", &arena);   NULL: all
 *     n = origin_of(&origins, pair.source_id);
 *     if ((why = origins.list.at[n].refused)) skip(pair.id, why);
 *     origins.list.at[n].used = true;
 *     origins_licenses(&origins, &license, &licenses);    of those used
 *     origins_free(&origins);
 *
 * Ownership  texts, reasons of refusal among them, are the arena's; the caller
 *            frees the licences, and the array of them
 * Errors     ERR_DB
 */
#ifndef EXPORT_ORIGIN_H
#define EXPORT_ORIGIN_H

#include "base/arena.h"
#include "base/vec.h"
#include "db/db.h"

struct origin {
	int64_t id;
	struct str name, license; /* empty: none is known */
	const char *refused;      /* NULL, or why none of it is exported */
	bool used;
};

struct origins {
	VEC(struct origin) list; /* in order of id */
	struct arena *arena;
};

int origins_read(struct origins *origins, struct db *db, const char *allowed,
		 struct arena *arena);

/* The number of the source of this id, which is there. */
uint32_t origin_of(const struct origins *origins, int64_t id);

/* Licences of the sources that were used, each once, sorted. */
void origins_licenses(const struct origins *origins, char ***license,
		      size_t *licenses);
void origins_free(struct origins *origins);

#endif
