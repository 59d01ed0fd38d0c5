/* plan.c - which rows go where: splits, groups, sequences */
#include <stdlib.h>

#include "base/err.h"
#include "export/job.h"

/* (splits, groups) pairs that are there. */
static uint64_t *count_pairs(const struct exporting *e)
{
	size_t groups = e->set->group.n;
	uint64_t *pairs = mem_array(groups * e->options->split.splits,
				    sizeof *pairs);

	for (size_t i = 0; i < e->set->rows; i++) {
		const struct row *row = &e->set->row[i];

		pairs[row->split * groups + row->group]++;
	}
	return pairs;
}

static int apply_quotas(struct exporting *e, const uint64_t *pairs,
			double *share)
{
	struct quotas *quotas = e->options->quotas;
	size_t groups = e->manifest->groups;
	struct str *label = mem_array(groups, sizeof *label);
	int rc;

	for (uint32_t g = 0; g < groups; g++)
		label[g] = map_key(&e->set->group, g);
	rc = quotas_apply(quotas, e->options->gather.grouping, label, pairs,
			  groups, share);
	free(label);
	return rc;
}

/* How many rows of each group, in all splits together. */
static int balance_all(struct exporting *e, const uint64_t *pairs)
{
	struct manifest *m = e->manifest;
	size_t groups = m->groups;
	uint64_t *sum = mem_array(groups, sizeof *sum);
	uint64_t *rows = mem_array(groups, sizeof *rows);
	double *share = mem_array(groups, sizeof *share);
	int rc;

	for (size_t i = 0; i < groups * m->splits; i++)
		sum[i % groups] += pairs[i];
	balance_weigh(sum, groups, e->options->alpha, share);
	if ((rc = apply_quotas(e, sum, share)) == 0)
		rc = balance(sum, groups, &e->options->balance, share, rows);
	for (size_t g = 0; rc == 0 && g < groups; g++) {
		m->group[g].pairs = sum[g];
		m->group[g].rows = rows[g];
		m->group[g].asked = share[g];
	}
	free(sum);
	free(rows);
	free(share);
	return rc;
}

/*
 * A split gives as large a part of its pairs of a group as the others do; the
 * first split gives the rest, and it alone repeats pairs.
 */
static uint64_t rows_of(const struct exporting *e, const uint64_t *pairs,
			size_t split, size_t g)
{
	const struct manifest_group *group = &e->manifest->group[g];
	size_t groups = e->manifest->groups;
	uint64_t here = pairs[split * groups + g], others = 0;
	double part = (double)group->rows / (double)group->pairs;
	uint64_t rows;

	if (split > 0) {
		rows = (uint64_t)((double)here * part + 0.5);
		return rows < here ? rows : here;
	}
	for (size_t s = 1; s < e->manifest->splits; s++)
		others += rows_of(e, pairs, s, g);
	rows = group->rows > others ? group->rows - others : 0;
	here *= e->options->balance.repeat;
	return rows < here ? rows : here;
}

static int plan_split(struct exporting *e, const uint64_t *pairs, size_t split)
{
	size_t groups = e->manifest->groups;
	struct manifest_split *m = &e->manifest->split[split];
	uint64_t *rows = mem_array(groups, sizeof *rows);
	int rc;

	*m = (struct manifest_split){
		.name = e->options->split.split[split].name,
		.asked = e->options->split.split[split].share,
	};
	for (size_t g = 0; g < groups; g++) {
		uint64_t here = pairs[split * groups + g];

		rows[g] = rows_of(e, pairs, split, g);
		m->rows += rows[g];
		m->pairs += rows[g] < here ? rows[g] : here;
	}
	rc = order_rows(e->set, (uint32_t)split, rows, &e->sequence[split]);
	free(rows);
	return rc;
}

static void name_groups(struct exporting *e)
{
	struct manifest *m = e->manifest;

	struct buf name = { 0 };

	m->groups = e->set->group.n;
	m->group = arena_array(&m->arena, m->groups, sizeof *m->group);
	for (uint32_t g = 0; g < m->groups; g++) {
		buf_clear(&name);
		group_name(map_key(&e->set->group, g), &name);
		m->group[g] = (struct manifest_group){
			.name = arena_copy(&m->arena, name.at, name.n),
		};
	}
	buf_free(&name);
}

