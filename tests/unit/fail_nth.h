/*
 * fail_nth - memory that runs out: walks a piece of work by making its Nth allocation fail,
 * N = 1, 2, … until none does.
 *
 * The C library's allocator is stood in for by the functions here, which hand on to it: so all of
 * lib/ and the libraries under it are met. Each N has a process of its own, so that a crash is
 * told with its N and the walk goes on. Work says what it came to; what it leaves allocated
 * is counted.
 *
 * Include it in one .c file of a test.
 */
#ifndef FAIL_NTH_H
#define FAIL_NTH_H

#include <dlfcn.h>
#include <execinfo.h>
#include <stdatomic.h>

#include "unit.h"

/* From 40 on, so that no sanitizer's exit status is taken for one of them. */
enum outcome {
	COMPLETE = 40, /* it succeeded, and nothing is missing */
	REFUSED, /* it failed, and said so */
	WRONG, /* it said that it succeeded, but something is missing; or broke a promise */
	LEAKED,
};

#define UNTOUCHED 64 /* beside an outcome: no allocation failed, the walk is at its end */

/* clang's sanitizer is linked into the program and cannot be stood before. */
#if defined(__clang__)
#if __has_feature(address_sanitizer)
#define CANNOT_FAIL 1
#endif
#endif
#ifndef CANNOT_FAIL
#define CANNOT_FAIL 0
#endif

static atomic_long fail_left; /* allocations until one fails; 0: none will */
static atomic_bool fail_happened;
static atomic_long fail_live; /* blocks allocated and not freed */
static bool fail_trace; /* say on stderr where the one that fails stands */

#if !CANNOT_FAIL

/* Before the sanitizer has set itself up, its checks would look at memory that is not there. */
#define BARE __attribute__((no_sanitize("address", "undefined")))

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void (*real_free)(void *);

BARE static void fail_find_real(void)
{
	*(void **)&real_calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&real_realloc = dlsym(RTLD_NEXT, "realloc");
	*(void **)&real_free = dlsym(RTLD_NEXT, "free");
	*(void **)&real_malloc = dlsym(RTLD_NEXT, "malloc");
}

/*
 * What stands in the libraries is not ours to walk: hwloc does not check what it allocates, nor does
 * glibc's fts_open(); jansson's parser does not look whether its buffer grew, which it does by powers of two. A
 * sanitizer that starts a thread gives up.
 */
BARE static bool fail_is_exempt(const void *caller, size_t size)
{
	bool may_be_buffer = size >= 32 && !(size & (size - 1));
	void *places[12];
	Dl_info info;
	int count;

	if (dladdr(caller, &info) && info.dli_fname && strstr(info.dli_fname, "libhwloc"))
		return true;
	count = backtrace(places, COUNT(places));
	for (int i = 0; i < count; i++) {
		if (!dladdr(places[i], &info) || !info.dli_sname)
			continue;
		if (may_be_buffer && !strncmp(info.dli_sname, "json_load", 9))
			return true;
		if (!strcmp(info.dli_sname, "fts64_open") || !strcmp(info.dli_sname, "fts_open") ||
		    !strcmp(info.dli_sname, "pthread_getattr_np"))
			return true;
	}
	return false;
}

BARE static bool fail_now(const void *caller, size_t size)
{
	if (atomic_load(&fail_left) > 0 && fail_is_exempt(caller, size))
		return false;
	if (atomic_load(&fail_left) <= 0 || atomic_fetch_sub(&fail_left, 1) != 1)
		return false;
	atomic_store(&fail_happened, true);
	if (fail_trace) {
		void *places[12];

		backtrace_symbols_fd(places, backtrace(places, COUNT(places)), STDERR_FILENO);
	}
	errno = ENOMEM;
	return true;
}

BARE static void *fail_count(void *block)
{
	if (block)
		atomic_fetch_add(&fail_live, 1);
	return block;
}

BARE void *malloc(size_t size)
{
	if (!real_malloc)
		fail_find_real();
	return fail_now(__builtin_return_address(0), size) ? NULL : fail_count(real_malloc(size));
}

