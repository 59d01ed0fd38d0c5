/* checkpoint.c - committed pages go into the database beside the writing */
#include "db/checkpoint.h"

static void *run(void *context)
{
	struct checkpoint *c = context;

	pthread_mutex_lock(&c->lock);
	for (;;) {
		while (!c->wanted && !c->ended)
			pthread_cond_wait(&c->change, &c->lock);
		if (c->ended)
			break;
		c->wanted = false;
		pthread_mutex_unlock(&c->lock);
		sqlite3_wal_checkpoint_v2(c->sqlite, NULL,
					  SQLITE_CHECKPOINT_PASSIVE, NULL,
					  NULL);
		pthread_mutex_lock(&c->lock);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

int checkpoint_start(struct checkpoint *c, struct db *db)
{
	int rc = db_exec(db, "PRAGMA wal_autocheckpoint = 8192"); /* pages */

	*c = (struct checkpoint){ 0 };
	if (rc < 0)
		return rc;
	if (sqlite3_open_v2(db->path, &c->sqlite,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK)
		goto failed;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->change, NULL);
	if (pthread_create(&c->thread, NULL, run, c) == 0)
		return 0;
	pthread_cond_destroy(&c->change);
	pthread_mutex_destroy(&c->lock);
failed: /* the writer does it all, as without us */
	sqlite3_close(c->sqlite);
	c->sqlite = NULL;
	return db_exec(db, "PRAGMA wal_autocheckpoint = 1000");
}

void checkpoint_wake(struct checkpoint *c)
{
	if (!c->sqlite)
		return;
	pthread_mutex_lock(&c->lock);
	c->wanted = true;
	pthread_cond_signal(&c->change);
	pthread_mutex_unlock(&c->lock);
}

void checkpoint_stop(struct checkpoint *c)
{
	if (!c->sqlite)
		return;
	pthread_mutex_lock(&c->lock);
	c->ended = true;
	pthread_cond_signal(&c->change);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	pthread_cond_destroy(&c->change);
	pthread_mutex_destroy(&c->lock);
	sqlite3_close(c->sqlite);
	c->sqlite = NULL;
}
