#include <string.h>

#include "counter/instruction.h"

/* ---- x86-64 ---- */

static const uint8_t announce_x86[] = { 0x44, 0x8a, 0x81, 0x64, 0x6d, 0x61, 0x62 };
static const uint8_t switch_from_x86[] = { 0x48, 0x89, 0xa7 }; /* mov %rsp, OFFSET(%rdi) */
static const uint8_t switch_to_x86[] = { 0x48, 0x8b, 0xa6 }; /* mov OFFSET(%rsi), %rsp */

static bool is_prefix(uint8_t byte)
{
	static const uint8_t prefixes[] = { 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65,
					    0x66, 0x67, 0xf0, 0xf2, 0xf3 };

	return memchr(prefixes, byte, sizeof(prefixes)) || (byte & 0xf0) == 0x40;
}

/* The string instructions: movs, cmps, stos, lods, scas, ins, outs. */
static bool is_string(uint8_t opcode)
{
	return (opcode >= 0xa4 && opcode <= 0xa7) || (opcode >= 0xaa && opcode <= 0xaf) ||
	       (opcode >= 0x6c && opcode <= 0x6f);
}

/* The bytes at the end are the distance to the target, with a sign. */
static uint64_t target_x86(const struct instruction *instruction, size_t nr_bytes)
{
	const uint8_t *bytes = instruction->bytes + instruction->size - nr_bytes;
	uint64_t next = instruction->address + instruction->size;
	int32_t distance = bytes[0] < 0x80 ? bytes[0] : bytes[0] - 0x100;

	if (nr_bytes == 4)
		memcpy(&distance, bytes, sizeof(distance));
	return next + (uint64_t)(int64_t)distance;
}

static enum flow flow_of_two_bytes(const struct instruction *instruction, const uint8_t *opcode,
				   uint64_t *ret_target)
{
	if ((opcode[1] & 0xf0) == 0x80) {
		*ret_target = target_x86(instruction, 4);
		return FLOW_JUMP;
	}
	switch (opcode[1]) {
	case 0x05: /* syscall */
	case 0x34: /* sysenter */
		return FLOW_SYSTEM_CALL;
	case 0x07: /* sysret */
	case 0x35: /* sysexit */
		return FLOW_LEAVE;
	case 0x0b: /* ud2 */
	case 0xb9: /* ud1 */
		return FLOW_TRAP;
	default:
		return FLOW_ON;
	}
}

static enum flow flow_by_register(uint8_t modrm)
{
	static const enum flow flows[8] = { [2] = FLOW_CALL_ANYWHERE,
					    [3] = FLOW_CALL_ANYWHERE,
					    [4] = FLOW_JUMP_ANYWHERE,
					    [5] = FLOW_JUMP_ANYWHERE };

	return flows[modrm >> 3 & 7];
}

/* Those whose opcode is one byte, and which have no target. */
static const struct {
	uint8_t opcode;
	enum flow flow;
} one_byte_flows[] = {
	{ 0xc2, FLOW_RETURN }, { 0xc3, FLOW_RETURN }, { 0xca, FLOW_RETURN },
	{ 0xcb, FLOW_RETURN }, { 0xcc, FLOW_TRAP },   { 0xcd, FLOW_TRAP },
	{ 0xf1, FLOW_TRAP },   { 0xcf, FLOW_LEAVE },  { 0xf4, FLOW_SLEEP },
};

static enum flow flow_x86(const struct instruction *instruction, uint64_t *ret_target)
{
	const uint8_t *at = instruction->bytes, *end = at + instruction->size;
	bool repeats = false;

	for (; at < end && is_prefix(*at); at++)
		repeats = repeats || *at == 0xf2 || *at == 0xf3;
	if (at == end)
		return FLOW_ON;
	if (*at == 0x0f && at + 1 < end)
		return flow_of_two_bytes(instruction, at, ret_target);
	if (*at == 0xff && at + 1 < end)
		return flow_by_register(at[1]);
	if (*at == 0xe8 || *at == 0xe9) {
		*ret_target = target_x86(instruction, 4);
		return *at == 0xe8 ? FLOW_CALL : FLOW_JUMP;
	}
	if (*at == 0xeb || (*at & 0xf0) == 0x70 || (*at & 0xfc) == 0xe0) {
		*ret_target = target_x86(instruction, 1);
		return FLOW_JUMP;
	}
	if (repeats && is_string(*at))
		return FLOW_REPEAT;
	for (size_t i = 0; i < sizeof(one_byte_flows) / sizeof(one_byte_flows[0]); i++)
		if (one_byte_flows[i].opcode == *at)
			return one_byte_flows[i].flow;
	return FLOW_ON;
}

