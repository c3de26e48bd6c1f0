/*
 * The calls of sockets, and the 32-bit entry's older way to them: one call, socketcall, whose first argument
 * says which is meant, and whose second is where in user memory that call's own arguments lie.
 */
#pragma once

#include "call.h"

enum {
  EINPROGRESS = 115,
  ARGUMENTS_MAX = 6,
  /* send and recv are reached through socketcall alone and have no number in the 64-bit table. */
  NUMBER_OF_SEND = SYSCALLS - 2,
  NUMBER_OF_RECV = SYSCALLS - 1,
};

#if defined(__TARGET_ARCH_x86)
enum { COMPAT_SOCKETCALL = 102 };

/* By the first argument of socketcall (include/uapi/linux/net.h) the number in the 64-bit table. */
static const u16 socketcall_numbers[32] = {
    [0] = SYSCALLS,
    [1] = 41,  /* socket */
    [2] = 49,  /* bind */
    [3] = 42,  /* connect */
    [4] = 50,  /* listen */
    [5] = 43,  /* accept */
    [6] = 51,  /* getsockname */
    [7] = 52,  /* getpeername */
    [8] = 53,  /* socketpair */
    [9] = NUMBER_OF_SEND,
    [10] = NUMBER_OF_RECV,
    [11] = 44,  /* sendto */
    [12] = 45,  /* recvfrom */
    [13] = 48,  /* shutdown */
    [14] = 54,  /* setsockopt */
    [15] = 55,  /* getsockopt */
    [16] = 46,  /* sendmsg */
    [17] = 47,  /* recvmsg */
    [18] = 288, /* accept4 */
    [19] = 299, /* recvmmsg */
    [20] = 307, /* sendmmsg */
    [21 ... 31] = SYSCALLS,
};

static __always_inline u32 number_of_socketcall(struct pt_regs *regs) {
  u32 which = FOLLOW(regs, bx);
  return which < 32 ? socketcall_numbers[which & 31] : SYSCALLS;
}

static __always_inline bool is_socketcall(const struct call *call) {
  return call->compat && number_of(call->regs) == COMPAT_SOCKETCALL;
}

/* What socketcall's second argument points to; a descriptor of -1 where it cannot be read. */
static __always_inline void read_socketcall_arguments(const struct call *call, u64 *arguments, int count) {
  u32 words[ARGUMENTS_MAX] = {};
  if (bpf_probe_read_user(words, count * sizeof(u32), (void *)arg(call, 1)) != 0) words[0] = -1;
#pragma unroll
  for (int i = 0; i < count; i++) arguments[i] = words[i];
}
#else
static __always_inline bool is_socketcall(const struct call *call) { return false; }
#endif

/* The first arguments of a call of sockets, whichever way it came. */
static __always_inline void read_arguments(const struct call *call, u64 *arguments, int count) {
#if defined(__TARGET_ARCH_x86)
  if (is_socketcall(call)) {
    read_socketcall_arguments(call, arguments, count);
    return;
  }
#endif
#pragma unroll
  for (int i = 0; i < count; i++) arguments[i] = arg(call, i);
}
