/* par.c - all cores, one order of results */
#define _GNU_SOURCE /* sched_getaffinity */
#include "base/par.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

struct par {
	unsigned threads; /* the caller is one of them */
	pthread_t *thread;
	pthread_mutex_t lock;
	pthread_cond_t start, finish;
	void (*job)(void *context, bool caller);
	void *context;
	unsigned long round; /* counts jobs, so that no worker misses one */
	unsigned busy;
	bool over;
};

static void *worker(void *argument)
{
	struct par *par = argument;
	unsigned long round = 0;

	pthread_mutex_lock(&par->lock);
	for (;;) {
		while (par->round == round && !par->over)
			pthread_cond_wait(&par->start, &par->lock);
		if (par->over)
			break;
		round = par->round;
		pthread_mutex_unlock(&par->lock);
		par->job(par->context, false);
		pthread_mutex_lock(&par->lock);
		if (--par->busy == 0)
			pthread_cond_signal(&par->finish);
	}
	pthread_mutex_unlock(&par->lock);
	return NULL;
}

static unsigned processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) < 0)
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

struct par *par_new(unsigned threads)
{
	struct par *par = mem_alloc(sizeof *par);

	par->threads = threads ? threads : processors();
	par->thread = mem_array(par->threads, sizeof *par->thread);
	pthread_mutex_init(&par->lock, NULL);
	pthread_cond_init(&par->start, NULL);
	pthread_cond_init(&par->finish, NULL);
	for (unsigned i = 1; i < par->threads; i++)
		if (pthread_create(&par->thread[i], NULL, worker, par) != 0)
			par->threads = i; /* fewer will do */
	return par;
}

void par_free(struct par *par)
{
	if (!par)
		return;
	pthread_mutex_lock(&par->lock);
	par->over = true;
	pthread_cond_broadcast(&par->start);
	pthread_mutex_unlock(&par->lock);
	for (unsigned i = 1; i < par->threads; i++)
		pthread_join(par->thread[i], NULL);
	pthread_cond_destroy(&par->start);
	pthread_cond_destroy(&par->finish);
	pthread_mutex_destroy(&par->lock);
	free(par->thread);
	free(par);
}

unsigned par_threads(const struct par *par)
{
	return par->threads;
}

size_t par_slots(const struct par *par)
{
	return par->threads == 1 ? 1 : 2 * (size_t)par->threads + 2;
}

/* Every thread calls job(context) once; returns when all have come back. */
static void run(struct par *par, void (*job)(void *context, bool caller),
		void *context)
{
	pthread_mutex_lock(&par->lock);
	par->job = job;
	par->context = context;
	par->busy = par->threads - 1;
	par->round++;
	pthread_cond_broadcast(&par->start);
	pthread_mutex_unlock(&par->lock);

	job(context, true);

	pthread_mutex_lock(&par->lock);
	while (par->busy)
		pthread_cond_wait(&par->finish, &par->lock);
	pthread_mutex_unlock(&par->lock);
}

/* The failure with the lowest number wins, and keeps its words. */
struct failure {
	size_t at; /* SIZE_MAX: none */
	int rc;
	char *text;
};

static void failure_note(struct failure *failure, size_t at, int rc)
{
	if (at >= failure->at)
		return;
	failure->at = at;
	failure->rc = rc;
	free(failure->text);
	failure->text = mem_copy(err_text(), strlen(err_text()));
}

static int failure_report(struct failure *failure)
{
	if (failure->at == SIZE_MAX)
		return 0;
	err_set(failure->rc, "%s", failure->text);
	free(failure->text);
	return failure->rc;
}

/* -- par_map -- */

enum { ITEM_READ, ITEM_DONE };

struct pipeline {
	const struct par_map *map;
	pthread_mutex_t lock;
	pthread_cond_t change;
	size_t next_read, next_work, next_write; /* item numbers */
	unsigned char *state;                    /* (items) */
	bool reading, ended;
	struct failure failure;
};

static void *slot(const struct pipeline *p, size_t number)
{
	return (char *)p->map->item +
	       number % p->map->items * p->map->item_size;
}

