/*
 * attend.h - attention of texts packed side by side, forward only
 *
 *     out = softmax(q k' / sqrt(D)) v
 *
 * head by head and text by text: tokens of a text see all of it and nothing
 * else, so a text's rows do not depend on the texts beside it, to the bit
 * (packed.h).  Training uses attention.h, which keeps what the backward needs.
 *
 *     struct attend_room room = { 0 };
 *     attend_room_init(&room, longest, D);
 *     attend(&room, H, D, texts, end, qkv, out);
 *     attend_room_free(&room);
 *
 * Shapes     qkv (T, 3 H D): queries, keys, values; out (T, H D); end (texts)
 *            where each ends, of T tokens
 * Ownership  the room owns its arrays; `longest` tokens of a text fit
 * Threads    a room for each
 */
#ifndef NN_ATTEND_H
#define NN_ATTEND_H

#include <stddef.h>
#include <stdint.h>

struct attend_room {
	uint32_t *from, *to;
	float *scores, *panels;
};

void attend_room_init(struct attend_room *room, size_t longest, size_t d);
void attend_room_free(struct attend_room *room);

void attend(struct attend_room *room, size_t heads, size_t d, size_t texts,
	    const size_t *end, const float *qkv, float *out);

#endif
