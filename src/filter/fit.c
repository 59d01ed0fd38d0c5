/* fit.c - weights for `action score`, learned from labels */
#include "filter/fit.h"

#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"

enum { FOLDS = 5, ROUNDS = 200 };

static const double RIDGE = 1.0, ENOUGH = 1e-6;

/* The columns of the design: for each rule, the pairs that it hits. */
struct design {
	const struct labelled *set;
	size_t rules;
	size_t *start;  /* (rules + 1) */
	uint32_t *pair; /* (hits) */
	bool *learns;   /* (rules) */
	double *margin; /* (n) bias + sum of weights */
	double *weight; /* (rules) */
	double bias;
};

static void design_init(struct design *d, const struct labelled *set,
			const struct ruleset *rules)
{
	size_t *next, from = 0;

	*d = (struct design){ .set = set, .rules = rules->n };
	d->start = mem_array(rules->n + 2, sizeof *d->start);
	d->pair = mem_array(set->hits + 1, sizeof *d->pair);
	d->learns = mem_array(rules->n + 1, sizeof *d->learns);
	d->margin = mem_array(set->n + 1, sizeof *d->margin);
	d->weight = mem_array(rules->n + 1, sizeof *d->weight);
	next = mem_array(rules->n + 2, sizeof *next);
	for (size_t h = 0; h < set->hits; h++)
		d->start[set->hit[h] + 1]++;
	for (size_t r = 0; r < rules->n; r++) {
		d->start[r + 1] += d->start[r];
		next[r] = d->start[r];
		d->learns[r] = rules->rule[r].action == ACTION_SCORE;
	}
	for (size_t i = 0; i < set->n; i++)
		for (; from < set->end[i]; from++)
			d->pair[next[set->hit[from]]++] = (uint32_t)i;
	free(next);
}

static void design_free(struct design *d)
{
	free(d->start);
	free(d->pair);
	free(d->learns);
	free(d->margin);
	free(d->weight);
}

static double logistic(double x)
{
	return 1 / (1 + exp(-x));
}

static bool held_out(size_t i, int fold)
{
	return fold >= 0 && i % FOLDS == (size_t)fold;
}

/* One Newton step on a weight; returns how far it moved. */
static double step_weight(struct design *d, size_t r, int fold)
{
	double slope = RIDGE * d->weight[r], curve = RIDGE, old = d->weight[r];

	for (size_t k = d->start[r]; k < d->start[r + 1]; k++) {
		size_t i = d->pair[k];
		double p;

		if (held_out(i, fold))
			continue;
		p = logistic(d->margin[i]);
		slope += p - d->set->label[i];
		curve += p * (1 - p);
	}
	d->weight[r] = fmax(0, old - slope / curve);
	for (size_t k = d->start[r]; k < d->start[r + 1]; k++)
		d->margin[d->pair[k]] += d->weight[r] - old;
	return fabs(d->weight[r] - old);
}

static double step_bias(struct design *d, int fold)
{
	double slope = 0, curve = 1e-9, move;

	for (size_t i = 0; i < d->set->n; i++) {
		double p = logistic(d->margin[i]);

		if (held_out(i, fold))
			continue;
		slope += p - d->set->label[i];
		curve += p * (1 - p);
	}
	move = fmax(-1, fmin(1, slope / curve));
	d->bias -= move;
	for (size_t i = 0; i < d->set->n; i++)
		d->margin[i] -= move;
	return fabs(move);
}

static void learn(struct design *d, int fold)
{
	double moved = 1;

	memset(d->weight, 0, d->rules * sizeof *d->weight);
	memset(d->margin, 0, d->set->n * sizeof *d->margin);
	d->bias = 0;
	for (int round = 0; round < ROUNDS && moved > ENOUGH; round++) {
		moved = step_bias(d, fold);
		for (size_t r = 0; r < d->rules; r++)
			if (d->learns[r] && d->start[r + 1] > d->start[r])
				moved = fmax(moved, step_weight(d, r, fold));
	}
}

void fit_learn(struct fit *fit, const struct labelled *set,
	       const struct ruleset *rules)
{
	double *score = mem_array(set->n + 1, sizeof *score);
	struct design d;

	*fit = (struct fit){
		.before = auc_of(set->score, set->label, set->n),
	};
	fit->score = mem_array(rules->n + 1, sizeof *fit->score);
	design_init(&d, set, rules);
	for (int fold = 0; fold < FOLDS; fold++) {
		learn(&d, fold);
		for (size_t i = (size_t)fold; i < set->n; i += FOLDS)
			score[i] = d.margin[i] - d.bias;
	}
	fit->held_out = auc_of(score, set->label, set->n);
	learn(&d, -1);
	for (size_t r = 0; r < rules->n; r++)
		fit->score[r] = 1 - exp(-d.weight[r]);
	design_free(&d);
	free(score);
}

void fit_text(const struct fit *fit, const struct ruleset *rules,
	      struct buf *out)
{
	for (size_t r = 0; r < rules->n; r++) {
		const struct rule *rule = &rules->rule[r];

		if (rule->action != ACTION_SCORE)
			continue;
		buf_print(out, "%-34s %.2f -> ", rule->id.at, rule->weight);
		if (fit->score[r] >= 0.005)
			buf_print(out, "action score %.2f\n", fit->score[r]);
		else
			buf_text(out, "of no use here\n");
	}
	buf_print(out, "AUC %.3f with the weights as they are, %.3f fitted "
		       "(on pairs left out)\n",
		  fit->before, fit->held_out);
}

void fit_json(const struct fit *fit, const struct ruleset *rules,
	      struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "auc_before");
	json_real(&json, fit->before);
	json_key(&json, "auc_held_out");
	json_real(&json, fit->held_out);
	json_key(&json, "scores");
	json_open(&json, '{');
	for (size_t r = 0; r < rules->n; r++)
		if (rules->rule[r].action == ACTION_SCORE) {
			json_key(&json, rules->rule[r].id.at);
			json_real(&json, fit->score[r]);
		}
	json_close(&json, '}');
	json_close(&json, '}');
	buf_byte(out, '\n');
}

void fit_free(struct fit *fit)
{
	free(fit->score);
	*fit = (struct fit){ 0 };
}