/* Each step is entered and left with the lock held, and works without it. */
static void step_read(struct pipeline *p)
{
	size_t number = p->next_read;
	int rc;

	p->reading = true;
	pthread_mutex_unlock(&p->lock);
	rc = p->map->read(p->map->context, slot(p, number));
	pthread_mutex_lock(&p->lock);
	p->reading = false;
	if (rc > 0) {
		p->state[number % p->map->items] = ITEM_READ;
		p->next_read++;
	} else {
		p->ended = true;
		if (rc < 0)
			failure_note(&p->failure, number, rc);
	}
}

static void step_work(struct pipeline *p)
{
	size_t number = p->next_work++;
	int rc = 0;

	if (p->map->work) {
		pthread_mutex_unlock(&p->lock);
		rc = p->map->work(p->map->context, slot(p, number));
		pthread_mutex_lock(&p->lock);
	}
	if (rc < 0)
		failure_note(&p->failure, number, rc);
	p->state[number % p->map->items] = ITEM_DONE;
}

static void step_write(struct pipeline *p)
{
	size_t number = p->next_write;
	int rc;

	pthread_mutex_unlock(&p->lock);
	rc = p->map->write(p->map->context, slot(p, number));
	pthread_mutex_lock(&p->lock);
	if (rc < 0)
		failure_note(&p->failure, number, rc);
	p->next_write++;
}

static bool can_write(const struct pipeline *p)
{
	return p->next_write < p->next_work &&
	       p->next_write < p->failure.at &&
	       p->state[p->next_write % p->map->items] == ITEM_DONE;
}

static bool can_read(const struct pipeline *p)
{
	return !p->reading && !p->ended && p->failure.at == SIZE_MAX &&
	       p->next_read - p->next_write < p->map->items;
}

/* After a failure items behind it are left alone. */
static bool can_work(const struct pipeline *p)
{
	return p->next_work < p->next_read && p->next_work < p->failure.at;
}

static bool finished(const struct pipeline *p)
{
	if (p->reading)
		return false;
	if (p->failure.at != SIZE_MAX)
		return p->next_write >= p->failure.at;
	return p->ended && p->next_write == p->next_read;
}

static void pipeline_job(void *context, bool caller)
{
	struct pipeline *p = context;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		if (caller && can_write(p))
			step_write(p);
		else if (can_read(p))
			step_read(p);
		else if (can_work(p))
			step_work(p);
		else if (finished(p))
			break;
		else {
			pthread_cond_wait(&p->change, &p->lock);
			continue;
		}
		pthread_cond_broadcast(&p->change);
	}
	pthread_cond_broadcast(&p->change);
	pthread_mutex_unlock(&p->lock);
}

int par_map(struct par *par, const struct par_map *map)
{
	struct pipeline p = { .map = map, .failure = { .at = SIZE_MAX } };

	p.state = mem_array(map->items, 1);
	pthread_mutex_init(&p.lock, NULL);
	pthread_cond_init(&p.change, NULL);
	run(par, pipeline_job, &p);
	pthread_cond_destroy(&p.change);
	pthread_mutex_destroy(&p.lock);
	free(p.state);
	return failure_report(&p.failure);
}

/* -- par_for -- */

struct loop {
	pthread_mutex_t lock;
	size_t next, n;
	int (*each)(void *context, size_t i);
	void *context;
	struct failure failure;
};

static void loop_job(void *context, bool caller)
{
	struct loop *loop = context;

	(void)caller;
	pthread_mutex_lock(&loop->lock);
	while (loop->next < loop->n && loop->failure.at == SIZE_MAX) {
		size_t i = loop->next++;
		int rc;

		pthread_mutex_unlock(&loop->lock);
		rc = loop->each(loop->context, i);
		pthread_mutex_lock(&loop->lock);
		if (rc < 0)
			failure_note(&loop->failure, i, rc);
	}
	pthread_mutex_unlock(&loop->lock);
}

int par_for(struct par *par, size_t n, int (*each)(void *context, size_t i),
	    void *context)
{
	struct loop loop = {
		.n = n,
		.each = each,
		.context = context,
		.failure = { .at = SIZE_MAX },
	};

	pthread_mutex_init(&loop.lock, NULL);
	run(par, loop_job, &loop);
	pthread_mutex_destroy(&loop.lock);
	return failure_report(&loop.failure);
}
