/* fault.c - make the n-th allocation or write fail, for tests */
#include "base/fault.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static enum fault wanted;
static long long nth; /* 0: no fault is wanted */
static atomic_llong seen;

void fault_init(void)
{
	static const char *const name[] = { "malloc:", "write:", "kill:" };
	const char *spec = getenv("ITDATA_FAULT");

	for (int i = 0; spec && i < 3; i++) {
		size_t n = strlen(name[i]);

		if (strncmp(spec, name[i], n) == 0) {
			wanted = (enum fault)i;
			nth = strtoll(spec + n, NULL, 10);
		}
	}
}

bool fault_hit(enum fault kind)
{
	return nth && kind == wanted && atomic_fetch_add(&seen, 1) + 1 == nth;
}

void fault_point(void)
{
	if (fault_hit(FAULT_KILL))
		raise(SIGKILL);
}
