/*
 * qemu_plugin_abi - declares what is used of QEMU's interface for plugins, whose header no package
 * of a distribution has.
 *
 * Version 1 is that of QEMU up to 8.2. Version 2 (QEMU 9.0) has other operations that are done
 * inline, on counters of each CPU; version 3 (9.1) copies the bytes of instructions. Functions that
 * only some have are weak: NULL where this QEMU lacks them.
 */
#ifndef COUNTER_QEMU_PLUGIN_ABI_H
#define COUNTER_QEMU_PLUGIN_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_EXPORT __attribute__((visibility("default")))
#define QEMU_IMPORT __attribute__((visibility("default")))
#define QEMU_IMPORT_MAYBE __attribute__((visibility("default"), weak))

typedef uint64_t qemu_plugin_id_t;

struct qemu_info {
	const char *target_name;
	struct {
		int min, cur;
	} version;
	bool system_emulation;
	struct {
		int smp_vcpus, max_vcpus;
	} system;
};

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_scoreboard;

/* Passed by value. */
struct qemu_plugin_u64 {
	struct qemu_plugin_scoreboard *score;
	size_t offset;
};

enum { QEMU_PLUGIN_CB_NO_REGS };
enum { QEMU_PLUGIN_MEM_R = 1, QEMU_PLUGIN_MEM_W, QEMU_PLUGIN_MEM_RW };
enum { QEMU_PLUGIN_INLINE_ADD_U64 };

typedef void qemu_plugin_simple_cb(qemu_plugin_id_t id);
typedef void qemu_plugin_udata_cb(qemu_plugin_id_t id, void *data);
typedef void qemu_plugin_translate_cb(qemu_plugin_id_t id, struct qemu_plugin_tb *block);
typedef void qemu_plugin_vcpu_cb(unsigned int vcpu, void *data);
typedef void qemu_plugin_memory_cb(unsigned int vcpu, uint32_t info, uint64_t address, void *data);

/* ---- what a plugin has ---- */

extern QEMU_EXPORT int qemu_plugin_version;
QEMU_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
				    char **argv);

/* ---- all versions ---- */

QEMU_IMPORT void qemu_plugin_reset(qemu_plugin_id_t id, qemu_plugin_simple_cb *callback);
QEMU_IMPORT void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_udata_cb *callback,
						void *data);
QEMU_IMPORT void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
						       qemu_plugin_translate_cb *callback);
QEMU_IMPORT void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block,
						      qemu_plugin_vcpu_cb *callback, int registers,
						      void *data);
QEMU_IMPORT void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *instruction,
						  qemu_plugin_memory_cb *callback, int registers,
						  int direction, void *data);
QEMU_IMPORT size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
QEMU_IMPORT uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);
QEMU_IMPORT struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block,
							     size_t index);
QEMU_IMPORT size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *instruction);
QEMU_IMPORT uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);

/* ---- version 1 ---- */

QEMU_IMPORT_MAYBE void
qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *instruction, int operation,
					   void *counter, uint64_t operand);

/* ---- from version 2 on ---- */

QEMU_IMPORT_MAYBE struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t size);
QEMU_IMPORT_MAYBE void *qemu_plugin_scoreboard_find(struct qemu_plugin_scoreboard *score,
						    unsigned int vcpu);
QEMU_IMPORT_MAYBE void
qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(struct qemu_plugin_insn *instruction,
						    int operation, struct qemu_plugin_u64 counter,
						    uint64_t operand);

/* ---- up to version 2, and from version 3 on: one name ---- */

typedef const void *qemu_plugin_insn_data_1(const struct qemu_plugin_insn *instruction);
typedef size_t qemu_plugin_insn_data_3(const struct qemu_plugin_insn *instruction, void *bytes,
				       size_t room);
QEMU_IMPORT const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);

/* ---- whose presence tells the version ---- */

QEMU_IMPORT_MAYBE void qemu_plugin_register_vcpu_tb_exec_cond_cb(void); /* 3 */
QEMU_IMPORT_MAYBE void qemu_plugin_read_memory_vaddr(void); /* 4 */
QEMU_IMPORT_MAYBE void qemu_plugin_write_memory_vaddr(void); /* 5 */

/* ---- QEMU's own clock, no part of the interface: many builds export it all the same ---- */

enum { QEMU_CLOCK_VIRTUAL = 1 };
QEMU_IMPORT_MAYBE int64_t qemu_clock_get_ns(int clock);
QEMU_IMPORT_MAYBE int64_t icount_get_raw(void);

#endif
