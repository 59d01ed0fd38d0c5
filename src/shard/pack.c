/* pack.c - how shards are packed: not at all, gzip or zstd */
#include "shard/pack.h"

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "base/err.h"
#include "base/mem.h"

enum { GZIP_LEVEL = 6, ZSTD_LEVEL = 3, GZIP_HEADER = 16 };

const char *pack_name(enum pack pack)
{
	static const char *const name[] = { "none", "gzip", "zstd" };

	return name[pack];
}

const char *pack_suffix(enum pack pack)
{
	static const char *const suffix[] = { "", ".gz", ".zst" };

	return suffix[pack];
}

static int add_gzip(struct packer *packer, struct str block, struct buf *out)
{
	z_stream *z = packer->context;

	if (!z) {
		z = packer->context = mem_alloc(sizeof *z);
		if (deflateInit2(z, GZIP_LEVEL, Z_DEFLATED,
				 MAX_WBITS + GZIP_HEADER, 8,
				 Z_DEFAULT_STRATEGY) != Z_OK) {
			free(z);
			packer->context = NULL;
			return err_set(ERR_NOMEM, "no memory for gzip");
		}
	}
	deflateReset(z);
	buf_room(out, deflateBound(z, block.n));
	z->next_in = (Bytef *)block.at;
	z->avail_in = (uInt)block.n;
	z->next_out = (Bytef *)out->at + out->n;
	z->avail_out = (uInt)(out->room - out->n);
	if (deflate(z, Z_FINISH) != Z_STREAM_END)
		return err_set(ERR_NOMEM, "gzip: %s", z->msg ? z->msg : "?");
	out->n += z->total_out;
	return 0;
}

static int add_zstd(struct packer *packer, struct str block, struct buf *out)
{
	size_t n;

	if (!packer->context) {
		packer->context = ZSTD_createCCtx();
		if (!packer->context)
			return err_set(ERR_NOMEM, "no memory for zstd");
		ZSTD_CCtx_setParameter(packer->context,
				       ZSTD_c_compressionLevel, ZSTD_LEVEL);
		ZSTD_CCtx_setParameter(packer->context, ZSTD_c_checksumFlag,
				       1);
	}
	buf_room(out, ZSTD_compressBound(block.n));
	n = ZSTD_compress2(packer->context, out->at + out->n,
			   out->room - out->n, block.at, block.n);
	if (ZSTD_isError(n))
		return err_set(ERR_NOMEM, "zstd: %s", ZSTD_getErrorName(n));
	out->n += n;
	return 0;
}

int packer_add(struct packer *packer, struct str block, struct buf *out)
{
	if (!block.n)
		return 0;
	switch (packer->pack) {
	case PACK_NONE:
		buf_str(out, block);
		return 0;
	case PACK_GZIP:
		return add_gzip(packer, block, out);
	case PACK_ZSTD:
		return add_zstd(packer, block, out);
	}
	return 0;
}

void packer_free(struct packer *packer)
{
	if (packer->context && packer->pack == PACK_GZIP) {
		deflateEnd(packer->context);
		free(packer->context);
	}
	if (packer->context && packer->pack == PACK_ZSTD)
		ZSTD_freeCCtx(packer->context);
	packer->context = NULL;
}
