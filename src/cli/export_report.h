/*
 * export_report.h - what `itdata export` tells people
 *
 *     export_warn(&summary, &options, database);   what was not as asked
 *     export_report(&summary, &options, &out);     what was written
 */
#ifndef CLI_EXPORT_REPORT_H
#define CLI_EXPORT_REPORT_H

#include "export/export.h"

void export_warn(const struct export_summary *summary,
		 const struct export_options *options, const char *database);
void export_report(const struct export_summary *summary,
		   const struct export_options *options, struct buf *out);

#endif
