/* Calls that copy descriptors, make pairs of them, and act on what they stand for. */
#pragma once

#include "../arguments.h"
#include "../file.h"

SYSCALL_EXIT(dup) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_DUP_1_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(dup2) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_DUP2_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_fd(&record, call, 1);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(dup3) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_DUP3_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_fd(&record, call, 1);
  put_u32(&record, dup3_flags_to_scap(arg(call, 2)));
  return submit(&record, LOST_OTHER);
}

enum { COMPAT_F_GETLK64 = 12, COMPAT_F_SETLK64 = 13, COMPAT_F_SETLKW64 = 14 };

/* Three commands have numbers of their own in the 32-bit entry. */
static __always_inline u32 fcntl_command(const struct call *call) {
  u32 command = arg(call, 1);
  if (call->compat && command == COMPAT_F_GETLK64) return PPM_FCNTL_F_GETLK64;
  if (call->compat && command == COMPAT_F_SETLK64) return PPM_FCNTL_F_SETLK64;
  if (call->compat && command == COMPAT_F_SETLKW64) return PPM_FCNTL_F_SETLKW64;
  return fcntl_cmd_to_scap(command);
}

SYSCALL_EXIT(fcntl) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_FCNTL_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_u8(&record, fcntl_command(call));
  put_u64(&record, arg(call, 2));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(flock) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_FLOCK_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_u32(&record, flock_flags_to_scap(arg(call, 1)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(ioctl) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_IOCTL_3_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_u64(&record, arg(call, 1));
  put_u64(&record, arg(call, 2));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(close_range) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_CLOSE_RANGE_X))) return 0;
  put_s64(&record, call->ret);
  put_u32(&record, arg(call, 0));
  put_u32(&record, arg(call, 1));
  put_u32(&record, close_range_flags_to_scap(arg(call, 2)));
  return submit(&record, LOST_OTHER);
}

/* The two descriptors, where they were given, and the inode that both ends share. */
static __always_inline void put_pipe(struct record *record, const struct call *call) {
  s32 fds[2] = {-1, -1};
  struct file *file = NULL;
  if (call->ret == 0 && bpf_probe_read_user(fds, sizeof(fds), (void *)arg(call, 0)) == 0)
    file = file_of_fd(fds[0]);
  struct file_facts facts;
  file_facts_of(file, &facts);
  put_s64(record, call->ret);
  put_s64(record, fds[0]);
  put_s64(record, fds[1]);
  put_u64(record, facts.ino);
}

SYSCALL_EXIT(pipe) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_PIPE_X))) return 0;
  put_pipe(&record, call);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(pipe2) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_PIPE2_X))) return 0;
  put_pipe(&record, call);
  put_u32(&record, pipe2_flags_to_scap(arg(call, 1)));
  return submit(&record, LOST_OTHER);
}
