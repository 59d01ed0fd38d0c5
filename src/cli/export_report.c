/* export_report.c - what `itdata export` tells people */
#include "cli/export_report.h"

#include <string.h>

#include "base/log.h"
#include "export/consumer.h"
#include "shard/manifest.h"

enum { SHOWN = 10 }; /* ids of what is reported */

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void report_caps(const struct export_summary *summary, struct buf *out)
{
	for (uint32_t i = 0; i < summary->caps.lines; i++) {
		const struct cap_line *line = &summary->caps.line[i];
		struct str name = map_key(&summary->set.category.map, i);

		buf_print(out, "  category %-13.*s %9llu pairs: %.1f %% refuse, "
			       "%.1f %% moralise, %.1f %% open as pair %lld "
			       "does\n", name.n ? (int)name.n : 4,
			  name.n ? name.at : "none",
			  (unsigned long long)line->pairs,
			  percent(line->refusals, line->pairs),
			  percent(line->moralising, line->pairs),
			  percent(line->commonest, line->pairs),
			  (long long)line->example);
	}
	if (summary->caps.lines)
		buf_print(out, "  %llu pairs were left out for the caps\n",
			  (unsigned long long)summary->caps.dropped);
}

void export_report(const struct export_summary *summary,
		   const struct export_options *options, struct buf *out)
{
	const struct manifest *m = summary->manifest;
	uint64_t rows = 0;

	for (size_t i = 0; i < m->splits; i++)
		rows += m->split[i].rows;
	buf_print(out, "%llu pairs could be exported; %llu rows in %zu shards "
		       "in %s\n", (unsigned long long)summary->pairs,
		  (unsigned long long)rows, m->shards, options->folder);
	for (size_t i = 0; i < m->splits; i++)
		buf_print(out, "  split %-16s %9llu rows %6.1f %% (asked %.1f "
			       "%%)\n", m->split[i].name,
			  (unsigned long long)m->split[i].rows,
			  percent(m->split[i].rows, rows),
			  100 * m->split[i].asked);
	if (summary->recalled)
		buf_print(out, "  %llu pairs keep the split that an earlier "
			       "export gave them (--resplit draws anew)\n",
			  (unsigned long long)summary->recalled);
	if (options->leak_check)
		buf_print(out, "  leak check: %llu pairs of rows in different "
			       "splits are alike\n",
			  (unsigned long long)summary->leaks.pairs);
	if (options->leak_check && summary->vectors)
		buf_print(out, "  leak check: %llu pairs of rows in different "
			       "splits mean the same (of %zu rows with "
			       "vectors)\n",
			  (unsigned long long)summary->meant.pairs,
			  summary->vectors);
	report_caps(summary, out);
	for (size_t i = 0; i < m->quotas; i++)
		buf_print(out, "  share %-16s %9llu rows %6.1f %% (asked %.1f "
			       "%%)\n", m->quota[i].name,
			  (unsigned long long)m->quota[i].rows,
			  percent(m->quota[i].rows, rows),
			  100 * m->quota[i].asked);
	for (size_t i = 0; options->gather.grouping->field.n && i < m->groups;
	     i++)
		buf_print(out, "  group %-16s %9llu rows %6.1f %% (asked %.1f "
			       "%%; of %llu pairs)\n", m->group[i].name,
			  (unsigned long long)m->group[i].rows,
			  percent(m->group[i].rows, rows),
			  100 * m->group[i].asked,
			  (unsigned long long)m->group[i].pairs);
}

/* -- a small group that holds the mix down is seldom what was meant -- */

/* Rows at which a group has no pair left. */
static double reach_of(const struct manifest_group *group)
{
	return (double)group->pairs / group->asked;
}

/* The group, other than `but`, that is used up first; NULL: there is none. */
static const struct manifest_group *
scarcest(const struct manifest *m, const struct manifest_group *but)
{
	const struct manifest_group *least = NULL;

	for (size_t i = 0; i < m->groups; i++) {
		const struct manifest_group *group = &m->group[i];

		if (group != but && group->asked > 0 &&
		    (!least || reach_of(group) < reach_of(least)))
			least = group;
	}
	return least;
}

static void warn_limit(const struct manifest *m, uint64_t rows, uint64_t pairs)
{
	const struct manifest_group *least = scarcest(m, NULL);
	const struct manifest_group *next = scarcest(m, least);
	struct buf hint = { 0 };

	if (next && !strstr(least->name, " / "))
		buf_print(&hint, ", or leave it out: --share '%s=0' gives %.0f "
				 "rows", least->name,
			  reach_of(next) * (1 - least->asked));
	log_warn("export: group '%s' holds the mix down to %llu rows of %llu "
		 "pairs: it has %llu pairs and is to be %.1f %% of the rows; "
		 "take more with --total N (it falls short), --repeat N (its "
		 "pairs stand N times) or a higher --alpha%s",
		 least->name, (unsigned long long)rows,
		 (unsigned long long)pairs, (unsigned long long)least->pairs,
		 100 * least->asked, hint.n ? hint.at : "");
	buf_free(&hint);
}

