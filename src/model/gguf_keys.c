/* gguf_keys.c - what a GGUF says about its model, key by key */
#include "model/gguf_keys.h"

#include <stdio.h>
#include <string.h>

void gguf_put_u32(struct buf *out, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		buf_byte(out, (char)(x >> (8 * i)));
}

void gguf_put_u64(struct buf *out, uint64_t x)
{
	gguf_put_u32(out, (uint32_t)x);
	gguf_put_u32(out, (uint32_t)(x >> 32));
}

void gguf_put_f32(struct buf *out, float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	gguf_put_u32(out, bits);
}

void gguf_put_string(struct buf *out, struct str text)
{
	gguf_put_u64(out, text.n);
	buf_str(out, text);
}

/* "%s.rest" is of the architecture. */
static void key(struct gguf_keys *k, const char *name, uint32_t type)
{
	char full[128];

	snprintf(full, sizeof full, name, k->arch);
	gguf_put_string(&k->out, str_of(full));
	gguf_put_u32(&k->out, type);
	k->n++;
}

void gguf_key_u32(struct gguf_keys *k, const char *name, uint32_t x)
{
	key(k, name, GGUF_U32);
	gguf_put_u32(&k->out, x);
}

void gguf_key_f32(struct gguf_keys *k, const char *name, double x)
{
	key(k, name, GGUF_F32_VALUE);
	gguf_put_f32(&k->out, (float)x);
}

void gguf_key_text(struct gguf_keys *k, const char *name, const char *text)
{
	key(k, name, GGUF_STRING);
	gguf_put_string(&k->out, str_of(text));
}

void gguf_key_no(struct gguf_keys *k, const char *name)
{
	key(k, name, GGUF_BOOL);
	buf_byte(&k->out, 0);
}

void gguf_key_array(struct gguf_keys *k, const char *name, uint32_t type,
		      uint64_t n)
{
	key(k, name, GGUF_ARRAY);
	gguf_put_u32(&k->out, type);
	gguf_put_u64(&k->out, n);
}
