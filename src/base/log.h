/*
 * log.h - what a person at the terminal sees while a command works
 *
 * Everything here goes to stderr.  The progress line is drawn only when stderr
 * is a terminal and nobody asked for --quiet; it shows how far, how fast and
 * how long still.
 *
 *     struct progress progress;
 *     progress_start(&progress, "dedup", "pairs", n);
 *     progress_set(&progress, done);
 *     progress_end(&progress);
 *
 * Threads    progress_set() is called from one thread at a time
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

void log_quiet(bool quiet);

/* A note for the person, without a verdict: "itdata: ..." */
void log_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* As log_note(), but said even with --quiet. */
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

struct progress {
	const char *what, *unit;
	uint64_t total; /* 0: not known */
	double started, shown;
	bool drawn;
};

void progress_start(struct progress *progress, const char *what,
		    const char *unit, uint64_t total);
void progress_set(struct progress *progress, uint64_t done);
void progress_end(struct progress *progress); /* takes the line away */

double seconds_now(void); /* monotonic clock */

#endif
