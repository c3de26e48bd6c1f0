/*
 * What the kernel knows of a task: ids as the host and as its own pid namespace see them, credentials,
 * memory, terminal. `task` may be any task: the current one, an argument of a tracepoint, a pointer
 * that was followed.
 */
#pragma once

#include "call.h"
#include "flags.gen.h"
#include "record.h"

/* Of include/linux/sched.h, include/linux/mm_types_task.h, include/uapi/asm-generic/resource.h. */
enum { PF_EXITING = 0x4, PF_KTHREAD = 0x200000 };
enum { MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES };
enum { RLIMIT_NOFILE = 7 };

enum {
  COMM_BYTES = 16,
  PAGE_KB = 4,
  NOBODY = 0xffffffff,
};

static __always_inline bool is_kernel_thread(struct task_struct *task) {
  return TASK(task, flags) & PF_KTHREAD;
}

/* Where struct pid keeps its number of one level of nested pid namespaces, 0 being the host's. */
static __always_inline u64 numbers_offset(u32 level) {
  return bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid);
}

/* How many pid namespaces are around the task's own: 0 on the host. */
static __always_inline u32 pid_level(struct task_struct *task) {
  struct pid *pid = TASK(task, thread_pid);
  return DEREF(pid, level);
}

/* 0: the pid is not seen there. */
static __always_inline s32 number_at(struct pid *pid, u32 level) {
  if (level == 0) return DEREF(pid, numbers[0].nr);
  if (level > DEREF(pid, level)) return 0;
  s32 number = 0;
  u64 offset = numbers_offset(level) + bpf_core_field_offset(struct upid, nr);
  bpf_probe_read_kernel(&number, sizeof(number), (void *)pid + offset);
  return number;
}

/*
 * Of its thread group, process group or session. A macro, as all that index arrays of the kernel: only a
 * constant in the very expression is moved to where this kernel has the element.
 */
#define PID_OF_GROUP(task, type)                          \
  ({                                                      \
    struct signal_struct *signal = TASK(task, signal);    \
    DEREF(signal, pids[type]);                            \
  })

/* As the task itself sees its id. */
static __always_inline s32 own_tid(struct task_struct *task) {
  u32 level = pid_level(task);
  if (level == 0) return TASK(task, pid);
  return number_at(TASK(task, thread_pid), level);
}

static __always_inline s32 own_pid(struct task_struct *task) {
  u32 level = pid_level(task);
  if (level == 0) return TASK(task, tgid);
  return number_at(PID_OF_GROUP(task, PIDTYPE_TGID), level);
}

static __always_inline struct pid_namespace *pid_namespace_of(struct task_struct *task) {
  struct pid *pid = TASK(task, thread_pid);
  u32 level = DEREF(pid, level);
  if (level == 0) return DEREF(pid, numbers[0].ns);
  struct pid_namespace *namespace = NULL;
  u64 offset = numbers_offset(level) + bpf_core_field_offset(struct upid, ns);
  bpf_probe_read_kernel(&namespace, sizeof(namespace), (void *)pid + offset);
  return namespace;
}

/* When the first process of its pid namespace began, in nanoseconds since the machine was started. */
static __always_inline u64 pid_namespace_start(struct task_struct *task) {
  struct pid_namespace *namespace = pid_namespace_of(task);
  struct task_struct *init = DEREF(namespace, child_reaper);
  return DEREF(init, start_boottime);
}

static __always_inline s32 parent_tid(struct task_struct *task) {
  struct task_struct *parent = TASK(task, real_parent);
  return DEREF(parent, pid);
}

static __always_inline struct cred *credentials_of(struct task_struct *task) {
  return (struct cred *)TASK(task, cred);
}

static __always_inline u32 effective_uid(struct task_struct *task) {
  struct cred *cred = credentials_of(task);
  return DEREF(cred, euid.val);
}

static __always_inline u32 effective_gid(struct task_struct *task) {
  struct cred *cred = credentials_of(task);
  return DEREF(cred, egid.val);
}

/* NOBODY where the kernel audits nothing. */
static __always_inline u32 login_uid(struct task_struct *task) {
  if (!bpf_core_field_exists(task->loginuid)) return NOBODY;
  return TASK(task, loginuid.val);
}

/* A set of capabilities of credentials, as the kernel numbers them. */
#define CAPABILITIES(cred, set)                                                              \
  ({                                                                                         \
    struct cred___before_v6_3 *older = (struct cred___before_v6_3 *)(cred);                  \
    bpf_core_field_exists(((kernel_cap_t *)0)->val)                                          \
        ? DEREF(cred, set.val)                                                               \
        : DEREF(older, set.cap[0]) | (u64)DEREF(older, set.cap[1]) << 32;                    \
  })

static __always_inline void put_capabilities(struct record *record, struct task_struct *task) {
  struct cred *cred = credentials_of(task);
  put_u64(record, capabilities_to_scap(CAPABILITIES(cred, cap_inheritable)));
  put_u64(record, capabilities_to_scap(CAPABILITIES(cred, cap_permitted)));
  put_u64(record, capabilities_to_scap(CAPABILITIES(cred, cap_effective)));
}

static __always_inline u64 descriptors_max(struct task_struct *task) {
  struct signal_struct *signal = TASK(task, signal);
  return DEREF(signal, rlim[RLIMIT_NOFILE].rlim_cur);
}

/* Device number of the controlling terminal, as user space writes it; 0: none. */
static __always_inline u32 terminal_of(struct task_struct *task) {
  struct signal_struct *signal = TASK(task, signal);
  struct tty_struct *tty = DEREF(signal, tty);
  if (!tty) return 0;
  struct tty_driver *driver = DEREF(tty, driver);
  u32 minor = DEREF(driver, minor_start) + DEREF(tty, index);
  return (minor & 0xff) | (u32)DEREF(driver, major) << 8 | (minor & ~0xffu) << 12;
}

/* The kernel counts on several processors: what this one knows may be behind, and below zero. */
#define PAGES(mm, kind)                                                                       \
  ({                                                                                          \
    struct mm_struct___before_v6_2 *older = (struct mm_struct___before_v6_2 *)(mm);           \
    bpf_core_type_exists(struct mm_rss_stat) ? DEREF(older, rss_stat.count[kind].counter)     \
                                             : DEREF(mm, rss_stat[kind].count);               \
  })

static __always_inline u32 kilobytes(s64 pages) { return pages > 0 ? pages * PAGE_KB : 0; }

/* vm_size, vm_rss, vm_swap. */
static __always_inline void put_memory(struct record *record, struct task_struct *task) {
  struct mm_struct *mm = TASK(task, mm);
  s64 resident = PAGES(mm, MM_FILEPAGES) + PAGES(mm, MM_ANONPAGES) + PAGES(mm, MM_SHMEMPAGES);
  put_u32(record, kilobytes(DEREF(mm, total_vm)));
  put_u32(record, kilobytes(resident));
  put_u32(record, kilobytes(PAGES(mm, MM_SWAPENTS)));
}

/* tid, pid, ptid, cwd (never sent), fdlimit, page faults, memory, comm: alike in clone and exec. */
static __always_inline void put_thread(struct record *record, struct task_struct *task) {
  put_s64(record, TASK(task, pid));
  put_s64(record, TASK(task, tgid));
  put_s64(record, parent_tid(task));
  put_empty(record);
  put_u64(record, descriptors_max(task));
  put_u64(record, TASK(task, maj_flt));
  put_u64(record, TASK(task, min_flt));
  put_memory(record, task);
  put_kernel_string(record, &task->comm, COMM_BYTES);
}
