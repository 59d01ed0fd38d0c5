/*
 * cld2.h - the language of a text in letters that many languages share
 *
 * Compact Language Detector 2 scores groups of four letters.  It is built in
 * with ./configure --with-cld2; without it this knows nothing.
 *
 * Threads    pure functions of constant tables
 * Speed      about 20 us for 500 bytes: only for what script and function words
 *            do not tell (lang.h)
 * Source     CLD2, Debian's libcld2 of 2015
 */
#ifndef TEXT_CLD2_H
#define TEXT_CLD2_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ISO 639 code of n bytes of UTF-8, or NULL: it is not sure. */
const char *cld2_language(const char *text, size_t n);

#ifdef __cplusplus
}
#endif

#endif
