/* origin.c - the sources that pairs came from, and their licences */
#include "export/origin.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* NULL when the licence is among those that are allowed. */
static const char *refusal_of(struct origins *origins, struct str license,
			      const char *allowed)
{
	struct buf why = { 0 };
	struct str text;

	if (!allowed)
		return NULL;
	if (!license.n)
		return "no licence is known";
	while (*allowed) {
		size_t n = strcspn(allowed, ",");

		if (str_equal(license, (struct str){ allowed, n }))
			return NULL;
		allowed += n;
		allowed += *allowed == ',';
	}
	buf_print(&why, "licence '%.*s' is not allowed", (int)license.n,
		  license.at);
	text = arena_str(origins->arena, buf_view(&why));
	buf_free(&why);
	return text.at;
}

int origins_read(struct origins *origins, struct db *db, const char *allowed,
		 struct arena *arena)
{
	sqlite3_stmt *scan;
	int step, rc = db_prepare(db, SQL_EXPORT_SOURCE, &scan);

	*origins = (struct origins){ .arena = arena };
	if (rc < 0)
		return rc;
	while ((step = sqlite3_step(scan)) == SQLITE_ROW) {
		struct str license = arena_str(origins->arena,
					       db_str(scan, 2));

		vec_push(&origins->list,
			 ((struct origin){
				 .id = sqlite3_column_int64(scan, 0),
				 .name = arena_str(origins->arena,
						   db_str(scan, 1)),
				 .license = license,
				 .refused = refusal_of(origins, license,
						       allowed),
			 }));
	}
	if (step != SQLITE_DONE)
		rc = db_fail(db, "reading sources");
	sqlite3_finalize(scan);
	return rc;
}

uint32_t origin_of(const struct origins *origins, int64_t id)
{
	size_t low = 0, high = origins->list.n;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (origins->list.at[middle].id <= id)
			low = middle;
		else
			high = middle;
	}
	return (uint32_t)low;
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

void origins_licenses(const struct origins *origins, char ***license,
		      size_t *licenses)
{
	char **list = mem_array(origins->list.n + 1, sizeof *list);
	size_t n = 0;

	for (size_t i = 0; i < origins->list.n; i++) {
		const struct origin *origin = &origins->list.at[i];
		bool known = !origin->license.n || !origin->used;

		for (size_t k = 0; k < n && !known; k++)
			known = str_is(origin->license, list[k]);
		if (!known)
			list[n++] = mem_copy(origin->license.at,
					     origin->license.n);
	}
	qsort(list, n, sizeof *list, by_text);
	*license = list;
	*licenses = n;
}

void origins_free(struct origins *origins)
{
	vec_free(&origins->list);
}
