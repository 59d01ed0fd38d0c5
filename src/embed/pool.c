/* pool.c - many texts to vectors, on all cores, in order */
#include "embed/pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

/* As many rooms as threads; a batch borrows one while it is worked on. */
struct job {
	const struct pool *pool;
	pthread_mutex_t lock;
	struct encoder_room **idle; /* (rooms) */
	size_t rooms;
};

static struct encoder_room *borrow(struct job *job)
{
	struct encoder_room *room;

	pthread_mutex_lock(&job->lock);
	room = job->idle[--job->rooms];
	pthread_mutex_unlock(&job->lock);
	return room;
}

static void give_back(struct job *job, struct encoder_room *room)
{
	pthread_mutex_lock(&job->lock);
	job->idle[job->rooms++] = room;
	pthread_mutex_unlock(&job->lock);
}

static int read_batch(void *context, void *item)
{
	struct job *job = context;
	struct pool_batch *batch = item;

	arena_reset(&batch->arena);
	batch->n = batch->bytes = 0;
	return job->pool->read(job->pool->context, batch);
}

static int embed_batch(void *context, void *item)
{
	struct job *job = context;
	struct pool_batch *batch = item;
	struct encoder_room *room = borrow(job);
	int rc = encoder_embed(job->pool->encoder, room, batch->text, batch->n,
			       batch->vector);

	give_back(job, room);
	return rc;
}

static int write_batch(void *context, void *item)
{
	struct job *job = context;

	return job->pool->write(job->pool->context, item);
}

bool pool_add(struct pool_batch *batch, struct str text, int64_t key)
{
	batch->text[batch->n] = text;
	batch->key[batch->n++] = key;
	batch->bytes += text.n;
	return batch->n < POOL_TEXTS && batch->bytes < POOL_BYTES;
}

int pool_run(const struct pool *pool, struct par *par)
{
	size_t threads = par_threads(par), slots = par_slots(par);
	size_t d = encoder_dimension(pool->encoder);
	struct pool_batch *batch = mem_array(slots, sizeof *batch);
	struct encoder_room *room = mem_array(threads, sizeof *room);
	struct job job = { .pool = pool, .rooms = threads };
	struct par_map map = {
		.read = read_batch, .work = embed_batch, .write = write_batch,
		.item = batch, .item_size = sizeof *batch, .items = slots,
		.context = &job,
	};
	int rc;

	pthread_mutex_init(&job.lock, NULL);
	job.idle = mem_array(threads, sizeof *job.idle);
	for (size_t i = 0; i < threads; i++)
		job.idle[i] = &room[i];
	for (size_t i = 0; i < slots; i++)
		batch[i].vector = mem_array(POOL_TEXTS * d, sizeof(float));
	rc = par_map(par, &map);
	for (size_t i = 0; i < slots; i++) {
		arena_free(&batch[i].arena);
		free(batch[i].vector);
	}
	for (size_t i = 0; i < threads; i++)
		encoder_room_free(&room[i]);
	pthread_mutex_destroy(&job.lock);
	free(job.idle);
	free(batch);
	free(room);
	return rc;
}
