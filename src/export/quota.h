/*
 * quota.h - shares that values of the balanced fields are asked to have
 *
 *   --balance lang,category --share ja=60,en=40
 *
 * A quota gives a value of one field a percentage of the rows; "lang:ja" says
 * which field, where several have the value.  Values of that field without a
 * quota share what is left, and nothing when nothing is left.  Groups of the
 * same values keep their proportions to each other, as --alpha weighs them.
 * With quotas on several fields, weights are scaled to the quotas of each field
 * in turn until all are met.
 *
 *     rc = quotas_parse("ja=60,en=40", &quotas);
 *     rc = quotas_apply(&quotas, &grouping, label, pairs, groups, share);
 *     quotas_free(&quotas);
 *
 * Shapes     label (groups): as group_put() makes them; share (groups), sum 1
 * Errors     ERR_USAGE: not NAME=PERCENT, more than 100 in a field, a value that
 *            no pair has or that several fields have
 * Source     Deming and Stephan, "On a least squares adjustment of a sampled
 *            frequency table", 1940 (iterative proportional fitting)
 */
#ifndef EXPORT_QUOTA_H
#define EXPORT_QUOTA_H

#include "export/group.h"

struct quota {
	char *name;     /* as asked for */
	double asked;   /* share, of 1 */
	size_t field;   /* number in the grouping, set by quotas_apply() */
	struct str value;
};

struct quotas {
	VEC(struct quota) list;
	bool met; /* else they contradict each other in what is there */
};

int quotas_parse(const char *text, struct quotas *quotas);

/* Scale the shares of groups that hold pairs. */
int quotas_apply(struct quotas *quotas, const struct grouping *grouping,
		 const struct str *label, const uint64_t *pairs, size_t groups,
		 double *share);

/* Whether a group has the value of a quota. */
bool quota_covers(const struct quota *quota, struct str label);
void quotas_free(struct quotas *quotas);

#endif
