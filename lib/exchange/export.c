#include <string.h>

#include "exchange/export.h"

const struct export_format *const export_formats[] = {
	&export_csv,	     &export_folded, &export_google_benchmark,
	&export_influx,	     &export_junit,  &export_ktap,
	&export_openmetrics, &export_pprof,  NULL,
};

const struct export_format *export_find(const char *name)
{
	for (const struct export_format *const *format = export_formats; *format; format++)
		if (!strcmp((*format)->name, name))
			return *format;
	return NULL;
}
