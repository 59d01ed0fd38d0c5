/* attend.c - attention of texts packed side by side, forward only */
#include "nn/attend.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "nn/kernel.h"
#include "nn/packed.h"

static size_t whole(size_t n)
{
	return (n + PANEL - 1) / PANEL * PANEL;
}

void attend_room_init(struct attend_room *room, size_t longest, size_t d)
{
	size_t n = whole(longest);

	room->from = mem_array(n, sizeof *room->from);
	room->to = mem_array(n, sizeof *room->to);
	room->scores = mem_array(n * n, sizeof(float));
	room->panels = mem_array(n * whole(d), sizeof(float));
}

void attend_room_free(struct attend_room *room)
{
	free(room->from);
	free(room->to);
	free(room->scores);
	free(room->panels);
	*room = (struct attend_room){ 0 };
}

/* One head of one text of n tokens; c numbers a row of all heads. */
static void attend_head(struct attend_room *room, size_t n, size_t d, size_t c,
			const float *q, float *out)
{
	size_t wide = whole(n), ld = 3 * c;

	/* The panels' zeros give columns that the softmax leaves out. */
	pack_nt(n, d, q + c, ld, room->panels);
	packed_gemm(n, wide, d, q, ld, room->panels, NULL, room->scores, wide);
	kernel()->softmax(room->scores, n, wide, room->from, room->to, 0, n,
			  (float)(1 / sqrt((double)d)));
	pack_nn(d, n, q + 2 * c, ld, room->panels);
	packed_gemm(n, d, n, room->scores, wide, room->panels, NULL, out, c);
}

void attend(struct attend_room *room, size_t heads, size_t d, size_t texts,
	    const size_t *end, const float *qkv, float *out)
{
	size_t c = heads * d, start = 0;

	for (size_t t = 0; t < texts; start = end[t++]) {
		size_t n = end[t] - start;

		for (size_t i = 0; i < n; i++)
			room->to[i] = (uint32_t)n;
		for (size_t h = 0; h < heads; h++)
			attend_head(room, n, d, c,
				    qkv + start * 3 * c + h * d,
				    out + start * c + h * d);
	}
}
