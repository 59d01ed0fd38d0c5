/* explain.c - a finding in words, beyond the name of its rule */
#define _GNU_SOURCE /* memrchr */
#include "filter/explain.h"

#include "text/utf8.h"

/* "constraint.words": the kind behind the last dot, or ASK_KINDS. */
static enum constraint_kind kind_of(struct str rule)
{
	const char *dot = memrchr(rule.at, '.', rule.n);
	struct str name = { dot ? dot + 1 : rule.at, 0 };
	int kind = 0;

	name.n = (size_t)(rule.at + rule.n - name.at);
	while (kind < ASK_KINDS && !str_is(name, constraint_name[kind]))
		kind++;
	return (enum constraint_kind)kind;
}

/* The instruction of a finding, and the only answer that follows it. */
static bool exchange(const struct pair *pair, uint32_t turn,
		     struct str *instruction, struct str *answer)
{
	size_t answers = 0;

	if (!pair->messages) {
		*instruction = pair->instruction;
		*answer = pair->response;
		return answer->at != NULL;
	}
	if (turn >= pair->messages)
		return false;
	*instruction = pair->message[turn].content;
	for (size_t i = turn + 1; i < pair->messages; i++) {
		if (str_is(pair->message[i].role, "user"))
			break;
		if (!str_is(pair->message[i].role, "assistant"))
			continue;
		*answer = pair->message[i].content;
		answers++;
	}
	return answers == 1;
}

static bool make_ready(struct explainer *explainer)
{
	if (explainer->ready)
		return true;
	if (constraints_init(&explainer->constraints) < 0)
		return false;
	pattern_room_init(&explainer->room);
	explainer->ready = true;
	return true;
}

void explain_finding(struct explainer *explainer, const struct pair *pair,
		     struct str rule, uint32_t turn, uint64_t start,
		     struct buf *out)
{
	enum constraint_kind kind = kind_of(rule);
	struct constraint found[CONSTRAINTS];
	struct str instruction, answer;
	size_t n;

	if (kind == ASK_KINDS ||
	    !exchange(pair, turn, &instruction, &answer) ||
	    !make_ready(explainer))
		return;
	n = constraints_read(&explainer->constraints, &explainer->room,
			     instruction, found);
	for (size_t i = 0; i < n; i++)
		if (found[i].kind == kind &&
		    utf8_count(instruction.at, found[i].span.start) == start) {
			constraint_explain(&found[i], answer, out);
			return;
		}
}

void explainer_free(struct explainer *explainer)
{
	if (!explainer->ready)
		return;
	constraints_free(&explainer->constraints);
	pattern_room_free(&explainer->room);
	*explainer = (struct explainer){ 0 };
}
