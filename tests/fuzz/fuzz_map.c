/* fuzz_map.c - what --map says: a line, then a value that it is used on */
#include <string.h>

#include "fuzz.h"
#include "ingest/mapping.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	size_t n = end ? (size_t)(end - data) : size;
	struct arena arena = { 0 };
	struct scan_error error;
	struct mapping mapping;
	struct value value;
	char *line;

	if (!size || memchr(data, '\0', n))
		return 0;
	line = arena_copy(&arena, (const char *)data, n);
	if (mapping_init(&mapping, line) == 0 && end &&
	    scan_value(&arena,
		       (struct str){ (const char *)end + 1, size - n - 1 },
		       &value, &error) == 0 &&
	    value.type == VALUE_OBJECT) {
		struct takings out = { .arena = &arena };

		schema_take(&mapping.schema, &value, NULL, &out);
		MUST(out.n == 1);
		MUST(out.at[0].why || out.at[0].pair.instruction.at);
		free(out.at);
	}
	mapping_free(&mapping);
	arena_free(&arena);
	return 0;
}
