/* export.c - kept pairs as a folder of shards, balanced and split */
#include "export/export.h"

#include <config.h>
#include <stdlib.h>

#include "base/err.h"
#include "export/job.h"

static int check_stale(struct db *db)
{
	sqlite3_stmt *scan;
	int rc = db_prepare(db, SQL_EXPORT_STALE, &scan);

	if (rc < 0)
		return rc;
	switch (sqlite3_step(scan)) {
	case SQLITE_ROW:
		rc = err_set(ERR_ABSENT,
			     "stage '%s' is stale: %lld pairs fell for pairs "
			     "that were dropped later; run it again, or export "
			     "with --stale",
			     sqlite3_column_text(scan, 0),
			     (long long)sqlite3_column_int64(scan, 1));
		break;
	case SQLITE_DONE:
		break;
	default:
		rc = db_fail(db, "looking for stale stages");
	}
	sqlite3_finalize(scan);
	return rc;
}

static void start_manifest(struct exporting *e)
{
	struct manifest *m = e->manifest;
	enum row_format format = e->options->gather.style.format;
	struct buf text = { 0 };

	m->itdata = PACKAGE_VERSION;
	m->format = row_format_name(format);
	m->pack = pack_name(e->options->pack);
	m->seed = e->options->gather.seed;
	m->tokenizer = e->options->tokenizer_sha256;
	m->tokens = m->tokenizer != NULL;
	if (m->tokens || format == ROW_TEXT)
		m->template = template_name(e->options->gather.style.template);
	m->kept = e->set->rows;
	report_arguments(e->options, &text);
	m->arguments = arena_copy(&m->arena, text.at, text.n);
	buf_clear(&text);
	buf_print(&text, "%016llx%016llx",
		  (unsigned long long)e->set->digest.high,
		  (unsigned long long)e->set->digest.low);
	m->database = arena_copy(&m->arena, text.at, text.n);
	buf_free(&text);
}

int export_run(struct db *db, struct par *par, struct run *run,
	       const struct export_options *options,
	       struct export_summary *summary)
{
	struct exporting e = {
		.options = options,
		.summary = summary,
		.db = db,
		.run = run,
		.par = par,
		.set = &summary->set,
		.manifest = mem_alloc(sizeof *e.manifest),
		.sequence = mem_array(options->split.splits, sizeof *e.sequence),
	};
	int rc = 0;

	*summary = (struct export_summary){ .manifest = e.manifest };
	if (!options->stale)
		rc = check_stale(db);
	if (rc == 0 && options->gather.style.format == ROW_PARQUET)
		rc = columns_open(&e.duck);
	if (rc == 0 &&
	    (rc = gather(e.set, db, par, &options->gather)) == 0) {
		if (options->gather.capped)
			rc = cap_apply(e.set, &options->cap, &summary->caps);
		summary->pairs = e.set->rows;
		start_manifest(&e);
		if (rc == 0)
			rc = plan_rows(&e);
	}
	if (rc == 0)
		rc = strcmp(options->folder, "-") == 0 ? layout_stdout(&e)
						       : layout_folder(&e);
	for (size_t s = 0; s < options->split.splits; s++)
		free(e.sequence[s].at);
	free(e.sequence);
	duck_close(&e.duck);
	return rc;
}

void export_summary_free(struct export_summary *summary)
{
	if (summary->manifest)
		manifest_free(summary->manifest);
	free(summary->manifest);
	cap_report_free(&summary->caps);
	set_free(&summary->set);
	*summary = (struct export_summary){ 0 };
}
