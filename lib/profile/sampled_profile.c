#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/sampled_profile.h"

#define MOST_FRAMES 256

/* The functions of a stack, outermost first. */
struct named_stack {
	const struct symbol *symbols[MOST_FRAMES]; /* NULL: unknown */
	size_t count;
};

/*
 * A call may be the last instruction of a function: the address that it returns to then lies in the
 * next one. The innermost address is no such, but that of an instruction.
 */
static void name_stack(const char *text, const struct symbols *symbols, struct named_stack *stack)
{
	stack->count = 0;
	while (*text && stack->count < MOST_FRAMES) {
		char *end;
		uint64_t address = strtoull(text, &end, 16);

		stack->symbols[stack->count++] = symbols_find(symbols, address - (*end == ';'));
		text = *end ? end + 1 : end;
	}
}

/*
 * Of code that runs with interrupts off the timer sees where they come on again. Where that is a
 * function of its own, as in virtual machines, it would stand for all such code.
 */
static void cut_switches(struct named_stack *stack)
{
	while (stack->count > 1 && stack->symbols[stack->count - 1] &&
	       symbols_switches_interrupts_on(stack->symbols[stack->count - 1]->name))
		stack->count--;
}

static bool is_in_interrupt(const struct named_stack *stack)
{
	for (size_t i = 0; i < stack->count; i++)
		if (stack->symbols[i] && symbols_is_interrupt(stack->symbols[i]->name))
			return true;
	return false;
}

static int add_stack(struct profile *profile, const struct named_stack *stack, uint64_t samples)
{
	size_t node;
	int ret = call_tree_child(&profile->tree, 0, PROFILE_USER, PROFILE_USER, &node);

	for (size_t i = 0; i < stack->count && !ret; i++) {
		const struct symbol *symbol = stack->symbols[i];

		ret = call_tree_child(&profile->tree, node, symbol ? symbol->name : SAMPLED_UNKNOWN,
				      symbol ? symbol->module : "", &node);
	}
	if (!ret)
		profile->tree.nodes[node].self += samples;
	return ret;
}

int sampled_profile(const struct profile_facts *facts, json_t *stacks, bool by_clock,
		    const struct symbols *symbols, struct profile **ret_profile)
{
	struct profile *profile = profile_new(facts);
	const char *addresses;
	json_t *count;
	int ret = profile ? 0 : -ENOMEM;

	json_object_foreach(stacks, addresses, count) {
		uint64_t samples = (uint64_t)json_integer_value(count);
		struct named_stack stack;

		if (ret)
			break;
		name_stack(addresses, symbols, &stack);
		if (by_clock)
			cut_switches(&stack);
		if (is_in_interrupt(&stack))
			profile->interrupts += samples;
		else
			ret = add_stack(profile, &stack, samples);
	}
	if (ret) {
		profile_free(profile);
		return ret;
	}
	profile->total = call_tree_sum(&profile->tree);
	*ret_profile = profile;
	return 0;
}
