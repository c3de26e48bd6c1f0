/*
 * The end of a system call: its number, arguments and result, whichever entry it came through.
 *
 *   SYSCALL_EXIT(chmod) { ... arg(call, 0) ... call->ret ... }
 *
 * defines the program sys_chmod. Its name is what connects it with the call: the loader puts it into
 * the slot of every number that the architecture has for a call of that name.
 */
#pragma once

#include "maps.h"

struct call {
  struct pt_regs *regs;
  s64 ret;
  /* Whose it is: looked up once, a helper's return alone takes 8 ns where returns are guarded (SRSO). */
  struct task_struct *task;
  /* Through the 32-bit entry: arguments lie in other registers, pointers and sizes have 32 bits. */
  bool compat;
};

/* A member of a structure that the verifier knows the pointer of, or, in a raw tracepoint, a copy. */
#define FOLLOW(pointer, member)                                                       \
  ({                                                                                  \
    typeof((pointer)->member) followed;                                               \
    if (follows_pointers) followed = (pointer)->member;                               \
    else bpf_core_read(&followed, sizeof(followed), &(pointer)->member);              \
    followed;                                                                         \
  })

/*
 * A member of a structure behind any pointer of the kernel. Where the kernel offers bpf_rdonly_cast (6.2) it
 * is one load, which a bad address makes 0; elsewhere a copy by a helper, five times as dear.
 */
extern void *bpf_rdonly_cast(const void *pointer, u32 btf_id) __ksym __weak;
#define DEREF(pointer, member)                                                                        \
  ({                                                                                                  \
    typeof((pointer)->member) dereferenced;                                                           \
    if (casts_pointers)                                                                               \
      dereferenced =                                                                                  \
          ((typeof(pointer))bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(typeof(*(pointer)))))->member; \
    else                                                                                              \
      bpf_core_read(&dereferenced, sizeof(dereferenced), &(pointer)->member);                         \
    dereferenced;                                                                                     \
  })

/*
 * A pointer whose type the verifier knows from here on, where there is the cast; MEMBER follows it, and what it reads is known as
 * well. So a chain of structures takes one cast, and not one, which the compiler takes for a call, at each step.
 */
#define KNOWN(pointer)                                                                          \
  (casts_pointers                                                                               \
       ? (typeof(pointer))bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(typeof(*(pointer)))) \
       : (pointer))
#define MEMBER(pointer, member)                                                  \
  ({                                                                           \
    typeof((pointer)->member) of_known;                                        \
    if (casts_pointers) of_known = (pointer)->member;                          \
    else bpf_core_read(&of_known, sizeof(of_known), &(pointer)->member);       \
    of_known;                                                                  \
  })

static __always_inline struct task_struct *current_task(void) {
  if (follows_pointers && has_task_btf) return (struct task_struct *)bpf_get_current_task_btf();
  return (struct task_struct *)bpf_get_current_task();
}

/*
 * A member of a task. A pointer is taken through the cast where there is one: to follow a trusted pointer to
 * another one, the verifier goes through the names of all the kernel's types, a millisecond for each.
 */
enum { POINTER_CLASS = 5 };
#define TASK(task, member)                                                            \
  ({                                                                                  \
    typeof((task)->member) of_task;                                                   \
    if (casts_pointers && __builtin_classify_type(of_task) == POINTER_CLASS)          \
      of_task = DEREF(task, member);                                                  \
    else if (follows_pointers && has_task_btf)                                        \
      of_task = (task)->member;                                                       \
    else                                                                              \
      bpf_core_read(&of_task, sizeof(of_task), &(task)->member);                      \
    of_task;                                                                          \
  })

#if defined(__TARGET_ARCH_x86)
enum { TS_COMPAT = 2 };

static __always_inline bool is_compat_task(struct task_struct *task) {
  return TASK(task, thread_info.status) & TS_COMPAT;
}

static __always_inline u32 number_of(struct pt_regs *regs) { return FOLLOW(regs, orig_ax); }

static __always_inline u64 arg(const struct call *call, int index) {
  struct pt_regs *regs = call->regs;
  if (call->compat) {
    switch (index) {
      case 0: return (u32)FOLLOW(regs, bx);
      case 1: return (u32)FOLLOW(regs, cx);
      case 2: return (u32)FOLLOW(regs, dx);
      case 3: return (u32)FOLLOW(regs, si);
      case 4: return (u32)FOLLOW(regs, di);
      default: return (u32)FOLLOW(regs, bp);
    }
  }
  switch (index) {
    case 0: return FOLLOW(regs, di);
    case 1: return FOLLOW(regs, si);
    case 2: return FOLLOW(regs, dx);
    case 3: return FOLLOW(regs, r10);
    case 4: return FOLLOW(regs, r8);
    default: return FOLLOW(regs, r9);
  }
}
#elif defined(__TARGET_ARCH_arm64)
enum { TIF_32BIT = 22 };

static __always_inline bool is_compat_task(struct task_struct *task) {
  return (TASK(task, thread_info.flags) >> TIF_32BIT) & 1;
}

static __always_inline u32 number_of(struct pt_regs *regs) { return FOLLOW(regs, syscallno); }

static __always_inline u64 arg(const struct call *call, int index) {
  struct pt_regs *regs = call->regs;
  switch (index) {
    case 0: return FOLLOW(regs, orig_x0);
    case 1: return FOLLOW(regs, regs[1]);
    case 2: return FOLLOW(regs, regs[2]);
    case 3: return FOLLOW(regs, regs[3]);
    case 4: return FOLLOW(regs, regs[4]);
    default: return FOLLOW(regs, regs[5]);
  }
}
#endif

static __always_inline bool is_compat(void) { return is_compat_task(current_task()); }

static __always_inline struct call call_of(u64 *context) {
  struct task_struct *task = current_task();
  struct call call = {(struct pt_regs *)context[0], (s64)context[1], task, is_compat_task(task)};
  return call;
}

#define SYSCALL_EXIT(name)                                            \
  static __always_inline int at_exit_of_##name(struct call *call);    \
  SEC("tp_btf/sys_exit")                                              \
  int sys_##name(u64 *context) {                                      \
    struct call call = call_of(context);                              \
    return at_exit_of_##name(&call);                                  \
  }                                                                   \
  static __always_inline int at_exit_of_##name(struct call *call)
