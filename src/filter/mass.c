/* mass.c - rules measured on labelled pairs */
#include "filter/mass.h"

#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/rng.h"

enum { DRAWS = 1000, DRAWN_MOST = 20000 };

struct interval wilson(uint64_t k, uint64_t n)
{
	const double z = 1.959964;
	double p = n ? (double)k / (double)n : 0, m = (double)n;
	double middle, half;

	if (!n)
		return (struct interval){ NAN, 0, 1 };
	middle = (p + z * z / (2 * m)) / (1 + z * z / m);
	half = z / (1 + z * z / m) *
	       sqrt(p * (1 - p) / m + z * z / (4 * m * m));
	return (struct interval){ p, middle - half, middle + half };
}

/* -- area under the curve -- */

struct scored {
	double score;
	bool label;
};

static int by_score(const void *left, const void *right)
{
	const struct scored *a = left, *b = right;

	return a->score < b->score ? -1 : a->score > b->score;
}

/* at is sorted here. */
static double auc_sorted(struct scored *at, size_t n)
{
	double ranks = 0, yes = 0, no;

	qsort(at, n, sizeof *at, by_score);
	for (size_t i = 0, k; i < n; i = k) {
		double rank, of = 0;

		for (k = i; k < n && at[k].score == at[i].score; k++)
			of += at[k].label;
		rank = ((double)(i + 1) + (double)k) / 2;
		ranks += rank * of;
		yes += of;
	}
	no = (double)n - yes;
	return yes > 0 && no > 0 ? (ranks - yes * (yes + 1) / 2) / (yes * no)
				 : NAN;
}

double auc_of(const double *score, const bool *label, size_t n)
{
	struct scored *at = mem_array(n + 1, sizeof *at);
	double area;

	for (size_t i = 0; i < n; i++)
		at[i] = (struct scored){ score[i], label[i] };
	area = auc_sorted(at, n);
	free(at);
	return area;
}

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

/*
 * Percentiles of the area over draws with repetition; of large sets a draw is
 * smaller, and the interval shrunk by the root of the ratio.
 */
static struct interval auc_interval(const struct labelled *set, uint64_t seed)
{
	size_t n = set->n < DRAWN_MOST ? set->n : DRAWN_MOST, good = 0;
	double *area = mem_array(DRAWS, sizeof *area);
	struct scored *at = mem_array(n + 1, sizeof *at);
	double shrink = sqrt((double)n / (double)set->n);
	struct interval auc = { 0 };
	struct rng rng;

	auc.value = auc_of(set->score, set->label, set->n);
	rng_init(&rng, seed, "bootstrap");
	for (size_t d = 0; d < DRAWS; d++) {
		for (size_t i = 0; i < n; i++) {
			size_t k = rng_below(&rng, set->n);

			at[i] = (struct scored){ set->score[k],
						 set->label[k] };
		}
		area[good] = auc_sorted(at, n);
		good += !isnan(area[good]);
	}
	qsort(area, good, sizeof *area, by_value);
	if (good) {
		auc.low = auc.value +
			  (area[good * 25 / 1000] - auc.value) * shrink;
		auc.high = auc.value +
			   (area[good * 975 / 1000] - auc.value) * shrink;
	}
	free(area);
	free(at);
	return auc;
}

/* -- measuring -- */

static void add(struct verdicts *v, bool said, bool label)
{
	v->true_yes += said && label;
	v->false_yes += said && !label;
	v->true_no += !said && !label;
	v->false_no += !said && label;
}

void mass_measure(struct mass *mass, const struct labelled *set,
		  const struct ruleset *rules, uint64_t seed)
{
	size_t from = 0;

	*mass = (struct mass){
		.base = (double)set->positives / (double)set->n,
	};
	mass->rule = mem_array(rules->n + 1, sizeof *mass->rule);
	for (size_t i = 0; i < set->n; i++) {
		bool any = false;

		for (size_t h = from; h < set->end[i]; h++) {
			struct rule_mass *rule = &mass->rule[set->hit[h]];

			any |= !rules->rule[set->hit[h]].off;
			rule->yes += set->label[i];
			rule->no += !set->label[i];
		}
		add(&mass->any, any, set->label[i]);
		add(&mass->strong, set->score[i] >= 0.8, set->label[i]);
		from = set->end[i];
	}
	for (size_t r = 0; r < rules->n; r++) {
		struct rule_mass *rule = &mass->rule[r];

		rule->precision = wilson(rule->yes, rule->yes + rule->no);
		rule->lift = (struct interval){
			rule->precision.value / mass->base,
			rule->precision.low / mass->base,
			rule->precision.high / mass->base,
		};
	}
	mass->auc = auc_interval(set, seed);
}

void mass_free(struct mass *mass)
{
	free(mass->rule);
	*mass = (struct mass){ 0 };
}

/* -- reporting -- */

static double ratio(uint64_t a, uint64_t b)
{
	return b ? (double)a / (double)b : 0;
}

struct worth {
	double precision, recall, f1, mcc;
};

static struct worth worth_of(const struct verdicts *v)
{
	double tp = (double)v->true_yes, fp = (double)v->false_yes;
	double tn = (double)v->true_no, fn = (double)v->false_no;
	double root = sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));

	return (struct worth){
		.precision = ratio(v->true_yes, v->true_yes + v->false_yes),
		.recall = ratio(v->true_yes, v->true_yes + v->false_no),
		.f1 = ratio(2 * v->true_yes,
			    2 * v->true_yes + v->false_yes + v->false_no),
		.mcc = root > 0 ? (tp * tn - fp * fn) / root : 0,
	};
}

