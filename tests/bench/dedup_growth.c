/*
 * dedup_growth.c - short pairs, as many as wanted, fast
 *
 *     dedup_growth COUNT SEED >pairs.jsonl
 *
 * An instruction of 12 to 20 words and a response of 12 to 30, drawn from 50,000
 * made-up words, two of three from the commonest tenth.  8 % copy one of the
 * 65,536 records before, 8 % copy it but for one word in twenty.  The same bytes
 * each time.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { WORDS = 50000, RECENT = 1 << 16, LONGEST = 64 };

static char word[WORDS][12];
static uint16_t recent[RECENT][LONGEST]; /* length, split, words */
static uint64_t state;

static uint64_t draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

static uint16_t draw_word(void)
{
	return (uint16_t)draw(draw(3) ? WORDS / 10 : WORDS);
}

static void make_words(void)
{
	static const char *const first = "bdfgklmnprstvz";
	static const char *const second = "aeiou";

	for (int i = 0; i < WORDS; i++) {
		int n = 0;

		for (int left = i + 70; left; left /= 70) {
			word[i][n++] = first[left % 14];
			word[i][n++] = second[left / 14 % 5];
		}
	}
}

static void make_record(uint16_t *record)
{
	record[1] = (uint16_t)(12 + draw(9));
	record[0] = (uint16_t)(record[1] + 12 + draw(19));
	for (int i = 0; i < record[0]; i++)
		record[2 + i] = draw_word();
}

static void print_words(const uint16_t *at, int n)
{
	for (int i = 0; i < n; i++) {
		if (i)
			putchar_unlocked(' ');
		for (const char *c = word[at[i]]; *c; c++)
			putchar_unlocked(*c);
	}
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000;

	state = argc > 2 ? strtoull(argv[2], NULL, 10) * 2 + 1 : 3;
	make_words();
	for (uint64_t i = 0; i < count; i++) {
		uint16_t *record = recent[i % RECENT];
		uint64_t kind = draw(100), of = draw(RECENT);

		if (i < RECENT || kind >= 16 || of == i % RECENT) {
			make_record(record);
		} else {
			for (int w = 0; w < LONGEST; w++)
				record[w] = recent[of][w];
			for (int w = 0; kind < 8 && w < record[0]; w++)
				if (!draw(20))
					record[2 + w] = draw_word();
		}
		fputs("{\"instruction\":\"", stdout);
		print_words(record + 2, record[1]);
		fputs("\",\"output\":\"", stdout);
		print_words(record + 2 + record[1], record[0] - record[1]);
		fputs("\"}\n", stdout);
	}
	return 0;
}
