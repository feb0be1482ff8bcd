#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/units.h"

struct unit {
	const char *name;
	uint64_t scale;
};

static const struct unit size_units[] = {
	{ "", 1 },    { "B", 1 },     { "K", KIB }, { "KiB", KIB }, { "M", MIB }, { "MiB", MIB },
	{ "G", GIB }, { "GiB", GIB }, { "T", TIB }, { "TiB", TIB }, { NULL, 0 },
};

static const struct unit time_units[] = {
	{ "", SEC },  { "ns", 1 },	 { "us", USEC },      { "ms", MSEC },
	{ "s", SEC }, { "m", 60 * SEC }, { "h", 3600 * SEC }, { NULL, 0 },
};

/* Reads a number, then a unit, and nothing behind it. */
static int parse_with_units(const char *text, const struct unit *units, uint64_t *ret_value)
{
	char number[24];
	size_t digits = strspn(text, "0123456789");
	const char *name = text + digits;
	uint64_t value;
	int ret;

	if (digits >= sizeof(number))
		return -ERANGE;
	memcpy(number, text, digits);
	number[digits] = '\0';
	ret = text_to_u64(number, &value);
	if (ret)
		return ret;
	while (*name == ' ')
		name++;
	for (; units->name; units++) {
		if (strcasecmp(name, units->name))
			continue;
		if (__builtin_mul_overflow(value, units->scale, &value))
			return -ERANGE;
		*ret_value = value;
		return 0;
	}
	return -EINVAL;
}

int size_parse(const char *text, uint64_t *ret_bytes)
{
	return parse_with_units(text, size_units, ret_bytes);
}

/* 1 KB is 1000 bytes to some and 1024 to others: it is refused, with both spellings. */
static const struct {
	const char *name, *binary;
	uint64_t decimal;
} ambiguous_units[] = {
	{ "KB", "KiB", 1000ULL },
	{ "MB", "MiB", 1000000ULL },
	{ "GB", "GiB", 1000000000ULL },
	{ "TB", "TiB", 1000000000000ULL },
};

bool size_is_ambiguous(const char *text, char hint[UNIT_HINT])
{
	size_t digits = strspn(text, "0123456789");
	const char *name = text + digits + strspn(text + digits, " ");
	uint64_t number, bytes;

	for (size_t i = 0; i < sizeof(ambiguous_units) / sizeof(ambiguous_units[0]); i++) {
		char digit[24];

		if (!digits || digits >= sizeof(digit) || strcasecmp(name, ambiguous_units[i].name))
			continue;
		snprintf(digit, sizeof(digit), "%.*s", (int)digits, text);
		if (text_to_u64(digit, &number) ||
		    __builtin_mul_overflow(number, ambiguous_units[i].decimal, &bytes))
			return false;
		snprintf(hint, UNIT_HINT, "write %s%s or %llu", digit, ambiguous_units[i].binary,
			 (unsigned long long)bytes);
		return true;
	}
	return false;
}

int time_parse(const char *text, uint64_t *ret_ns)
{
	return parse_with_units(text, time_units, ret_ns);
}

static const struct unit size_steps[] = {
	{ "TiB", TIB }, { "GiB", GIB }, { "MiB", MIB }, { "KiB", KIB }, { "B", 1 },
};

const char *size_format(uint64_t bytes, char text[UNIT_TEXT])
{
	const struct unit *step = size_steps;

	while (bytes % step->scale || (!bytes && step->scale > 1))
		step++;
	snprintf(text, UNIT_TEXT, "%llu%s", (unsigned long long)(bytes / step->scale), step->name);
	return text;
}

/* How many decimals make three digits in all. */
static int decimals_for(double value)
{
	return value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
}

static const struct unit rounded_steps[] = {
	{ "EiB", TIB * 1024 * 1024 },
	{ "PiB", TIB * 1024 },
	{ "TiB", TIB },
	{ "GiB", GIB },
	{ "MiB", MIB },
	{ "KiB", KIB },
	{ "B", 1 },
};

const char *size_format_rounded(uint64_t bytes, char text[UNIT_TEXT])
{
	const struct unit *step = rounded_steps;
	double value;
	int length;

	while (step->scale > 1 && bytes < step->scale)
		step++;
	value = (double)bytes / (double)step->scale;
	length = snprintf(text, UNIT_TEXT, "%.*f", decimals_for(value), value);
	if (strchr(text, '.'))
		while (text[length - 1] == '0' || text[length - 1] == '.')
			if (text[--length] == '.')
				break;
	snprintf(text + length, (size_t)(UNIT_TEXT - length), "%s", step->name);
	return text;
}

const char *size_format_suffix(uint64_t bytes, char text[UNIT_TEXT])
{
	size_format(bytes, text);
	for (char *c = text; *c; c++) {
		*c = (char)tolower((unsigned char)*c);
		if (isalpha((unsigned char)*c)) {
			c[1] = '\0';
			break;
		}
	}
	return text;
}

const char *time_format(double ns, char text[UNIT_TEXT])
{
	static const struct {
		const char *name;
		double scale;
	} steps[] = { { "s", 1e9 }, { "ms", 1e6 }, { "us", 1e3 }, { "ns", 1 } };
	size_t i = 0;
	double value;

	while (i < 3 && ns < steps[i].scale)
		i++;
	value = ns / steps[i].scale;
	snprintf(text, UNIT_TEXT, "%.*f %s", decimals_for(value), value, steps[i].name);
	return text;
}

const char *time_format_wait(uint64_t ns, char text[UNIT_TEXT])
{
	unsigned long long seconds = (ns + SEC - 1) / SEC;

	if (seconds < 60)
		snprintf(text, UNIT_TEXT, "%llus", seconds);
	else if (seconds < 3600)
		snprintf(text, UNIT_TEXT, "%llum%02llus", seconds / 60, seconds % 60);
	else
		snprintf(text, UNIT_TEXT, "%lluh%02llum", seconds / 3600, seconds % 3600 / 60);
	return text;
}
