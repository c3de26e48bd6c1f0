/*
 * Everything that the programs and user space share: the ring that records go through, the words
 * that user space sets, the counters that it reads, and the scratch space in which a record is put
 * together before its length is known.
 */
#pragma once

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/* Of include/uapi/linux/bpf.h. */
enum { BPF_MAP_TYPE_ARRAY = 2, BPF_MAP_TYPE_PROG_ARRAY = 3, BPF_MAP_TYPE_RINGBUF = 27 };
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2, BPF_RB_AVAIL_DATA = 0 };

/* Set before loading; the verifier drops the branches that they switch off. */
/* The programs run as tp_btf and may follow kernel pointers; raw tracepoints must copy. */
const volatile bool follows_pointers = true;
/* bpf_get_current_task_btf exists (5.11). */
const volatile bool has_task_btf = true;
/* bpf_rdonly_cast exists (6.2). */
const volatile bool casts_pointers = true;
/* Walk the path of every opened file and send it where it is not the name that was given. */
const volatile bool sends_real_paths = true;
/* bpf_preempt_disable exists, and functions of their own may be called behind it (6.15). */
const volatile bool disables_preemption = false;

/* Beyond so many processors some share a row of counters, and the counts may be too low. */
enum { SYSCALLS = 512, CPUS_MAX = 1024 };

/* Thread group whose calls are not recorded, the agent's own, as the host numbers it; 0: none. */
volatile s32 self_tgid;

/* Nanoseconds since the epoch at which the machine's boot clock was zero; follows the wall clock. */
volatile u64 boot_time;
/* 1: the call of that number is recorded. By the 64-bit table's number. */
volatile u8 wanted[SYSCALLS];
#if defined(__TARGET_ARCH_x86)
/* The 64-bit table's number of a call that came through the 32-bit entry; 0xffff: none. */
volatile u16 number_of_compat[SYSCALLS];
#endif
/* The reader waits for a wake-up: the next record gives it one and clears the word. */
volatile u32 sleeping;
/* Failed calls are not recorded (engine.modern_ebpf.drop_failed_exit). */
volatile u32 drops_failed;
/* Bytes of data arguments that are recorded (snaplen). */
volatile u32 snap_bytes = 80;
/* Bytes in the ring beyond which only records that state depends on are let in. */
volatile u64 reserve_from = ~0ULL;

/* Classes in which lost records are counted: syscall_event_drops names them. */
enum lost_class {
  LOST_OTHER,
  LOST_CLONE_FORK,
  LOST_EXECVE,
  LOST_CONNECT,
  LOST_OPEN,
  LOST_DIR_FILE,
  LOST_OTHER_INTEREST,
  LOST_CLOSE,
  LOST_PROC,
  LOST_CLASSES = 16,
};

/* One row per processor, so that nobody waits for another's cache line. */
struct counters {
  /* Records handed to the ring, those lost included. */
  u64 records;
  /* The record did not fit the scratch space. */
  u64 too_long;
  /* The ring is so full that only vital records are let in. */
  u64 crowded;
  /* Bytes handed to the ring since it was looked at how full it is. */
  u64 unlooked_bytes;
  u64 reserved[4];
  /* The ring was full, or one call had more messages than are recorded. */
  u64 lost[LOST_CLASSES];
};
struct counters counters[CPUS_MAX] SEC(".data.counters");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 8 * 1024 * 1024);
} ring SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, SYSCALLS);
  __uint(key_size, sizeof(u32));
  __uint(value_size, sizeof(u32));
} programs SEC(".maps");

/*
 * A parameter may begin anywhere in the first half and have up to 64 KiB: its bounds are plain to
 * the verifier, which sees nothing but the masks.
 */
enum {
  RECORD_HALF = 64 * 1024,
  RECORD_MASK = RECORD_HALF - 1,
  PATH_HALF = 4096,
  PATH_MASK = PATH_HALF - 1,
};
struct scratch {
  u8 record[2 * RECORD_HALF];
  /* A path is put together from its end, a name at most 256 bytes beyond its start. */
  u8 path[2 * PATH_HALF];
  /* struct walk of path.h. */
  u64 walk[8];
  /* The struct path that is walked: functions of their own take no pointers to kernel memory. */
  u64 walked;
  /* 1: the walk goes past the root of the process, to that of its mount namespace. */
  u32 walks_past_root;
  /* What else functions of their own keep between two looks of the verifier. */
  u64 words[64];
};
/*
 * One for each processor; the loader sets how many. A per-CPU map allows no value of this size.
 *
 * It belongs to a program until the program ends, because nothing else that uses it can run on the processor
 * in between: no program here runs in an interrupt, and the task cannot be preempted or moved. At sys_exit
 * the kernel sees to that (bpf_trace_run under preempt_disable; since 6.13, where these tracepoints may
 * fault, in __BPF_DECLARE_TRACE_SYSCALL of include/trace/bpf_probe.h). At sched_process_* it does so
 * until 7.0 (a46023d5616e), where the programs do it themselves: keep_processor.
 */
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, u32);
  __type(value, struct scratch);
} scratches SEC(".maps");

static __always_inline struct scratch *scratch_of_cpu(void) {
  u32 cpu = bpf_get_smp_processor_id();
  return bpf_map_lookup_elem(&scratches, &cpu);
}

extern void bpf_preempt_disable(void) __ksym __weak;
extern void bpf_preempt_enable(void) __ksym __weak;

static __always_inline void keep_processor(void) {
  if (disables_preemption) bpf_preempt_disable();
}

static __always_inline void release_processor(void) {
  if (disables_preemption) bpf_preempt_enable();
}

static __always_inline struct counters *counters_of_cpu(void) {
  return &counters[bpf_get_smp_processor_id() & (CPUS_MAX - 1)];
}
