/* driver.c - a target called with files, for where there is no libFuzzer */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "fuzz.h"

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct buf buf = { 0 };
		char *copy;

		if (file_load(argv[i], 1 << 24, &buf) < 0) {
			fprintf(stderr, "%s\n", err_text());
			return 1;
		}
		/* exactly its size, so that reading beyond it is seen */
		copy = mem_copy(buf.at ? buf.at : "", buf.n);
		copy = realloc(copy, buf.n ? buf.n : 1);
		LLVMFuzzerTestOneInput((const uint8_t *)copy, buf.n);
		free(copy);
		buf_free(&buf);
	}
	printf("%d files\n", argc - 1);
	return 0;
}
