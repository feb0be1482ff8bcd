#include <stdarg.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/units.h"
#include "cmd/command.h"
#include "host/facts.h"
#include "host/hugepages.h"
#include "host/journal.h"
#include "host/memory.h"
#include "host/topology.h"
#include "measure/bench.h"
#include "measure/counters.h"
#include "measure/needs.h"
#include "measure/sampler.h"
#include "profile/symbols.h"

enum health { OK, WARN, FAIL };

struct diagnosis {
	enum health health;
	char detail[256];
	char fix[512]; /* empty where there is nothing to fix */
};

static void say(struct diagnosis *diagnosis, enum health health, const char *fix,
		const char *format, ...) __attribute__((format(printf, 4, 5)));

static void say(struct diagnosis *diagnosis, enum health health, const char *fix,
		const char *format, ...)
{
	va_list args;

	diagnosis->health = health;
	snprintf(diagnosis->fix, sizeof(diagnosis->fix), "%s", fix ? fix : "");
	va_start(args, format);
	vsnprintf(diagnosis->detail, sizeof(diagnosis->detail), format, args);
	va_end(args);
}

static void check_kernel(struct diagnosis *diagnosis)
{
	struct utsname name;

	uname(&name);
	say(diagnosis, OK, NULL, "%s on %s, virtual: %s", name.release, name.machine,
	    facts_virtual());
}

static void check_clock(struct diagnosis *diagnosis)
{
	clock_choose();
	clock_calibrate();
	if (clock_uses_counter)
		say(diagnosis, OK, NULL, "%s, %.4f ns a tick (within %.1f ppm)", clock_source.name,
		    clock_source.ns_per_tick, clock_source.error_ppm);
	else
		say(diagnosis, WARN,
		    "boot with a constant TSC (tsc=reliable where the hypervisor vouches for it)",
		    "clock_gettime, because %s: brackets cost more",
		    clock_source.why ? clock_source.why : "there is no counter");
}

static void check_numa(struct diagnosis *diagnosis)
{
	struct topology *topology;

	if (topology_open(NULL, &topology)) {
		say(diagnosis, FAIL, "is /sys mounted?", "hwloc cannot read the topology");
		return;
	}
	say(diagnosis, OK, NULL, "%zu CPUs allowed, %zu memory node%s", topology_nr_cpus(topology),
	    topology_nr_nodes(topology), topology_nr_nodes(topology) == 1 ? "" : "s");
	topology_close(topology);
}

static void check_memory(struct diagnosis *diagnosis)
{
	uint64_t bytes;
	char size[UNIT_TEXT];

	if (memory_available(NULL, 0, &bytes))
		say(diagnosis, FAIL, "mount /proc", "/proc/meminfo cannot be read");
	else
		say(diagnosis, bytes < GIB ? WARN : OK,
		    bytes < GIB ? "free some: cells that need more are skipped" : NULL,
		    "%s can be had", size_format_rounded(bytes, size));
}

static void check_governor(struct diagnosis *diagnosis)
{
	char governor[64];

	if (file_read(governor, sizeof(governor),
		      "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") < 0)
		say(diagnosis, OK, NULL, "no frequency scaling to be seen here");
	else if (!strcmp(governor, "performance"))
		say(diagnosis, OK, NULL, "performance");
	else
		say(diagnosis, WARN, "cpupower frequency-set -g performance",
		    "%s: the clock of the CPU may move under the measurement", governor);
}

static void check_smt(struct diagnosis *diagnosis)
{
	char active[16];

	if (file_read(active, sizeof(active), "/sys/devices/system/cpu/smt/active") > 0 &&
	    active[0] == '1')
		say(diagnosis, WARN, "echo off > /sys/devices/system/cpu/smt/control",
		    "on: a neighbour on the same core disturbs; trials use one thread a core "
		    "first");
	else
		say(diagnosis, OK, NULL, "off or absent");
}

static void check_thp(struct diagnosis *diagnosis)
{
	uint64_t pmd = thp_pmd_size();
	char size[UNIT_TEXT];

	if (!pmd)
		say(diagnosis, WARN, "a kernel with CONFIG_TRANSPARENT_HUGEPAGE",
		    "none in this kernel: thp and mthp are skipped");
	else if (!thp_is_enabled(pmd))
		say(diagnosis, WARN, "echo madvise > " THP_FOLDER "/enabled, or run as root",
		    "%s pages are switched off", size_format(pmd, size));
	else
		say(diagnosis, OK, NULL, "%s pages, where they are asked for",
		    size_format(pmd, size));
}

