/* review_text.h - style and script of the review, made from review.css and
   review.js */
#ifndef SERVE_REVIEW_TEXT_H
#define SERVE_REVIEW_TEXT_H

extern const char review_css[], review_js[];

#endif
