/*
 * A process becomes another program. Success is told by the tracepoint of the exec itself, with what the
 * kernel took over; failures at the end of the call, with what the process had asked for.
 */
#pragma once

#include "../cgroups.h"
#include "../executable.h"
#include "../strings.h"

/* From the controlling terminal to the effective group id: alike in all records of the family. */
static __always_inline void put_program(struct record *record, struct task_struct *task) {
  struct file *file = executable_of(task);
  struct inode *inode = DEREF(file, f_inode);
  struct pid *group = PID_OF_GROUP(task, PIDTYPE_PGID);
  put_u32(record, terminal_of(task));
  put_s64(record, number_at(group, pid_level(task)));
  put_u32(record, login_uid(task));
  put_u32(record, executable_flags(record->scratch, task, file));
  put_capabilities(record, task);
  put_u64(record, DEREF(inode, i_ino));
  put_u64(record, changed_at(inode));
  put_u64(record, modified_at(inode));
  put_u32(record, effective_uid(task));
  put_executable_path(record, file);
  put_s64(record, number_at(group, 0));
  put_u32(record, effective_gid(task));
}

static __always_inline int record_exec(struct task_struct *task, struct linux_binprm *binprm) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_EXECVE_19_X))) return 0;
  put_s64(&record, 0);
  put_arguments(&record, task);
  put_thread(&record, task);
  put_cgroups(&record, task);
  put_environment(&record, task);
  put_program(&record, task);
  put_kernel_string(&record, FOLLOW(binprm, filename), PATH_BYTES);
  return submit(&record, LOST_EXECVE);
}

SEC("tp_btf/sched_process_exec")
int sched_process_exec(u64 *context) {
  struct task_struct *task = (struct task_struct *)context[0];
  if (is_kernel_thread(task) || TASK(task, tgid) == self_tgid) return 0;
  keep_processor();
  record_exec(task, (struct linux_binprm *)context[2]);
  release_processor();
  return 0;
}

static __always_inline void put_refused(struct record *record, struct call *call, int argv) {
  struct task_struct *task = current_task();
  put_s64(record, call->ret);
  put_asked_arguments(record, arg(call, argv), call->compat);
  put_thread(record, task);
  put_cgroups(record, task);
  put_asked_environment(record, arg(call, argv + 1), call->compat);
  put_program(record, task);
}

SYSCALL_EXIT(execve) {
  if (call->ret == 0) return 0;
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_EXECVE_19_X))) return 0;
  put_refused(&record, call, 1);
  put_user_string(&record, arg(call, 0), PATH_BYTES);
  return submit_result(&record, LOST_EXECVE, call->ret);
}

SYSCALL_EXIT(execveat) {
  if (call->ret == 0) return 0;
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_EXECVEAT_X))) return 0;
  put_refused(&record, call, 2);
  return submit_result(&record, LOST_EXECVE, call->ret);
}