/* What the splits could give of each group. */
static void count_rows(struct exporting *e)
{
	struct manifest *m = e->manifest;

	for (size_t g = 0; g < m->groups; g++)
		m->group[g].rows = 0;
	for (size_t s = 0; s < m->splits; s++)
		for (size_t i = 0; i < e->sequence[s].n; i++) {
			size_t row = e->sequence[s].at[i].row;

			m->group[e->set->row[row].group].rows++;
		}
}

/* What each quota got of the rows. */
static void count_quotas(struct exporting *e)
{
	const struct quotas *quotas = e->options->quotas;
	struct manifest *m = e->manifest;

	m->quotas = quotas->list.n;
	m->quota = arena_array(&m->arena, m->quotas, sizeof *m->quota);
	for (size_t i = 0; i < m->quotas; i++) {
		const struct quota *quota = &quotas->list.at[i];

		m->quota[i] = (struct manifest_quota){
			.name = quota->name, .asked = quota->asked,
		};
		for (uint32_t g = 0; g < m->groups; g++)
			if (quota_covers(quota, map_key(&e->set->group, g)))
				m->quota[i].rows += m->group[g].rows;
	}
}

static int check_leaks(struct exporting *e, const struct sense *sense)
{
	const struct split_ask *ask = &e->options->split;
	struct export_summary *summary = e->summary;
	int rc = leak_count(e->set, ask->leak > 0 ? ask->leak : 0.5,
			    ask->memory, &summary->leaks);

	return rc < 0 || !sense->n
		       ? rc
		       : sense_count(sense, e->set, e->par,
				       ask->cosine > 0 ? ask->cosine : 0.9,
				       &summary->meant);
}

/* What was decided anew, in one transaction. */
static int remember(struct exporting *e, struct split_memory *memory)
{
	const struct split_ask *ask = &e->options->split;
	int rc;

	if (!split_is_news(memory, e->set, ask))
		return 0;
	if ((rc = db_begin(e->db)) < 0)
		return rc;
	if ((rc = run_start(e->run, e->db)) == 0 &&
	    (rc = split_remember(memory, e->db, e->set, ask)) == 0)
		rc = run_finish(e->run, e->db, STR("{}"));
	return db_end(e->db, rc);
}

/* Which split each row goes to; committed before anything is written. */
static int assign(struct exporting *e)
{
	const struct split_ask *ask = &e->options->split;
	struct split_memory memory;
	struct sense sense = { 0 };
	int rc = split_recall(&memory, e->db, e->set, ask, e->run->seed);

	if (rc == 0 && ask->splits > 1 &&
	    (ask->cosine > 0 || e->options->leak_check))
		rc = sense_read(&sense, e->set, e->db);
	e->summary->vectors = sense.n;
	if (rc == 0)
		rc = split_assign(e->set, e->par, ask, &memory, &sense);
	if (rc == 0 && e->options->leak_check)
		rc = check_leaks(e, &sense);
	if (rc == 0)
		rc = remember(e, &memory);
	e->summary->recalled = memory.kept;
	split_memory_free(&memory);
	sense_free(&sense);
	return rc;
}

int plan_rows(struct exporting *e)
{
	struct manifest *m = e->manifest;
	uint64_t *pairs;
	int rc;

	if (!e->set->rows)
		return err_set(ERR_ABSENT, "no pair is left to export");
	if ((rc = assign(e)) < 0)
		return rc;
	name_groups(e);
	m->splits = e->options->split.splits;
	m->split = arena_array(&m->arena, m->splits, sizeof *m->split);
	pairs = count_pairs(e);
	rc = balance_all(e, pairs);
	for (size_t s = 0; rc == 0 && s < m->splits; s++)
		rc = plan_split(e, pairs, s);
	free(pairs);
	count_rows(e);
	if (rc == 0)
		count_quotas(e);
	return rc;
}
