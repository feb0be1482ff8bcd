/*
 * perf_event - opens events of the kernel's perf subsystem by the names of libpfm4.
 */
#ifndef MEASURE_PERF_EVENT_H
#define MEASURE_PERF_EVENT_H

#include <linux/perf_event.h>
#include <stdbool.h>

#include "base/reason.h"

/*
 * Fills @attr with what libpfm4 knows of the event @name ("cycles:k") on this CPU: 0, or -EINVAL
 * with the reason.
 */
int perf_event_encode(const char *name, struct perf_event_attr *attr, struct reason *reason);

/*
 * Opens the event for the calling thread. @group: the descriptor of a group's leader, or -1.
 * Returns a descriptor, or -errno with the reason and the way out.
 */
int perf_event_attach(struct perf_event_attr *attr, int group, struct reason *reason);

/* Whether an error of perf_event_attach() says that this machine has no PMU for the event. */
bool perf_event_is_missing(int error);

#endif
