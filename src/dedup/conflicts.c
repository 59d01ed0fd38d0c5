/* conflicts.c - the stage `conflicts`: one question, answers that disagree */
#include "dedup/conflicts.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "dedup/earlier.h"
#include "dedup/meaning.h"

enum { MOST = 64 }; /* answers of a question that are compared */

void conflicts_free(struct conflicts *c)
{
	arena_free(&c->arena);
	map_free(&c->categories);
	vec_free(&c->question);
	vec_free(&c->member);
	vec_free(&c->phrasing);
}

double conflicts_consistency(const struct conflicts *c)
{
	return c->answers ? 1 - (double)c->hard_answers / (double)c->answers
			  : 1;
}

double conflicts_rate(const struct conflicts *c)
{
	return c->pairs ? 1000.0 * (double)c->hard / (double)c->pairs : 0;
}

/* -- one question -- */

struct looking {
	struct conflicts *conflicts;
	struct db *db;
	struct pair_batch batch;
	struct shingler shingler;
	struct arena scratch;
	struct answer answer[MOST];
	uint64_t form[MOST];   /* of the instructions */
	uint64_t record[MOST]; /* that the pair and its question come from */
	size_t n;
	bool open, sum;
};

static int take_member(struct looking *l, struct question *question,
		       int64_t id)
{
	struct conflicts *c = l->conflicts;
	struct shingle_form form;
	const struct pair *pair;
	int rc = pair_get(l->db, id, &l->batch);

	if (rc < 0)
		return rc;
	pair = &l->batch.pair[0];
	if (!l->n) {
		struct phrasing fresh = { .questions = 0 };
		uint32_t number = map_add(&c->categories, pair->category);

		question->instruction = arena_str(&c->arena,
						  pair->instruction);
		question->input = arena_str(&c->arena, pair->input);
		l->open = answer_is_open(pair->category);
		l->sum = str_is(pair->category, "maths");
		if (number == c->phrasing.n) {
			fresh.category = map_key(&c->categories, number);
			vec_push(&c->phrasing, fresh);
		}
		c->phrasing.at[number].questions++;
	}
	shingler_read(&l->shingler, pair->instruction, &form);
	l->form[l->n] = form.equal;
	l->record[l->n] = hash64(pair->instruction.at, pair->instruction.n,
				 hash_mix((uint64_t)pair->source_id << 40 ^
					  (uint64_t)pair->byte));
	answer_read(&l->answer[l->n], &l->shingler, &l->scratch,
		    pair->response);
	vec_push(&c->member,
		 ((struct question_member){
			 .id = id,
			 .response = arena_str(&c->arena, pair->response),
			 .group = (uint32_t)l->n,
		 }));
	l->n++;
	return 0;
}

static void count_forms(struct looking *l, struct str category)
{
	uint32_t number = map_add(&l->conflicts->categories, category);
	uint64_t forms = 0;

	for (size_t i = 0; i < l->n; i++) {
		size_t j = 0;

		while (l->form[j] != l->form[i])
			j++;
		forms += j == i;
	}
	l->conflicts->phrasing.at[number].forms += forms;
}

static bool graver(enum conflict a, enum conflict b)
{
	return a != CONFLICT_NONE && (b == CONFLICT_NONE || a < b);
}

/*
 * Compare all answers with each other; agreeing ones share a group.  Several
 * answers to the question of one record are alternatives that its author wants.
 */
static void compare_answers(struct looking *l, struct question *question)
{
	struct conflicts *c = l->conflicts;
	struct question_member *member = c->member.at + question->first;

	for (size_t i = 1; i < l->n; i++)
		for (size_t j = 0; j < i; j++) {
			enum conflict kind = CONFLICT_NONE;

			if (l->record[i] != l->record[j])
				kind = answer_compare(&l->answer[i],
						      &l->answer[j], l->sum);
			c->answers++;
			c->hard_answers += kind != CONFLICT_NONE &&
					   kind != CONFLICT_SOFT;
			if (graver(kind, question->kind))
				question->kind = kind;
			if (kind == CONFLICT_NONE && member[i].group == i)
				member[i].group = member[j].group;
		}
}

/* An answer that fewer give than another one is in the minority. */
static void find_minority(struct looking *l, struct question_member *member)
{
	size_t size[MOST] = { 0 }, most = 0;

	for (size_t i = 0; i < l->n; i++)
		if (++size[member[i].group] > most)
			most = size[member[i].group];
	for (size_t i = 0; i < l->n; i++)
		member[i].minority = size[member[i].group] < most;
}

