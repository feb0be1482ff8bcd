/*
 * symbols - finds the function of the kernel that an address lies in, by /proc/kallsyms.
 *
 * It takes the list of this kernel, or the text of another one's.
 */
#ifndef PROFILE_SYMBOLS_H
#define PROFILE_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

struct symbol {
	uint64_t address;
	const char *name; /* with the compiler's suffixes: .isra.0, .cold */
	const char *module; /* "": the kernel itself */
	char type; /* as in the list: 'T' is global, 't' local, 'W' weak */
};

/* Functions alone, one an address. All zero is none. */
struct symbols {
	char *text; /* what names point into */
	struct symbol *list; /* by address */
	size_t count;
};

/*
 * Reads the list of this kernel. 0, or -errno with the reason and the way out; -EPERM: the kernel
 * hides the addresses from this process.
 */
int symbols_read(struct symbols *ret_symbols, struct reason *reason);

/*
 * Reads lines "address type name [module]". A kernel's own functions may be those of another boot,
 * in front of the _text and the modules of this one: they are moved to where it has them. 0, or -errno
 * with the reason. @text is copied.
 */
int symbols_parse(const char *text, size_t length, struct symbols *ret_symbols,
		  struct reason *reason);

/* Returns the function that an address lies in; NULL: in none. */
const struct symbol *symbols_find(const struct symbols *symbols, uint64_t address);

/*
 * Whether a function is where the kernel enters an interrupt: what stands below it in a stack is not
 * of the operation that was interrupted. Exceptions, such as page faults, are of the operation.
 */
bool symbols_is_interrupt(const char *name);

/* Whether a function does nothing but switch interrupts on for its caller. */
bool symbols_switches_interrupts_on(const char *name);

void symbols_release(struct symbols *symbols);

#endif
