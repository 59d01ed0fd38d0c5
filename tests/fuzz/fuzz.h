/*
 * fuzz.h - one function a target, called with any bytes
 *
 * With clang, tests/fuzz/fuzz.sh links a target to libFuzzer.  Without it,
 * driver.c calls the target with each file of its corpus (`make check`).
 * A target aborts when a promise does not hold.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As assert(), but always there. */
#define MUST(condition)          \
	do {                     \
		if (!(condition)) \
			abort(); \
	} while (0)

#endif
