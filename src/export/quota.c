/* quota.c - shares that values of the balanced fields are asked to have */
#define _GNU_SOURCE /* memrchr */
#include "export/quota.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum { ROUNDS = 1000 }; /* of scaling; a few dozen are the rule */

static int parse_one(const char *at, size_t n, struct quotas *quotas)
{
	const char *equal = memrchr(at, '=', n);
	struct quota quota = { 0 };
	char *end = NULL;

	if (equal && equal > at)
		quota.asked = strtod(equal + 1, &end) / 100;
	if (end == equal + 1 || end != at + n ||
	    !(quota.asked >= 0 && quota.asked <= 1))
		return err_set(ERR_USAGE, "--share: '%.*s' is not "
					  "VALUE=PERCENT", (int)n, at);
	quota.name = mem_copy(at, (size_t)(equal - at));
	quota.value = str_of(quota.name);
	vec_push(&quotas->list, quota);
	return 0;
}

int quotas_parse(const char *text, struct quotas *quotas)
{
	int rc = 0;

	while (rc == 0 && *text) {
		size_t n = strcspn(text, ",");

		rc = parse_one(text, n, quotas);
		text += n;
		text += *text == ',';
	}
	return rc;
}

void quotas_free(struct quotas *quotas)
{
	for (size_t i = 0; i < quotas->list.n; i++)
		free(quotas->list.at[i].name);
	vec_free(&quotas->list);
}

bool quota_covers(const struct quota *quota, struct str label)
{
	return str_equal(group_value(label, quota->field), quota->value);
}

/* -- which field a value is of -- */

static bool field_has(size_t field, struct str value, const struct str *label,
		      size_t groups)
{
	for (size_t g = 0; g < groups; g++)
		if (str_equal(group_value(label[g], field), value))
			return true;
	return false;
}

/* "lang:ja": the field is named. */
static bool find_named(struct quota *quota, const struct grouping *grouping,
		       const struct str *label, size_t groups)
{
	const char *colon = strchr(quota->name, ':');

	if (!colon)
		return false;
	for (size_t f = 0; f < grouping->field.n; f++) {
		struct str name = { quota->name,
				    (size_t)(colon - quota->name) };

		quota->field = f;
		quota->value = str_of(colon + 1);
		if (str_is(name, grouping->field.at[f].name) &&
		    field_has(f, quota->value, label, groups))
			return true;
	}
	return false;
}

static int find_field(struct quota *quota, const struct grouping *grouping,
		      const struct str *label, size_t groups)
{
	size_t found = 0;

	if (find_named(quota, grouping, label, groups))
		return 0;
	quota->value = str_of(quota->name);
	for (size_t f = 0; f < grouping->field.n; f++)
		if (field_has(f, quota->value, label, groups)) {
			quota->field = f;
			found++;
		}
	if (!found)
		return err_set(ERR_USAGE, "--share: no pair has '%s' in a "
					  "field of --balance", quota->name);
	if (found > 1)
		return err_set(ERR_USAGE, "--share: several fields have '%s'; "
					  "write FIELD:%s", quota->name,
			       quota->name);
	return 0;
}

/* The quotas of a field sum up to 100 at most, and name a value once. */
static int check_field(const struct quotas *quotas, size_t field)
{
	double sum = 0;

	for (size_t i = 0; i < quotas->list.n; i++) {
		const struct quota *quota = &quotas->list.at[i];

		if (quota->field != field)
			continue;
		sum += quota->asked;
		for (size_t k = 0; k < i; k++)
			if (quotas->list.at[k].field == field &&
			    str_equal(quotas->list.at[k].value, quota->value))
				return err_set(ERR_USAGE, "--share: '%s' "
							  "stands twice",
					       quota->name);
	}
	if (sum > 1 + 1e-9)
		return err_set(ERR_USAGE, "--share: the shares of one field "
					  "sum up to %g, more than 100",
			       100 * sum);
	return 0;
}

/* -- scaling -- */

/* The quota of a group in a field; NULL: one without. */
static const struct quota *quota_of(const struct quotas *quotas, size_t field,
				    struct str label)
{
	for (size_t i = 0; i < quotas->list.n; i++)
		if (quotas->list.at[i].field == field &&
		    quota_covers(&quotas->list.at[i], label))
			return &quotas->list.at[i];
	return NULL;
}

static double sum_of(const struct quotas *quotas, size_t field,
		     const struct quota *quota, const struct str *label,
		     size_t groups, const double *share)
{
	double sum = 0;

	for (size_t g = 0; g < groups; g++)
		if (quota_of(quotas, field, label[g]) == quota)
			sum += share[g];
	return sum;
}

/* Scale what a quota covers to it; returns how far it was off. */
static double scale(const struct quotas *quotas, size_t field,
		    const struct quota *quota, double asked,
		    const struct str *label, size_t groups, double *share)
{
	double sum = sum_of(quotas, field, quota, label, groups, share);

	for (size_t g = 0; sum > 0 && g < groups; g++)
		if (quota_of(quotas, field, label[g]) == quota)
			share[g] *= asked / sum;
	return fabs(asked - sum);
}

/* All quotas of one field, and what is left for values without. */
static double scale_field(const struct quotas *quotas, size_t field,
			  const struct str *label, size_t groups, double *share)
{
	double off = 0, left = 1;
	bool any = false;

	for (size_t i = 0; i < quotas->list.n; i++) {
		const struct quota *quota = &quotas->list.at[i];

		if (quota->field != field)
			continue;
		off += scale(quotas, field, quota, quota->asked, label, groups,
			     share);
		left -= quota->asked;
		any = true;
	}
	if (any)
		off += scale(quotas, field, NULL, left > 1e-12 ? left : 0,
			     label, groups, share);
	return off;
}

static void make_unit(double *share, size_t groups)
{
	double sum = 0;

	for (size_t g = 0; g < groups; g++)
		sum += share[g];
	for (size_t g = 0; sum > 0 && g < groups; g++)
		share[g] /= sum;
}

int quotas_apply(struct quotas *quotas, const struct grouping *grouping,
		 const struct str *label, const uint64_t *pairs, size_t groups,
		 double *share)
{
	double off = 1;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < quotas->list.n; i++)
		rc = find_field(&quotas->list.at[i], grouping, label, groups);
	for (size_t f = 0; rc == 0 && f < grouping->field.n; f++)
		rc = check_field(quotas, f);
	if (rc < 0)
		return rc;
	for (size_t g = 0; g < groups; g++)
		share[g] = pairs[g] ? share[g] : 0;
	for (int round = 0; round < ROUNDS && off > 1e-9; round++) {
		off = 0;
		for (size_t f = 0; f < grouping->field.n; f++)
			off += scale_field(quotas, f, label, groups, share);
	}
	/* values that nobody asked for cannot take what is left over */
	make_unit(share, groups);
	quotas->met = true;
	for (size_t i = 0; i < quotas->list.n; i++) {
		const struct quota *quota = &quotas->list.at[i];

		if (fabs(sum_of(quotas, quota->field, quota, label, groups,
				share) - quota->asked) > 1e-6)
			quotas->met = false;
	}
	return 0;
}