static void check_hugetlb(struct diagnosis *diagnosis)
{
	uint64_t sizes[HUGEPAGES_MAX_SIZES];
	size_t count = hugetlb_sizes(sizes);
	struct text text = { 0 };

	if (!count) {
		say(diagnosis, WARN, "a kernel with CONFIG_HUGETLBFS", "none in this kernel");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		uint64_t pages = 0;
		char size[UNIT_TEXT];

		file_read_u64(&pages, "/sys/kernel/mm/hugepages/hugepages-%llukB/free_hugepages",
			      (unsigned long long)(sizes[i] / KIB));
		text_add(&text, "%s%llu of %s free", i ? ", " : "", (unsigned long long)pages,
			 size_format(sizes[i], size));
	}
	if (hugetlb_may_reserve())
		say(diagnosis, OK, NULL, "%s; pools grow as needed and are put back", text.text);
	else
		say(diagnosis, WARN, "run as root, or reserve pages first",
		    "%s; only root may add some", text.text);
	text_release(&text);
}

static void check_proof(struct diagnosis *diagnosis)
{
	if (!access("/proc/kpageflags", R_OK) && geteuid() == 0)
		say(diagnosis, OK, NULL, "each folio can be looked at (pagemap, kpageflags)");
	else
		say(diagnosis, WARN, "run as root",
		    "by sums of smaps only: mTHP folios cannot be told from small pages");
}

static void check_io_uring(struct diagnosis *diagnosis)
{
	struct reason reason;

	if (needs_check(NEEDS_IO_URING, &reason))
		say(diagnosis, WARN, "uring-pin is skipped without it", "%s", reason.text);
	else
		say(diagnosis, OK, NULL, "works");
}

static void check_memlock(struct diagnosis *diagnosis)
{
	uint64_t limit = memory_lock_limit();
	char size[UNIT_TEXT];

	if (limit == UINT64_MAX)
		say(diagnosis, OK, NULL, "no limit for this process");
	else
		say(diagnosis, WARN, "ulimit -l unlimited (limits.conf: memlock), or run as root",
		    "%s: larger pins are skipped", size_format_rounded(limit, size));
}

static void check_counters(struct diagnosis *diagnosis)
{
	static const char *const names[] = { "instructions:k" };
	struct counters counters;

	counters_open(&counters, names, 1);
	if (counters.list[0].fd < 0)
		say(diagnosis, WARN,
		    "leave \"counters\" out of the config, or change what it names", "%s",
		    counters.list[0].reason.text);
	else
		say(diagnosis, OK, NULL, "kernel instructions can be counted");
	counters_close(&counters);
}

static void check_profile(struct diagnosis *diagnosis)
{
	char event[SAMPLER_EVENT];
	struct reason reason = { "" };
	struct symbols symbols;

	if (sampler_choose(NULL, event, &reason) || symbols_read(&symbols, &reason)) {
		say(diagnosis, WARN, "run without --profile, or change what it names", "%s",
		    reason.text);
		return;
	}
	say(diagnosis, OK, NULL, "run --profile samples %s%s; %zu functions are known", event,
	    strcmp(event, SAMPLER_DEFAULT) ? ", for want of a PMU" : "", symbols.count);
	symbols_release(&symbols);
}

/* On bare metal the architecture's own advice; in a VM it is the VM's host that can do something. */
static void say_no_vfio(struct diagnosis *diagnosis, const char *what)
{
	const char *virtual = facts_virtual();
	bool bare = !strcmp(virtual, "none");

	say(diagnosis, WARN,
	    needs_vfio_advice(virtual, file_folder_is_filled("/sys/kernel/iommu_groups")),
	    "%s%s%s%s", what, bare ? "" : " in this VM (", bare ? "" : virtual, bare ? "" : ")");
}

static void check_iommu(struct diagnosis *diagnosis)
{
	if (file_folder_is_filled("/sys/kernel/iommu_groups"))
		say(diagnosis, OK, NULL, "on: devices are in groups");
	else
		say_no_vfio(diagnosis, "no IOMMU groups: nothing that needs VFIO can run");
}