static int look_at(struct looking *l, const int64_t *id, size_t n)
{
	struct conflicts *c = l->conflicts;
	struct question question = { .first = c->member.n };
	struct str category;
	int rc = 0;

	l->n = 0;
	arena_reset(&l->scratch);
	for (size_t i = 0; rc == 0 && i < n && i < MOST; i++)
		rc = take_member(l, &question, id[i]);
	if (rc < 0)
		return rc;
	category = l->batch.pair[0].category;
	c->questions++;
	count_forms(l, category);
	if (!l->open)
		compare_answers(l, &question);
	if (question.kind == CONFLICT_NONE) {
		c->member.n = question.first;
		return 0;
	}
	question.n = l->n;
	find_minority(l, c->member.at + question.first);
	if (question.kind == CONFLICT_SOFT)
		c->soft++;
	else
		c->hard++;
	vec_push(&c->question, question);
	return 0;
}

/* -- all questions -- */

struct place {
	uint32_t keeper, member;
};

static int by_keeper(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->keeper != b->keeper)
		return a->keeper < b->keeper ? -1 : 1;
	return a->member < b->member ? -1 : a->member > b->member;
}

static int by_gravity(const void *left, const void *right)
{
	const struct question *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return a->first < b->first ? -1 : a->first > b->first;
}

/* keeper (members): the first pair of the question that each asks. */
static int look_at_all(struct looking *l, const struct members *members,
		       const uint32_t *keeper)
{
	struct place *place = mem_try(members->n + 1, sizeof *place);
	int64_t *id = mem_try(members->n + 1, sizeof *id);
	size_t n = 0;
	int rc = place && id ? 0 : ERR_NOMEM;

	for (uint32_t m = 0; rc == 0 && m < members->n; m++)
		place[m] = (struct place){ keeper[m], m };
	if (rc == 0)
		qsort(place, members->n, sizeof *place, by_keeper);
	for (size_t i = 0; rc == 0 && i < members->n; i += n) {
		for (n = 0; i + n < members->n &&
			    place[i + n].keeper == place[i].keeper;
		     n++)
			id[n] = members->at[place[i + n].member].id;
		if (n > 1)
			rc = look_at(l, id, n);
	}
	free(place);
	free(id);
	return rc;
}

/* -- who asks the same -- */

struct asking {
	const struct meaning *meaning;
	double cosine;
	uint32_t *keeper; /* (members) */
};

/* A pair asks what the first one asks that is alike enough. */
static int asks_same(void *context, uint32_t a, uint32_t b)
{
	struct asking *asking = context;
	uint32_t *keeper = asking->keeper;

	if (keeper[a] == a && keeper[b] == b &&
	    meaning_cosine(asking->meaning, a, b) >= asking->cosine)
		keeper[b] = a;
	return 0;
}

static int find_by_vectors(struct looking *l, struct par *par,
			   const struct conflicts_options *options)
{
	const struct match_rule rule = { .on = MATCH_ASKED, .n = 1 };
	struct members members = { 0 };
	struct meaning meaning;
	struct asking asking = { &meaning, options->semantic, NULL };
	int rc = meaning_read(&meaning, l->db, options->model,
			      STAGE_CONFLICTS);

	members_init(&members, l->db, STAGE_CONFLICTS, &rule, 0);
	if (rc < 0 || (rc = members_read(&members, par, 0)) < 0)
		goto done;
	asking.keeper = mem_try(members.n + 1, sizeof *asking.keeper);
	if (!asking.keeper) {
		rc = ERR_NOMEM;
		goto done;
	}
	for (uint32_t m = 0; m < members.n; m++)
		asking.keeper[m] = m;
	if ((rc = meaning_compare(&meaning, &members, options->semantic, par,
				  asks_same, &asking)) == 0)
		rc = look_at_all(l, &members, asking.keeper);
	l->conflicts->pairs = members.n;
done:
	free(asking.keeper);
	members_free(&members);
	meaning_free(&meaning);
	return rc;
}

static int find_by_text(struct looking *l, struct par *par, uint64_t seed,
			const struct conflicts_options *options)
{
	const struct dedup_options how = {
		.method = DEDUP_MINHASH,
		.rule = {
			.threshold = options->threshold,
			.on = MATCH_QUESTION,
			.n = 3,
			.numbers = true,
		},
		.memory = options->memory,
		.name = options->name,
	};
	struct earlier none = { .db = l->db };
	struct members members = { 0 };
	struct family family = { 0 };
	int rc;

	members_init(&members, l->db, STAGE_CONFLICTS, &how.rule,
		     options->memory / 2);
	if ((rc = members_read(&members, par, 0)) == 0 &&
	    (rc = dedup_find(&family, &members, par, &how, &none, seed)) == 0)
		rc = look_at_all(l, &members, family.keeper);
	l->conflicts->pairs = members.n;
	family_free(&family);
	members_free(&members);
	return rc;
}

