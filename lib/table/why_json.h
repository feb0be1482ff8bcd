/* why_json - makes why a row changed into an object of JSON. */
#ifndef TABLE_WHY_JSON_H
#define TABLE_WHY_JSON_H

#include <jansson.h>

#include "profile/why.h"

/*
 * Makes the object, which the caller owns: all functions, also those that no table names. Where
 * memory runs out, json_whole() of what it is put into notices.
 */
json_t *why_json(const struct why *why);

#endif
