/*
 * cpu.h - what this processor can do, asked once
 *
 * Fast loops exist in up to three versions.  Each module picks the best one
 * that the processor runs, by cpu_isa(); ITDATA_ISA=scalar, avx2 or avx512 in
 * the environment asks for a lesser one, to test or to compare.  It cannot ask
 * for more than there is.
 *
 * Threads    any; the answer never changes while the program runs
 */
#ifndef BASE_CPU_H
#define BASE_CPU_H

#include <stdbool.h>

enum isa {
	ISA_SCALAR,
	ISA_AVX2,   /* with FMA */
	ISA_AVX512, /* F, BW, DQ and VL */
};

enum isa cpu_isa(void);
const char *cpu_isa_name(enum isa isa);

/* Dot products of bytes in one instruction; false below ISA_AVX512. */
bool cpu_has_vnni(void);

#endif
