/*
 * A thread ends. Its children get another parent, which the record names so that the reader need not
 * guess; the kernel decides it a moment later by what is looked at here (find_new_reaper in kernel/exit.c).
 */
#pragma once

#include "../record.h"
#include "../task.h"

enum {
  /* Threads of a process, and ancestors, that are looked at; beyond the reader has to guess. */
  REAPER_THREADS_MAX = 256,
  REAPER_ANCESTORS_MAX = 64,
  /* See STEPS_OF_A_TURN of path.h. */
  THREADS_OF_A_TURN = 16,
  ANCESTORS_OF_A_TURN = 8,
  UNDECIDED = -1,
};

/* State of the search, in the scratch space's words: see the comment on struct walk. */
struct reaper_search {
  struct task_struct *process;
  struct list_head *next;
  struct list_head *head;
  /* Of the pid namespace that the orphans stay in. */
  u32 level;
};

#define THREAD_OF(node) \
  ((struct task_struct *)((void *)(node)-bpf_core_field_offset(struct task_struct, thread_node)))

/* One turn of find_alive_thread; UNDECIDED: there are more threads. */
__attribute__((noinline)) int look_at_threads(void) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return UNDECIDED;
  struct reaper_search *search = (struct reaper_search *)scratch->words;
  for (u32 i = 0; i < THREADS_OF_A_TURN; i++) {
    struct list_head *node = search->next;
    if (!node || node == search->head) return 0;
    struct task_struct *thread = THREAD_OF(node);
    if (!(DEREF(thread, flags) & PF_EXITING)) return DEREF(thread, pid);
    search->next = DEREF(thread, thread_node.next);
  }
  return UNDECIDED;
}

/* A thread of search->process that is not ending; 0: all are. */
__attribute__((noinline)) int find_alive_thread(void) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return UNDECIDED;
  struct reaper_search *search = (struct reaper_search *)scratch->words;
  struct task_struct *process = search->process;
  struct signal_struct *signal = DEREF(process, signal);
  search->head = (void *)signal + bpf_core_field_offset(signal->thread_head);
  search->next = DEREF(signal, thread_head.next);
  for (u32 i = 0; i < REAPER_THREADS_MAX / THREADS_OF_A_TURN; i++) {
    int thread = look_at_threads();
    if (thread != UNDECIDED) return thread;
  }
  return UNDECIDED;
}

/* One turn of find_subreaper; UNDECIDED: there are more ancestors. */
__attribute__((noinline)) int look_at_ancestors(void) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return UNDECIDED;
  struct reaper_search *search = (struct reaper_search *)scratch->words;
  for (u32 i = 0; i < ANCESTORS_OF_A_TURN; i++) {
    struct task_struct *process = search->process;
    struct task_struct *ancestor = DEREF(process, real_parent);
    search->process = ancestor;
    struct pid *pid = DEREF(ancestor, thread_pid);
    /* The idle task, parent of all, has number 0. */
    if (!ancestor || DEREF(ancestor, pid) == 0 || DEREF(pid, level) != search->level) return 0;
    struct signal_struct *signal = DEREF(ancestor, signal);
    if (!BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper)) continue;
    int thread = find_alive_thread();
    if (thread != 0) return thread;
  }
  return UNDECIDED;
}

/*
 * The nearest ancestor in the same pid namespace that takes in the orphans of its descendants; 0: there is
 * none.
 */
static __always_inline s32 find_subreaper(struct reaper_search *search) {
  /* From a map it is no pointer that TASK may take. */
  struct task_struct *father = search->process;
  struct pid *pid = DEREF(father, thread_pid);
  search->level = DEREF(pid, level);
  for (u32 i = 0; i < REAPER_ANCESTORS_MAX / ANCESTORS_OF_A_TURN; i++) {
    int thread = look_at_ancestors();
    if (thread != UNDECIDED) return thread;
  }
  return UNDECIDED;
}

/* 0: there are no children, or none of them will be left. */
static __always_inline s32 reaper_of(struct scratch *scratch, struct task_struct *father) {
  u64 head = (u64)father + bpf_core_field_offset(father->children);
  if ((u64)TASK(father, children.next) == head) return 0;
  struct reaper_search *search = (struct reaper_search *)scratch->words;
  search->process = father;
  s32 thread = find_alive_thread();
  if (thread != 0) return thread;
  struct pid_namespace *namespace = pid_namespace_of(father);
  struct task_struct *init = DEREF(namespace, child_reaper);
  /* With its first process the whole namespace ends. */
  if (init == father) return 0;
  struct signal_struct *signal = TASK(father, signal);
  if (BPF_CORE_READ_BITFIELD_PROBED(signal, has_child_subreaper)) {
    thread = find_subreaper(search);
    if (thread != 0) return thread;
  }
  return DEREF(init, pid);
}

static __always_inline int record_end(struct task_struct *task) {
  struct record record;
  if (!begin(&record, EVENT(PROCEXIT_1_E))) return 0;
  s32 status = TASK(task, exit_code);
  u8 signal = status & 0x7f;
  put_s64(&record, status);
  put_s64(&record, (status >> 8) & 0xff);
  /* 0x7f: stopped, which an end is not. */
  put_u8(&record, signal == 0x7f ? 0 : signal);
  put_u8(&record, (status & 0x80) != 0);
  put_s64(&record, reaper_of(record.scratch, task));
  return submit(&record, LOST_PROC);
}

SEC("tp_btf/sched_process_exit")
int sched_process_exit(u64 *context) {
  struct task_struct *task = (struct task_struct *)context[0];
  if (is_kernel_thread(task) || TASK(task, tgid) == self_tgid) return 0;
  keep_processor();
  record_end(task);
  release_processor();
  return 0;
}