static void warn_short(const struct manifest *m, uint64_t rows)
{
	const struct manifest_group *most = NULL;
	double worst = 1;
	size_t n = 0;

	for (size_t i = 0; i < m->groups; i++) {
		const struct manifest_group *group = &m->group[i];
		double lack = group->asked * (double)rows -
			      (double)group->rows;

		n += lack > 1;
		if (lack > worst) {
			worst = lack;
			most = group;
		}
	}
	if (most)
		log_warn("export: %zu group%s less than asked, '%s' most: %llu "
			 "rows where %.0f were asked for; the others took that "
			 "part; --repeat N uses pairs N times, --total 0 keeps "
			 "the shares", n, n == 1 ? " gives" : "s give",
			 most->name, (unsigned long long)most->rows,
			 most->asked * (double)rows);
}

static void report_limit(const struct manifest *m,
			 const struct export_options *options)
{
	uint64_t rows = 0, pairs = 0;

	for (size_t i = 0; i < m->groups; i++) {
		rows += m->group[i].rows;
		if (m->group[i].asked > 0)
			pairs += m->group[i].pairs;
	}
	if (options->balance.total)
		warn_short(m, rows);
	else if (rows < pairs / 2 && !options->balance.cap)
		warn_limit(m, rows, pairs);
	if (!options->quotas->met)
		log_warn("export: the quotas of several fields cannot all be "
			 "met by the groups that are there; what comes nearest "
			 "was taken");
}

/* What hangs together may be too much for a small split. */
static void report_splits(const struct manifest *m)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < m->splits; i++)
		rows += m->split[i].rows;
	for (size_t i = 0; i < m->splits; i++)
		if ((double)m->split[i].rows < m->split[i].asked *
						       (double)rows / 2)
			log_warn("export: split '%s' has %llu rows where about "
				 "%.0f were asked for: too much hangs together; "
				 "--leak or --leak-cosine with a higher value "
				 "parts it",
				 m->split[i].name,
				 (unsigned long long)m->split[i].rows,
				 m->split[i].asked * (double)rows);
}

/* Pairs that the format cannot hold: how many, why, and which. */
static void report_skips(const struct set *set)
{
	struct map why = { 0 };

	for (size_t i = 0; i < set->skip.n; i++)
		map_add(&why, str_of(set->skip.at[i].why));
	for (uint32_t w = 0; w < why.n; w++) {
		struct buf ids = { 0 };
		size_t n = 0;

		for (size_t i = 0; i < set->skip.n; i++)
			if (str_is(map_key(&why, w), set->skip.at[i].why) &&
			    n++ < SHOWN)
				buf_print(&ids, " %lld",
					  (long long)set->skip.at[i].id);
		log_warn("export: %zu pairs left out: %.*s (ids%s%s)", n,
			 (int)map_key(&why, w).n, map_key(&why, w).at, ids.at,
			 n > SHOWN ? " ..." : "");
		buf_free(&ids);
	}
	map_free(&why);
}

/* What a trainer's defaults would do to rows that it takes. */
static void report_consumer(const struct export_summary *summary,
			    enum consumer consumer)
{
	const struct consumer_limit *limit = consumer_limit(consumer);
	const struct set *set = &summary->set;
	struct buf ids = { 0 };
	size_t n = 0;

	if (set->rows < consumer_least(consumer))
		log_warn("export: %s takes no fewer than %llu rows",
			 consumer_name(consumer),
			 (unsigned long long)consumer_least(consumer));
	for (size_t i = 0; limit && i < set->rows; i++)
		if (set->row[i].tokens > limit->tokens && n++ < SHOWN)
			buf_print(&ids, " %lld", (long long)set->row[i].id);
	if (n)
		log_warn("export: %zu rows are longer than %u tokens, and %s %s "
			 "them unless %s is set higher, or --max-tokens lower "
			 "(ids%s%s)", n, limit->tokens,
			 consumer_name(consumer), limit->does, limit->option,
			 ids.at, n > SHOWN ? " ..." : "");
	buf_free(&ids);
}

void export_warn(const struct export_summary *summary,
		 const struct export_options *options, const char *database)
{
	report_skips(&summary->set);
	if (summary->set.cut.n)
		log_warn("export: %zu rows were cut at %u tokens",
			 summary->set.cut.n, options->gather.style.most);
	report_limit(summary->manifest, options);
	if (options->gather.redact && !summary->set.redacted)
		log_warn("export: nothing was redacted: no finding of category "
			 "pii or secret; 'itdata filter %s --rules pii' looks "
			 "for them", database);
	report_splits(summary->manifest);
	report_consumer(summary,
			(enum consumer)options->gather.style.consumer);
}
