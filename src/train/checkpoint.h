/*
 * checkpoint.h - a run that was killed goes on as if it had not been
 *
 * FOLDER/checkpoint.safetensors holds what the optimiser moves (the weights,
 * or the factors of LoRA), its two moments, and the counters as metadata.  It
 * appears whole or not at all, so after a crash or on a full disk the one
 * before it is still there.
 *
 * Errors     ERR_IO; ERR_FORMAT: of another run: other options, data or model
 */
#ifndef TRAIN_CHECKPOINT_H
#define TRAIN_CHECKPOINT_H

#include "train/trainer.h"

/* What a run knows beside the weights; plain numbers, kept exactly. */
struct train_state {
	uint64_t step, tokens, pairs;
	uint64_t best, worse; /* best step; validations since */
	double best_loss, last_loss;
	double tail; /* sum of losses of the last twentieth */
};

int checkpoint_save(const struct trainer *trainer,
		    const struct train_state *state, const char *folder);

/* 1 loaded, 0 there is none. */
int checkpoint_load(struct trainer *trainer, struct train_state *state,
		    const char *folder);

/* The best weights so far, beside it. */
int checkpoint_save_best(const struct trainer *trainer, const char *folder);
int checkpoint_load_best(struct trainer *trainer, const char *folder);
void checkpoint_remove(const char *folder);

#endif
