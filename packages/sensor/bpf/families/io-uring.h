/* io_uring: calls that are handed over in memory. What it is then asked to do makes no system calls. */
#pragma once

#include "../arguments.h"

/* The beginning of include/uapi/linux/io_uring.h's structure, the same in both entries. */
struct io_uring_params {
  u32 sq_entries, cq_entries, flags, sq_thread_cpu, sq_thread_idle, features;
};

SYSCALL_EXIT(io_uring_setup) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_IO_URING_SETUP_X))) return 0;
  struct io_uring_params params = {};
  bpf_probe_read_user(&params, sizeof(params), (void *)arg(call, 1));
  put_s64(&record, call->ret);
  put_u32(&record, arg(call, 0));
  put_u32(&record, params.sq_entries);
  put_u32(&record, params.cq_entries);
  put_u32(&record, io_uring_setup_flags_to_scap(params.flags));
  put_u32(&record, params.sq_thread_cpu);
  put_u32(&record, params.sq_thread_idle);
  put_u32(&record, io_uring_setup_feats_to_scap(params.features));
  return submit(&record, LOST_OTHER);
}

enum { IORING_ENTER_EXT_ARG = 8 };

/* The first 32 signals of the set: the argument points to it, or to a structure that begins with its place. */
static __always_inline u32 signals_of_enter(const struct call *call) {
  u64 pointer = arg(call, 4);
  if (arg(call, 3) & IORING_ENTER_EXT_ARG) {
    u64 set = 0;
    bpf_probe_read_user(&set, sizeof(set), (void *)pointer);
    pointer = set;
  }
  return signals_at(pointer);
}

SYSCALL_EXIT(io_uring_enter) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_IO_URING_ENTER_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_u32(&record, arg(call, 1));
  put_u32(&record, arg(call, 2));
  put_u32(&record, io_uring_enter_flags_to_scap(arg(call, 3)));
  put_u32(&record, signals_of_enter(call));
  return submit(&record, LOST_OTHER);
}

/* PPM_IORING_REGISTER_ constants are the kernel's own. */
SYSCALL_EXIT(io_uring_register) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_IO_URING_REGISTER_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_u16(&record, arg(call, 1));
  put_u64(&record, arg(call, 2));
  put_u32(&record, arg(call, 3));
  return submit(&record, LOST_OTHER);
}
