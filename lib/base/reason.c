#include <stdarg.h>
#include <stdio.h>

#include "base/reason.h"

int reason_set(struct reason *reason, int code, const char *format, ...)
{
	va_list args;

	if (!reason)
		return code;
	va_start(args, format);
	vsnprintf(reason->text, sizeof(reason->text), format, args);
	va_end(args);
	return code;
}
