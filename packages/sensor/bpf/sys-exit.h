/*
 * Where every system call ends. Most leave after one look at `wanted`; the others go on in the
 * program of their own call, which a tail call reaches.
 */
#pragma once

#include "socketcall.h"

/* The number in the 64-bit table; SYSCALLS: there is none. */
static __always_inline u32 native_number(struct pt_regs *regs, struct task_struct *task) {
  u32 number = number_of(regs);
#if defined(__TARGET_ARCH_x86)
  if (is_compat_task(task)) {
    if (number == COMPAT_SOCKETCALL) return number_of_socketcall(regs);
    return number < SYSCALLS ? number_of_compat[number & (SYSCALLS - 1)] : SYSCALLS;
  }
  /* x32: the same numbers with a mark. */
  number &= ~0x40000000u;
#else
  if (is_compat_task(task)) return SYSCALLS;
#endif
  return number;
}

enum { NR_CLOSE = NATIVE(3, 57), NR_OPENAT = NATIVE(257, 56) };

/*
 * In the program of the call. A slot that is a constant becomes a jump to where the program is; any other is an indirect
 * one, which is guarded (retpoline) and takes some 15 ns more. The calls that are made most have constants.
 */
static __always_inline void go_on(u64 *context, u32 number) {
  if (number == NR_OPENAT) bpf_tail_call_static(context, &programs, NR_OPENAT);
  else if (number == NR_CLOSE) bpf_tail_call_static(context, &programs, NR_CLOSE);
  else bpf_tail_call(context, &programs, number);
}

SEC("tp_btf/sys_exit")
int sys_exit(u64 *context) {
  struct task_struct *task = current_task();
  u32 number = native_number((struct pt_regs *)context[0], task);
  if (number >= SYSCALLS || !wanted[number & (SYSCALLS - 1)]) return 0;
  s64 result = context[1];
  /* A connection that is being made has not failed. */
  if (drops_failed && result < 0 && result != -EINPROGRESS) return 0;
  if (TASK(task, tgid) == self_tgid) return 0;
  go_on(context, number);
  return 0;
}

/* A descriptor that cannot exist, which the loader closes to be known by; 0: nobody is looked for. */
volatile s32 self_mark;

/*
 * Who the loader is. It cannot know by itself: in a pid namespace of its own, as in a container, it has
 * another number than here. Attached for that one call.
 */
SEC("tp_btf/sys_exit")
int find_self(u64 *context) {
  struct call call = call_of(context);
  s32 mark = self_mark;
  if (mark == 0 || call.compat || number_of(call.regs) != NR_CLOSE || (s32)arg(&call, 0) != mark) return 0;
  struct task_struct *task = call.task;
  self_tgid = TASK(task, tgid);
  return 0;
}
