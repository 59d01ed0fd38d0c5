/* cpu.c - what this processor can do, asked once */
#include "base/cpu.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static enum isa isa;
static bool vnni;

static const char *const names[] = {
	[ISA_SCALAR] = "scalar",
	[ISA_AVX2] = "avx2",
	[ISA_AVX512] = "avx512",
};

static void detect(void)
{
#if defined __x86_64__
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		isa = ISA_AVX2;
	if (isa == ISA_AVX2 && __builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512vl"))
		isa = ISA_AVX512;
	vnni = __builtin_cpu_supports("avx512vnni");
#endif
}

static void ask(void)
{
	const char *forced = getenv("ITDATA_ISA");

	detect();
	for (int i = 0; forced && i < (int)isa; i++)
		if (strcmp(forced, names[i]) == 0)
			isa = (enum isa)i;
	vnni = vnni && isa == ISA_AVX512;
}

enum isa cpu_isa(void)
{
	pthread_once(&once, ask);
	return isa;
}

const char *cpu_isa_name(enum isa which)
{
	return names[which];
}

bool cpu_has_vnni(void)
{
	pthread_once(&once, ask);
	return vnni;
}