static void text_worth(const char *what, const struct verdicts *v,
		       struct buf *out)
{
	struct worth w = worth_of(v);

	buf_print(out,
		  "%-22s precision %.3f  recall %.3f  F1 %.3f  MCC %+.3f\n",
		  what, w.precision, w.recall, w.f1, w.mcc);
}

/* What saying yes to all gives, to hold the rest against. */
static struct verdicts flag_all(const struct labelled *set)
{
	return (struct verdicts){
		.true_yes = set->positives,
		.false_yes = set->n - set->positives,
	};
}

static const double *of_lift; /* qsort has no context */

static int by_lift(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	if (of_lift[a] != of_lift[b])
		return of_lift[a] > of_lift[b] ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* Rules that hit, the highest lift first. */
static uint32_t *order(const struct mass *mass, const struct ruleset *rules,
		       size_t *n)
{
	uint32_t *rule = mem_array(rules->n + 1, sizeof *rule);
	double *lift = mem_array(rules->n + 1, sizeof *lift);

	*n = 0;
	for (uint32_t r = 0; r < rules->n; r++) {
		lift[r] = mass->rule[r].lift.value;
		if (mass->rule[r].yes + mass->rule[r].no)
			rule[(*n)++] = r;
	}
	of_lift = lift;
	qsort(rule, *n, sizeof *rule, by_lift);
	free(lift);
	return rule;
}

void mass_text(const struct mass *mass, const struct labelled *set,
	       const struct ruleset *rules, struct buf *out)
{
	struct verdicts all = flag_all(set);
	size_t n;
	uint32_t *rule = order(mass, rules, &n);

	buf_print(out, "%zu pairs, %zu true (%.3f)\n", set->n, set->positives,
		  mass->base);
	buf_print(out, "%-34s %6s %6s  %-21s %-19s %8s\n", "rule", "true",
		  "false", "precision", "lift", "ms");
	for (size_t i = 0; i < n; i++) {
		const struct rule_mass *m = &mass->rule[rule[i]];

		buf_print(out,
			  "%-34s %6llu %6llu  %.3f [%.3f, %.3f]  %5.2f [%.2f, "
			  "%.2f] %8.1f%s\n",
			  rules->rule[rule[i]].id.at,
			  (unsigned long long)m->yes,
			  (unsigned long long)m->no, m->precision.value,
			  m->precision.low, m->precision.high, m->lift.value,
			  m->lift.low, m->lift.high,
			  set->seconds[rule[i]] * 1e3,
			  rules->rule[rule[i]].off ? " off" : "");
	}
	buf_print(out, "%zu of %zu rules hit nothing\n\n", rules->n - n,
		  rules->n);
	text_worth("flag every pair", &all, out);
	text_worth("some rule hits", &mass->any, out);
	text_worth("ambiguity >= 0.8", &mass->strong, out);
	buf_print(out, "ambiguity score: AUC %.3f [%.3f, %.3f]\n",
		  mass->auc.value, mass->auc.low, mass->auc.high);
	free(rule);
}

static void json_interval(struct json *json, const char *key,
			  struct interval i)
{
	json_key(json, key);
	json_open(json, '[');
	json_real(json, i.value);
	json_real(json, i.low);
	json_real(json, i.high);
	json_close(json, ']');
}

static void json_worth(struct json *json, const char *key,
		       const struct verdicts *v)
{
	struct worth w = worth_of(v);

	json_key(json, key);
	json_open(json, '{');
	json_key(json, "precision");
	json_real(json, w.precision);
	json_key(json, "recall");
	json_real(json, w.recall);
	json_key(json, "f1");
	json_real(json, w.f1);
	json_key(json, "mcc");
	json_real(json, w.mcc);
	json_close(json, '}');
}

void mass_json(const struct mass *mass, const struct labelled *set,
	       const struct ruleset *rules, struct buf *out)
{
	struct json json = { .out = out };
	struct verdicts all = flag_all(set);

	json_open(&json, '{');
	json_key(&json, "pairs");
	json_int(&json, (int64_t)set->n);
	json_key(&json, "true");
	json_int(&json, (int64_t)set->positives);
	json_key(&json, "base");
	json_real(&json, mass->base);
	json_key(&json, "rules");
	json_open(&json, '[');
	for (size_t r = 0; r < rules->n; r++) {
		const struct rule_mass *m = &mass->rule[r];

		json_open(&json, '{');
		json_key(&json, "rule");
		json_str(&json, rules->rule[r].id);
		json_key(&json, "category");
		json_str(&json, rules->rule[r].category);
		json_key(&json, "true");
		json_int(&json, (int64_t)m->yes);
		json_key(&json, "false");
		json_int(&json, (int64_t)m->no);
		json_interval(&json, "precision", m->precision);
		json_interval(&json, "lift", m->lift);
		json_key(&json, "seconds");
		json_real(&json, set->seconds[r]);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_worth(&json, "flag_all", &all);
	json_worth(&json, "any_rule", &mass->any);
	json_worth(&json, "strong", &mass->strong);
	json_interval(&json, "auc", mass->auc);
	json_close(&json, '}');
	buf_byte(out, '\n');
}