BARE void *calloc(size_t count, size_t size)
{
	if (!real_malloc)
		fail_find_real();
	return fail_now(__builtin_return_address(0), size) ? NULL
							   : fail_count(real_calloc(count, size));
}

BARE void *realloc(void *old, size_t size)
{
	void *block;

	if (!real_malloc)
		fail_find_real();
	if (fail_now(__builtin_return_address(0), size))
		return NULL;
	block = real_realloc(old, size);
	if (old && (block || !size))
		atomic_fetch_sub(&fail_live, 1);
	return fail_count(block);
}

BARE void free(void *block)
{
	if (!real_malloc)
		fail_find_real();
	if (block)
		atomic_fetch_sub(&fail_live, 1);
	real_free(block);
}

/* What ld.so allocates for backtrace() now seems to come from here. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:_dl_map_object_deps\nleak:dl_open_worker\n";
}

/* The sanitizer's own would not come by malloc(). */
BARE char *strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = malloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}

BARE char *strndup(const char *text, size_t most)
{
	size_t length = strnlen(text, most);
	char *copy = malloc(length + 1);

	if (!copy)
		return NULL;
	copy[length] = '\0';
	return memcpy(copy, text, length);
}

#endif

static long fail_nth;

/* Work calls these around what is to be walked; what is outside has all the memory it wants. */
static inline void memory_runs_out(void)
{
	atomic_store(&fail_left, fail_nth);
}

static inline void memory_is_back(void)
{
	atomic_store(&fail_left, 0);
}

struct fail_walk {
	enum outcome (*work)(void);
	bool may_keep; /* threads' stacks, interned words: what it leaves is not counted */
	long step; /* of long work: every so many-th allocation only; a prime meets all loops */
};

static inline int fail_one(void *argument)
{
	const struct fail_walk *walk = argument;
	long before = atomic_load(&fail_live);
	enum outcome outcome;

	atomic_store(&fail_happened, false);
	outcome = walk->work();
	memory_is_back();
	if (outcome != WRONG && !walk->may_keep && atomic_load(&fail_live) != before)
		outcome = LEAKED;
	return (int)outcome | (atomic_load(&fail_happened) ? 0 : UNTOUCHED);
}

/* Once more, saying where the allocation stood: addr2line -e tells the lines. */
static inline void fail_explain(const struct fail_walk *walk, int ret)
{
	if (ret == WRONG || ret == LEAKED)
		print_error("allocation %ld: %s\n", fail_nth, ret == WRONG ? "wrong" : "leaked");
	else
		print_error("allocation %ld: died, status %d\n", fail_nth, ret);
	fail_trace = true;
	in_child(fail_one, (void *)(uintptr_t)walk);
	fail_trace = false;
}

/* Walks @work to its end and fails the test if any step crashed, leaked or was wrong. */
static inline void fail_walk(const struct fail_walk *walk)
{
	size_t bad = 0, refused = 0;
	int ret, last = 0;
	void *place;

	if (is_emulated())
		skip_because("an emulator takes too long for a process an allocation");
	if (CANNOT_FAIL)
		skip_because("this compiler's sanitizer has the allocator to itself");
	backtrace(&place, 1); /* its first call loads a library */
	for (fail_nth = 1;; fail_nth += walk->step ? walk->step : 1) {
		ret = in_child(fail_one, (void *)(uintptr_t)walk);
		if (ret > 0 && ret & UNTOUCHED)
			break;
		refused += ret == REFUSED;
		bad += ret != COMPLETE && ret != REFUSED;
		/* Of several in a row the first one is enough to read. */
		if (ret != last && ret != COMPLETE && ret != REFUSED)
			fail_explain(walk, ret);
		last = ret;
		must(fail_nth < 20000, "the walk does not end");
	}
	must(!bad, "%zu of the first %ld allocations, failing, went wrong", bad, fail_nth - 1);
	must(ret == (COMPLETE | UNTOUCHED), "with all memory it was %d, not complete", ret);
	must(refused > 0, "no allocation was missed");
}

#endif
