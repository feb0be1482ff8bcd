/*
 * qemu_plugin - lets QEMU count: the shared object that `-plugin dmabench-count.so,out=FILE` loads.
 *
 * Until a program announces a trial, only its announcements are listened for, and the rest runs as
 * without a plugin. QEMU's translations are thrown away then, and again when the trial has ended.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counter/counter.h"
#include "counter/qemu_plugin_abi.h"

#define MOST_INSTRUCTIONS 1024 /* of a block; QEMU's own limit is 512 */
#define KERNEL_BIT (UINT64_C(1) << 63)

int qemu_plugin_version;

static struct {
	qemu_plugin_id_t id;
	struct block_counter counter;
	struct announcement heard;
	uint64_t trial;
	bool counts;
	FILE *out;
	uint64_t *executed; /* instructions that began */
	struct qemu_plugin_u64 per_cpu; /* where it lies, from version 2 on */
} plugin;

/* QEMU reads the version before it calls anything. */
static __attribute__((constructor)) void choose_version(void)
{
	qemu_plugin_version = 1;
	if (qemu_plugin_scoreboard_new)
		qemu_plugin_version = 2;
	if (qemu_plugin_register_vcpu_tb_exec_cond_cb)
		qemu_plugin_version = 3;
	if (qemu_plugin_read_memory_vaddr)
		qemu_plugin_version = 4;
	if (qemu_plugin_write_memory_vaddr)
		qemu_plugin_version = 5;
}

/* ---- how long the CPU slept ---- */

/*
 * In all: what QEMU's clock has more than instructions. Both are read by another thread, to which
 * QEMU tells what it knew when the CPU last left its loop, as it does to sleep.
 */
static void *read_idle(void *idle)
{
	*(uint64_t *)idle = (uint64_t)(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) - icount_get_raw());
	return NULL;
}

static void look_at_clock(void)
{
	pthread_t thread;
	uint64_t idle = 0;

	if (qemu_clock_get_ns && icount_get_raw &&
	    !pthread_create(&thread, NULL, read_idle, &idle)) {
		pthread_join(thread, NULL);
		counter_slept(&plugin.counter, idle);
	}
}

/* ---- while the guest runs ---- */

static void begin_block(unsigned int vcpu, void *block)
{
	(void)vcpu;
	counter_enter(&plugin.counter, block, *plugin.executed);
	if (counter_sleeps(&plugin.counter))
		look_at_clock();
}

static void switch_from(unsigned int vcpu, uint32_t info, uint64_t address, void *data)
{
	(void)vcpu;
	(void)info;
	(void)data;
	counter_switch_from(&plugin.counter, address);
}

static void switch_to(unsigned int vcpu, uint32_t info, uint64_t address, void *data)
{
	(void)vcpu;
	(void)info;
	(void)data;
	counter_switch_to(&plugin.counter, address);
}

static qemu_plugin_translate_cb translate;

static void start(qemu_plugin_id_t id)
{
	plugin.counts = true;
	if (qemu_plugin_version >= 2) /* only now that there is a CPU */
		plugin.executed = qemu_plugin_scoreboard_find(plugin.per_cpu.score, 0);
	counter_start(&plugin.counter, plugin.trial);
	look_at_clock();
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
}

static void stop(qemu_plugin_id_t id)
{
	plugin.counts = false;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
}

static void finish_trial(void)
{
	if (counter_write(&plugin.counter, plugin.out) < 0)
		fprintf(stderr, "dmabench-count: cannot write what was counted: %s\n",
			strerror(errno));
	qemu_plugin_reset(plugin.id, stop);
}

/* A program says a word. What was translated for one state is of no use in the other. */
static void hear(unsigned int vcpu, uint32_t info, uint64_t address, void *data)
{
	(void)vcpu;
	(void)info;
	(void)data;
	if (!announcement_hear(&plugin.heard, address % ANNOUNCEMENT_PAGE))
		return;
	if (plugin.heard.kind == ANNOUNCE_TRIAL && !plugin.counts) {
		plugin.trial = plugin.heard.number;
		qemu_plugin_reset(plugin.id, start);
	} else if (plugin.heard.kind == ANNOUNCE_END && plugin.counts) {
		finish_trial();
	} else if (plugin.counts) {
		counter_hear(&plugin.counter, &plugin.heard);
	}
}

