/*
 * A thread or process begins. Its own record is written before it runs, while its maker is still in the call:
 * nothing that it does can come before. The maker's record follows at the end of the call.
 */
#pragma once

#include "../cgroups.h"
#include "../strings.h"
#include "../task.h"

/* Numbers of the calls; SYSCALLS: the architecture has none. */
enum {
  NR_CLONE = NATIVE(56, 220),
  NR_FORK = NATIVE(57, SYSCALLS),
  NR_VFORK = NATIVE(58, SYSCALLS),
  NR_CLONE3 = 435,
};

/* From the control groups to the ids in the own pid namespace. */
static __always_inline void put_birth(struct record *record, struct task_struct *task, u32 flags) {
  put_cgroups(record, task);
  put_u32(record, flags);
  put_u32(record, effective_uid(task));
  put_u32(record, effective_gid(task));
  put_s64(record, own_tid(task));
  put_s64(record, own_pid(task));
}

/* What the two share now. */
static __always_inline u32 shared_flags(struct task_struct *parent, struct task_struct *child) {
  u32 flags = 0;
  if (TASK(child, tgid) == TASK(parent, tgid)) flags |= PPM_CL_CLONE_THREAD | PPM_CL_CLONE_SIGHAND;
  if (TASK(child, mm) == TASK(parent, mm)) flags |= PPM_CL_CLONE_VM;
  if (TASK(child, files) == TASK(parent, files)) flags |= PPM_CL_CLONE_FILES;
  if (TASK(child, fs) == TASK(parent, fs)) flags |= PPM_CL_CLONE_FS;
  return flags;
}

/* The call that the current task is in: its number in the 64-bit table, and its first argument. */
struct making_call {
  u32 number;
  u64 argument;
};

static __always_inline struct pt_regs *registers_of_current(void) {
  if (has_task_btf && bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
    return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
  /* Before 5.15: at the end of the kernel's stack, of four pages. */
  enum { STACK_BYTES = 16 * 1024 };
  struct task_struct *task = current_task();
  return TASK(task, stack) + STACK_BYTES - bpf_core_type_size(struct pt_regs);
}

#if defined(__TARGET_ARCH_x86)
static __always_inline struct making_call current_call(void) {
  struct pt_regs *regs = registers_of_current();
  u32 number = DEREF(regs, orig_ax);
  if (is_compat()) {
    struct making_call narrow = {SYSCALLS, (u32)DEREF(regs, bx)};
    if (number < SYSCALLS) narrow.number = number_of_compat[number & (SYSCALLS - 1)];
    return narrow;
  }
  struct making_call call = {number & ~0x40000000u, DEREF(regs, di)};
  return call;
}
#elif defined(__TARGET_ARCH_arm64)
static __always_inline struct making_call current_call(void) {
  struct pt_regs *regs = registers_of_current();
  struct making_call call = {is_compat() ? SYSCALLS : DEREF(regs, syscallno), DEREF(regs, orig_x0)};
  return call;
}
#endif

/* struct clone_args begins with them. */
static __always_inline u32 clone3_flags(u64 arguments) {
  u64 flags = 0;
  bpf_probe_read_user(&flags, sizeof(flags), (void *)arguments);
  return clone_flags_to_scap(flags);
}

/* What a call made, and how. */
struct birth {
  u16 event;
  u32 flags;
};

/* By the call that the maker is in. Of one that is not known: what can be seen, as a clone. */
static __always_inline struct birth birth_of(struct task_struct *parent, struct task_struct *child) {
  struct birth birth = {PPME_SYSCALL_CLONE_20_X, 0};
  struct making_call call = current_call();
  if (call.number == NR_FORK) {
    birth.event = PPME_SYSCALL_FORK_20_X;
  } else if (call.number == NR_VFORK) {
    birth.event = PPME_SYSCALL_VFORK_20_X;
  } else if (call.number == NR_CLONE) {
    birth.flags = clone_flags_to_scap(call.argument);
  } else {
    /* Flags in memory may have been changed since the kernel read them: not what they did. */
    u32 seen = PPM_CL_CLONE_THREAD | PPM_CL_CLONE_VM | PPM_CL_CLONE_FILES | PPM_CL_CLONE_FS;
    if (call.number == NR_CLONE3) {
      birth.event = PPME_SYSCALL_CLONE3_X;
      birth.flags = clone3_flags(call.argument) & ~seen;
    }
    birth.flags |= shared_flags(parent, child);
  }
  if (pid_level(child) > 0) birth.flags |= PPM_CL_CHILD_IN_PIDNS;
  return birth;
}

static __always_inline int record_birth(struct task_struct *parent, struct task_struct *child) {
  struct birth birth = birth_of(parent, child);
  struct record record;
  if (!begin_of(&record, birth.event, PARAMS_SYSCALL_CLONE_20_X, TASK(child, pid))) return 0;
  put_s64(&record, 0);
  put_arguments(&record, child);
  put_thread(&record, child);
  put_birth(&record, child, birth.flags);
  put_u64(&record, pid_namespace_start(child));
  return submit(&record, LOST_CLONE_FORK);
}

SEC("tp_btf/sched_process_fork")
int sched_process_fork(u64 *context) {
  struct task_struct *parent = (struct task_struct *)context[0];
  struct task_struct *child = (struct task_struct *)context[1];
  if (is_kernel_thread(parent) || TASK(child, tgid) == self_tgid) return 0;
  keep_processor();
  record_birth(parent, child);
  release_processor();
  return 0;
}

/* Whether children are born into a pid namespace other than the host's. */
static __always_inline bool has_children_in_namespace(struct task_struct *task) {
  if (pid_level(task) > 0) return true;
  struct nsproxy *namespaces = TASK(task, nsproxy);
  return DEREF(namespaces, pid_ns_for_children) != pid_namespace_of(task);
}

static __always_inline int maker_returns(struct call *call, u16 event, u32 params, u32 flags) {
  /* The child also comes by here, with 0. */
  if (call->ret == 0) return 0;
  struct task_struct *task = current_task();
  struct record record;
  if (!begin(&record, event, params)) return 0;
  put_s64(&record, call->ret);
  if (call->ret > 0) {
    put_arguments(&record, task);
  } else {
    put_empty(&record);
    put_empty(&record);
  }
  put_thread(&record, task);
  put_birth(&record, task, flags | (has_children_in_namespace(task) ? PPM_CL_CHILD_IN_PIDNS : 0));
  /* The child's record has it. */
  put_u64(&record, 0);
  return submit_result(&record, LOST_CLONE_FORK, call->ret);
}

SYSCALL_EXIT(clone) {
  return maker_returns(call, EVENT(SYSCALL_CLONE_20_X), clone_flags_to_scap(arg(call, 0)));
}

SYSCALL_EXIT(clone3) { return maker_returns(call, EVENT(SYSCALL_CLONE3_X), clone3_flags(arg(call, 0))); }

#if defined(__TARGET_ARCH_x86)
SYSCALL_EXIT(fork) { return maker_returns(call, EVENT(SYSCALL_FORK_20_X), 0); }

SYSCALL_EXIT(vfork) { return maker_returns(call, EVENT(SYSCALL_VFORK_20_X), 0); }
#endif