static bool begins_with(const struct instruction *instruction, const uint8_t *bytes, size_t count)
{
	return instruction->size >= count && !memcmp(instruction->bytes, bytes, count);
}

static enum instruction_use use_x86(const struct instruction *instruction)
{
	static const uint8_t rdtsc[] = { 0x0f, 0x31 };

	if (begins_with(instruction, rdtsc, sizeof(rdtsc)))
		return USE_CLOCK;
	if (begins_with(instruction, announce_x86, sizeof(announce_x86)))
		return USE_ANNOUNCE;
	if (begins_with(instruction, switch_from_x86, sizeof(switch_from_x86)))
		return USE_SWITCH_FROM;
	if (begins_with(instruction, switch_to_x86, sizeof(switch_to_x86)))
		return USE_SWITCH_TO;
	return USE_OTHER;
}

/* ---- arm64 ---- */

static uint32_t word_of(const struct instruction *instruction)
{
	uint32_t word;

	memcpy(&word, instruction->bytes, sizeof(word));
	return word;
}

/* By the bits of the mask; targets are a signed number of words, so many bits from that bit on. */
static const struct {
	uint32_t mask, bits;
	enum flow flow;
	unsigned int target_bits, target_at;
} flows_arm64[] = {
	{ 0xfc000000, 0x94000000, FLOW_CALL, 26, 0 }, /* bl */
	{ 0xfc000000, 0x14000000, FLOW_JUMP, 26, 0 }, /* b */
	{ 0xff000000, 0x54000000, FLOW_JUMP, 19, 5 }, /* b.cond */
	{ 0x7e000000, 0x34000000, FLOW_JUMP, 19, 5 }, /* cbz, cbnz */
	{ 0x7e000000, 0x36000000, FLOW_JUMP, 14, 5 }, /* tbz, tbnz */
	{ 0xfeff0000, 0xd63f0000, FLOW_CALL_ANYWHERE, 0, 0 }, /* blr, blraa */
	{ 0xfeff0000, 0xd61f0000, FLOW_JUMP_ANYWHERE, 0, 0 }, /* br, braa */
	{ 0xffff0000, 0xd65f0000, FLOW_RETURN, 0, 0 }, /* ret, retaa */
	{ 0xffff0000, 0xd69f0000, FLOW_LEAVE, 0, 0 }, /* eret */
	{ 0xffe0001f, 0xd4000001, FLOW_SYSTEM_CALL, 0, 0 }, /* svc */
	{ 0xffe0001f, 0xd4200000, FLOW_TRAP, 0, 0 }, /* brk */
	{ 0xffffffff, 0xd503207f, FLOW_SLEEP, 0, 0 }, /* wfi */
};

static uint64_t target_arm64(uint64_t address, uint32_t word, unsigned int bits, unsigned int at)
{
	int64_t words = (int64_t)((uint64_t)(word >> at) << (64 - bits)) >> (64 - bits);

	return address + (uint64_t)words * sizeof(word);
}

static enum flow flow_arm64(const struct instruction *instruction, uint64_t *ret_target)
{
	uint32_t word = word_of(instruction);

	for (size_t i = 0; i < sizeof(flows_arm64) / sizeof(flows_arm64[0]); i++) {
		if ((word & flows_arm64[i].mask) != flows_arm64[i].bits)
			continue;
		if (flows_arm64[i].target_bits)
			*ret_target =
				target_arm64(instruction->address, word, flows_arm64[i].target_bits,
					     flows_arm64[i].target_at);
		return flows_arm64[i].flow;
	}
	return FLOW_ON;
}

/* Its offset makes that load one that nobody else has: the address that is read says the word. */
static enum instruction_use use_arm64(const struct instruction *instruction)
{
	uint32_t word = word_of(instruction);

	if ((word & 0xffffffe0) == 0xd53be040)
		return USE_CLOCK; /* mrs xN, cntvct_el0 */
	if (word == 0x39400000 + (0xdabu << 10) + (24u << 5) + 25u)
		return USE_ANNOUNCE; /* ldrb w25, [x24, #0xdab] */
	return USE_OTHER;
}

/* ---- all ---- */

static const struct machine machines[] = {
	{ "x86_64", flow_x86, use_x86 },
	{ "aarch64", flow_arm64, use_arm64 },
};

const struct machine *machine_find(const char *name)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (!strcmp(machines[i].name, name))
			return &machines[i];
	return NULL;
}