static void check_vfio(struct diagnosis *diagnosis)
{
	if (!access("/dev/vfio/vfio", F_OK))
		say(diagnosis, OK, NULL, "/dev/vfio/vfio is there");
	else
		say_no_vfio(diagnosis, "no /dev/vfio/vfio");
}

/* Many distributions build no iommufd; type1 and type1v2 do not need it. */
static void check_iommufd(struct diagnosis *diagnosis)
{
	if (access("/dev/iommu", F_OK))
		say(diagnosis, OK, NULL,
		    "no /dev/iommu (CONFIG_IOMMUFD): the modes of iommufd are skipped");
	else if (access("/dev/vfio/devices", F_OK))
		say(diagnosis, OK, NULL,
		    "/dev/iommu is there; no character device of VFIO is (CONFIG_VFIO_DEVICE_CDEV, "
		    "and a device that vfio-pci has)");
	else
		say(diagnosis, OK, NULL, "/dev/iommu and VFIO's character devices are there");
}

static void check_settings(struct diagnosis *diagnosis)
{
	if (journal_has_leftovers())
		say(diagnosis, WARN, "dmabench restore (or the next run does it)",
		    "a run is going on, or was killed and left settings changed");
	else
		say(diagnosis, OK, NULL, "nothing to put back");
}

static const struct {
	const char *name;
	void (*check)(struct diagnosis *diagnosis);
} checks[] = {
	{ "kernel", check_kernel },	{ "clock", check_clock },
	{ "numa", check_numa },		{ "memory", check_memory },
	{ "governor", check_governor }, { "smt", check_smt },
	{ "thp", check_thp },		{ "hugetlb", check_hugetlb },
	{ "page-proof", check_proof },	{ "io_uring", check_io_uring },
	{ "memlock", check_memlock },	{ "counters", check_counters },
	{ "profile", check_profile },	{ "iommu", check_iommu },
	{ "vfio", check_vfio },		{ "iommufd", check_iommufd },
	{ "settings", check_settings },
};

#define NR_CHECKS (sizeof(checks) / sizeof(checks[0]))

static const char *const healths[] = { [OK] = "ok", [WARN] = "warn", [FAIL] = "fail" };

static void print_json(const struct diagnosis *diagnoses)
{
	json_t *list = json_array();
	json_t *document;

	for (size_t i = 0; i < NR_CHECKS; i++)
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s, s:s}", "name", checks[i].name,
						"status", healths[diagnoses[i].health], "detail",
						diagnoses[i].detail, "fix", diagnoses[i].fix));
	document = json_pack("{s:o}", "checks", list);
	json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
}

static void print_lines(const struct diagnosis *diagnoses)
{
	static const char *const colours[] = {
		[OK] = "\033[32m", [WARN] = "\033[33m", [FAIL] = "\033[31m"
	};
	bool colour = log_wants_colour(1);

	for (size_t i = 0; i < NR_CHECKS; i++) {
		const struct diagnosis *diagnosis = &diagnoses[i];

		printf("%s%-4s%s  %-10s  %s\n", colour ? colours[diagnosis->health] : "",
		       healths[diagnosis->health], colour ? "\033[0m" : "", checks[i].name,
		       diagnosis->detail);
		if (diagnosis->fix[0])
			printf("%18s-> %s\n", "", diagnosis->fix);
	}
}

static bool as_json;

static const struct option_spec options[] = {
	{ .name = "--json", .flag = &as_json, .help = "one JSON document on stdout" },
	{ .name = NULL },
};

static int doctor_run(const struct command *self, int argc, char **argv)
{
	struct args_list words = { .count = 0 };
	struct diagnosis diagnoses[NR_CHECKS] = { 0 };
	bool failed = false;

	if (!args_parse(argc, argv, self->options, &words, 0))
		return EXIT_USAGE;
	for (size_t i = 0; i < NR_CHECKS; i++) {
		checks[i].check(&diagnoses[i]);
		failed |= diagnoses[i].health == FAIL;
	}
	if (as_json)
		print_json(diagnoses);
	else
		print_lines(diagnoses);
	return failed ? EXIT_FAILED : EXIT_DONE;
}

const struct command command_doctor = {
	.name = "doctor",
	.usage = "doctor [--json]",
	.summary = "is this host ready: each finding with its fix",
	.options = options,
	.run = doctor_run,
};
