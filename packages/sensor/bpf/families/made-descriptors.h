/* Calls that make descriptors for what is no file: events, signals, timers, memory, processes. */
#pragma once

#include "../arguments.h"

/* It has no flags; eventfd2 has. */
SYSCALL_EXIT(eventfd) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_EVENTFD_X))) return 0;
  put_s64(&record, call->ret);
  put_u64(&record, (u32)arg(call, 0));
  put_u32(&record, 0);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(eventfd2) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_EVENTFD2_X))) return 0;
  put_s64(&record, call->ret);
  put_u16(&record, eventfd2_flags_to_scap(arg(call, 1)));
  put_u64(&record, (u32)arg(call, 0));
  return submit(&record, LOST_OTHER);
}

/* It has no flags; signalfd4 has. */
SYSCALL_EXIT(signalfd) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_SIGNALFD_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_u32(&record, signals_at(arg(call, 1)));
  put_u8(&record, 0);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(signalfd4) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_SIGNALFD4_X))) return 0;
  put_s64(&record, call->ret);
  put_u16(&record, signalfd4_flags_to_scap(arg(call, 3)));
  put_fd(&record, call, 0);
  put_u32(&record, signals_at(arg(call, 1)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(timerfd_create) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_TIMERFD_CREATE_X))) return 0;
  put_s64(&record, call->ret);
  put_u8(&record, arg(call, 0));
  put_u8(&record, timerfd_create_flags_to_scap(arg(call, 1)));
  return submit(&record, LOST_OTHER);
}

/* It has no flags; inotify_init1 has. */
SYSCALL_EXIT(inotify_init) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_INOTIFY_INIT_X))) return 0;
  put_s64(&record, call->ret);
  put_u8(&record, 0);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(inotify_init1) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_INOTIFY_INIT1_X))) return 0;
  put_s64(&record, call->ret);
  put_u16(&record, inotify_init1_flags_to_scap(arg(call, 0)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(epoll_create) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_EPOLL_CREATE_X))) return 0;
  put_s64(&record, call->ret);
  put_s32(&record, arg(call, 0));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(epoll_create1) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_EPOLL_CREATE1_X))) return 0;
  put_s64(&record, call->ret);
  put_u32(&record, epoll_create1_flags_to_scap(arg(call, 0)));
  return submit(&record, LOST_OTHER);
}

/* Its flags, like pidfd_getfd's, are the kernel's own: the event table has no names for them. */
SYSCALL_EXIT(userfaultfd) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_USERFAULTFD_X))) return 0;
  put_s64(&record, call->ret);
  put_u32(&record, arg(call, 0));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(memfd_create) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_MEMFD_CREATE_X))) return 0;
  put_s64(&record, call->ret);
  put_path(&record, call, 0);
  put_u32(&record, memfd_create_flags_to_scap(arg(call, 1)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(pidfd_open) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_PIDFD_OPEN_X))) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, (s32)arg(call, 0));
  put_u32(&record, pidfd_open_flags_to_scap(arg(call, 1)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(pidfd_getfd) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_PIDFD_GETFD_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_fd(&record, call, 1);
  put_u32(&record, arg(call, 2));
  return submit(&record, LOST_OTHER);
}