/* ---- while QEMU translates ---- */

static void read_instruction(const struct qemu_plugin_insn *insn, struct instruction *instruction)
{
	size_t size = qemu_plugin_insn_size(insn);
	qemu_plugin_insn_data_3 *copy =
		(qemu_plugin_insn_data_3 *)(void (*)(void))qemu_plugin_insn_data;

	instruction->address = qemu_plugin_insn_vaddr(insn);
	instruction->size = size < INSTRUCTION_BYTES ? size : INSTRUCTION_BYTES;
	if (qemu_plugin_version < 3)
		memcpy(instruction->bytes, qemu_plugin_insn_data(insn), instruction->size);
	else
		copy(insn, instruction->bytes, instruction->size);
}

static void count_instruction(struct qemu_plugin_insn *insn)
{
	if (qemu_plugin_version < 2)
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
							   plugin.executed, 1);
	else
		qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(
			insn, QEMU_PLUGIN_INLINE_ADD_U64, plugin.per_cpu, 1);
}

/* Each does only one of both, and QEMU 7.2 takes loads for stores. */
static void watch(struct qemu_plugin_insn *insn, const struct instruction *instruction)
{
	enum instruction_use use = plugin.counter.machine->use(instruction);
	bool is_user = !(instruction->address & KERNEL_BIT);

	if (is_user && use == USE_ANNOUNCE)
		qemu_plugin_register_vcpu_mem_cb(insn, hear, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, NULL);
	if (is_user || !plugin.counts)
		return;
	if (use == USE_SWITCH_FROM)
		qemu_plugin_register_vcpu_mem_cb(insn, switch_from, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, NULL);
	if (use == USE_SWITCH_TO)
		qemu_plugin_register_vcpu_mem_cb(insn, switch_to, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, NULL);
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	static struct instruction instructions[MOST_INSTRUCTIONS];
	size_t count = qemu_plugin_tb_n_insns(tb);
	struct counter_block *block;

	(void)id;
	if (!count || count > MOST_INSTRUCTIONS)
		return;
	if (!plugin.counts && (qemu_plugin_tb_vaddr(tb) & KERNEL_BIT))
		return;
	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		read_instruction(insn, &instructions[i]);
		watch(insn, &instructions[i]);
		if (plugin.counts)
			count_instruction(insn);
	}
	block = plugin.counts ? counter_describe(&plugin.counter, instructions, count) : NULL;
	if (block)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, begin_block, QEMU_PLUGIN_CB_NO_REGS,
						     block);
}

/* ---- the beginning ---- */

static int complain(const char *format, const char *what)
{
	fprintf(stderr, format, what);
	return 1;
}

/* Where instructions are counted that began. */
static int make_place_to_count(void)
{
	static uint64_t alone;

	plugin.executed = &alone;
	if (qemu_plugin_version < 2)
		return 0;
	plugin.per_cpu.score = qemu_plugin_scoreboard_new(sizeof(*plugin.executed));
	return plugin.per_cpu.score ? 0 : -ENOMEM;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	int ret;

	if (argc != 1 || strncmp(argv[0], "out=", 4) != 0)
		return complain("dmabench-count: expected %s\n", "out=FILE, and nothing else");
	if (!info->system_emulation || info->system.max_vcpus != 1)
		return complain(
			"dmabench-count: %s\n",
			"expected a machine of one CPU (-smp 1): brackets of several overlap");
	ret = counter_init(&plugin.counter, info->target_name);
	if (ret == -ENOTSUP)
		return complain("dmabench-count: cannot count on %s: only x86_64 and aarch64\n",
				info->target_name);
	plugin.id = id;
	plugin.out = fopen(argv[0] + 4, "w");
	if (!plugin.out)
		return complain("dmabench-count: cannot write to %s\n", argv[0] + 4);
	if (ret || make_place_to_count())
		return complain("dmabench-count: %s\n", "out of memory");
	fprintf(plugin.out, "dmabench-count 1 %s\n", info->target_name);
	fflush(plugin.out);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	return 0;
}
