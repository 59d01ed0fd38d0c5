/* log.c - what a person at the terminal sees while a command works */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const double REDRAW = 0.2; /* seconds between two drawings */

static bool is_quiet;

void log_quiet(bool quiet)
{
	is_quiet = quiet;
}

static void say(const char *format, va_list ap)
	__attribute__((format(printf, 1, 0)));

static void say(const char *format, va_list ap)
{
	fputs("itdata: ", stderr);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
}

void log_note(const char *format, ...)
{
	va_list ap;

	if (is_quiet)
		return;
	va_start(ap, format);
	say(format, ap);
	va_end(ap);
}

void log_warn(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(format, ap);
	va_end(ap);
}

double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void progress_start(struct progress *progress, const char *what,
		    const char *unit, uint64_t total)
{
	*progress = (struct progress){
		.what = what,
		.unit = unit,
		.total = total,
		.started = seconds_now(),
	};
}

static void draw_left(double seconds)
{
	unsigned long s = (unsigned long)(seconds + 0.5);

	if (s >= 3600)
		fprintf(stderr, ", %lu h %02lu min left", s / 3600,
			s / 60 % 60);
	else if (s >= 60)
		fprintf(stderr, ", %lu min %02lu s left", s / 60, s % 60);
	else
		fprintf(stderr, ", %lu s left", s);
}

void progress_set(struct progress *progress, uint64_t done)
{
	double now = seconds_now();
	double rate = (double)done / (now - progress->started + 1e-9);

	if (is_quiet || now - progress->shown < REDRAW || !isatty(2))
		return;
	progress->shown = now;
	progress->drawn = true;
	fprintf(stderr, "\r\033[K%s: %llu", progress->what,
		(unsigned long long)done);
	if (progress->total)
		fprintf(stderr, " of %llu",
			(unsigned long long)progress->total);
	fprintf(stderr, " %s, %.0f/s", progress->unit, rate);
	if (progress->total > done && rate > 0)
		draw_left((double)(progress->total - done) / rate);
	fflush(stderr);
}

void progress_end(struct progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", stderr);
	progress->drawn = false;
}