int conflicts_find(struct conflicts *conflicts, struct db *db,
		   struct par *par, struct run *run,
		   const struct conflicts_options *options)
{
	struct looking *l = mem_alloc(sizeof *l);
	int rc;

	*conflicts = (struct conflicts){ 0 };
	l->conflicts = conflicts;
	l->db = db;
	l->shingler.n = 1;
	rc = options->semantic > 0
		     ? find_by_vectors(l, par, options)
		     : find_by_text(l, par, run->seed, options);
	if (rc == 0 && conflicts->question.n)
		qsort(conflicts->question.at, conflicts->question.n,
		      sizeof *conflicts->question.at, by_gravity);
	pair_batch_free(&l->batch);
	shingler_free(&l->shingler);
	arena_free(&l->scratch);
	free(l);
	return rc;
}

/* -- findings and decisions -- */

/* The first that gives another answer. */
static int64_t opposed(const struct question_member *member, size_t n, size_t i)
{
	for (size_t j = 0; j < n; j++)
		if (member[j].group != member[i].group)
			return member[j].id;
	return member[i ? 0 : 1].id;
}

static int find(struct conflicts *c, struct stage *stage,
		const struct question *question)
{
	const struct question_member *member = c->member.at + question->first;
	struct buf rule = { 0 };
	int rc = 0;

	buf_print(&rule, "conflict.%s", conflict_name(question->kind));
	for (size_t i = 0; rc == 0 && i < question->n; i++) {
		struct finding finding = {
			.pair_id = member[i].id,
			.rule = buf_view(&rule),
			.category = STR("conflict"),
			.field = STR("response"),
			.other_id = opposed(member, question->n, i),
		};

		rc = stage_find(stage, &finding);
	}
	buf_free(&rule);
	return rc;
}

static int decide(struct conflicts *c, struct stage *stage,
		  const struct question *question,
		  const struct conflicts_options *options)
{
	const struct question_member *member = c->member.at + question->first;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < question->n; i++) {
		struct decision decision = {
			.pair_id = member[i].id,
			.reason = STR("conflicting answer"),
			.other_id = opposed(member, question->n, i),
			.value = NAN,
			.threshold = NAN,
		};

		if (options->drop == DROP_MINORITY && !member[i].minority)
			continue;
		c->dropped++;
		rc = stage_decide(stage, &decision);
	}
	return rc;
}

int conflicts_record(struct conflicts *c, struct db *db, struct run *run,
		     const struct conflicts_options *options)
{
	struct stage_spec spec = {
		options->name, "conflicts", STAGE_CONFLICTS, "[]",
		options->replace,
	};
	struct buf json = { 0 };
	struct stage stage;
	int rc = stage_open(&stage, db, &spec, run);

	if (rc < 0)
		return rc;
	for (size_t q = 0; rc == 0 && q < c->question.n; q++) {
		const struct question *question = &c->question.at[q];

		rc = find(c, &stage, question);
		if (rc == 0 && options->drop &&
		    question->kind != CONFLICT_SOFT)
			rc = decide(c, &stage, question, options);
	}
	conflicts_json(c, 0, run_seconds(run), &json);
	rc = stage_close(&stage, rc, buf_view(&json));
	buf_free(&json);
	return rc;
}

/* -- as JSON -- */

static void question_json(const struct conflicts *c,
			  const struct question *question, struct json *json)
{
	json_open(json, '{');
	json_key(json, "kind");
	json_text(json, conflict_name(question->kind));
	json_key(json, "instruction");
	json_str(json, question->instruction);
	if (question->input.n) {
		json_key(json, "input");
		json_str(json, question->input);
	}
	json_key(json, "answers");
	json_open(json, '[');
	for (size_t i = 0; i < question->n; i++) {
		const struct question_member *member =
			&c->member.at[question->first + i];

		json_open(json, '{');
		json_key_int(json, "id", (int64_t)member->id);
		json_key_int(json, "group", member->group);
		json_key(json, "response");
		json_str(json, member->response);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}

void conflicts_json(const struct conflicts *c, size_t limit, double seconds,
		    struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key_int(&json, "pairs", c->pairs);
	json_key_int(&json, "questions", c->questions);
	json_key_int(&json, "hard", c->hard);
	json_key_int(&json, "soft", c->soft);
	json_key_int(&json, "dropped", c->dropped);
	json_key(&json, "consistency");
	json_real(&json, conflicts_consistency(c));
	json_key(&json, "rate");
	json_real(&json, conflicts_rate(c));
	json_key(&json, "phrasings");
	json_open(&json, '{');
	for (size_t i = 0; i < c->phrasing.n; i++) {
		struct buf name = { 0 };

		buf_str(&name, c->phrasing.at[i].category);
		json_key(&json, name.n ? name.at : "");
		json_real(&json, (double)c->phrasing.at[i].forms /
					 (double)c->phrasing.at[i].questions);
		buf_free(&name);
	}
	json_close(&json, '}');
	if (limit) {
		json_key(&json, "conflicts");
		json_open(&json, '[');
		for (size_t i = 0; i < c->question.n && i < limit; i++)
			question_json(c, &c->question.at[i], &json);
		json_close(&json, ']');
	}
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
}
