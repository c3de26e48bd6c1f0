/*
 * Control groups of a task, as records have them: "cpuset=/path", "cpu=/path" and so on, each with its
 * NUL. Paths begin at the root of the hierarchy and not at that of the task's cgroup namespace, so that
 * a container cannot hide which one it is.
 */
#pragma once

#include "call.h"
#include "record.h"

enum {
  /* Groups within groups; Kubernetes in a virtual machine's slice has 8. Deeper ones lose their beginning. */
  CGROUP_DEPTH_MAX = 32,
  CGROUP_NAME_BYTES = 256,
  CGROUP_SUBSYSTEMS_MAX = 16,
  /* Names of a turn: see STEPS_OF_A_TURN of path.h. */
  GROUPS_OF_A_TURN = 8,
};

/* State of the writing, in the scratch space's words: see the comment on struct walk. */
struct cgroup_writing {
  /* The task's state in every subsystem. */
  struct cgroup_subsys_state *subsystems[CGROUP_SUBSYSTEMS_MAX];
  const char *names[CGROUP_DEPTH_MAX];
  /* The task's group in the unified hierarchy. */
  struct cgroup *unified;
  struct kernfs_node *node;
  /* Of the path written last, which often is the next one too. */
  struct kernfs_node *written;
  u32 written_at;
  /* Names that were collected and not yet written; the last of them is nearest to the root. */
  u32 depth;
  /* Where in the record the next byte goes. */
  u32 at;
};
_Static_assert(sizeof(struct cgroup_writing) <= sizeof(((struct scratch *)0)->words), "room for the groups");

static __always_inline struct kernfs_node *parent_of(struct kernfs_node *node) {
  struct kernfs_node___before_v6_15 *older = (struct kernfs_node___before_v6_15 *)node;
  if (bpf_core_field_exists(older->parent)) return DEREF(older, parent);
  return DEREF(node, __parent);
}

/*
 * The group that stands for the task in the subsystem. In the unified hierarchy that is the task's one
 * group, also where the subsystem is not switched on for it and counts for an outer one.
 */
static __always_inline struct kernfs_node *node_of(struct cgroup_subsys_state *state,
                                                   struct cgroup *unified) {
  struct cgroup *cgroup = DEREF(state, cgroup);
  if (DEREF(cgroup, root) == DEREF(unified, root)) cgroup = unified;
  return DEREF(cgroup, kn);
}

/* One turn: names from writing->node towards the root; 1: it is reached. */
__attribute__((noinline)) int collect_group_names(void) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 1;
  struct cgroup_writing *writing = (struct cgroup_writing *)scratch->words;
  for (u32 i = 0; i < GROUPS_OF_A_TURN; i++) {
    struct kernfs_node *node = writing->node;
    struct kernfs_node *parent = parent_of(node);
    if (!parent) return 1;
    u32 depth = writing->depth;
    writing->names[depth & (CGROUP_DEPTH_MAX - 1)] = DEREF(node, name);
    writing->node = parent;
    writing->depth = depth + 1;
  }
  return 0;
}

/* One turn: names from the root on; 1: the last one is written. */
__attribute__((noinline)) int write_group_names(void) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 1;
  struct cgroup_writing *writing = (struct cgroup_writing *)scratch->words;
  for (u32 i = 0; i < GROUPS_OF_A_TURN; i++) {
    u32 depth = writing->depth;
    if (depth == 0) return 1;
    writing->depth = --depth;
    u32 at = writing->at;
    scratch->record[at & RECORD_MASK] = '/';
    at++;
    const char *name = writing->names[depth & (CGROUP_DEPTH_MAX - 1)];
    long bytes = bpf_probe_read_kernel_str(&scratch->record[at & RECORD_MASK], CGROUP_NAME_BYTES, name);
    if (bytes > 0) writing->at = at + (u32)(bytes - 1);
  }
  return 0;
}

/* Writes the path of writing->node at writing->at, without a NUL. A function of its own: see path.h. */
__attribute__((noinline)) int write_cgroup_path(void) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 0;
  struct cgroup_writing *writing = (struct cgroup_writing *)scratch->words;
  writing->depth = 0;
  for (u32 i = 0; i < CGROUP_DEPTH_MAX / GROUPS_OF_A_TURN; i++) {
    if (collect_group_names()) break;
  }
  if (writing->depth == 0) scratch->record[writing->at++ & RECORD_MASK] = '/';
  for (u32 i = 0; i < CGROUP_DEPTH_MAX / GROUPS_OF_A_TURN; i++) {
    if (write_group_names()) break;
  }
  return 0;
}

/* Again the path that was written for the subsystem before. */
static __always_inline void repeat_path(struct scratch *scratch, struct cgroup_writing *writing) {
  u8 *from = &scratch->record[writing->written_at & RECORD_MASK];
  u8 *to = &scratch->record[writing->at & RECORD_MASK];
  long bytes = bpf_probe_read_kernel_str(to, CGROUP_DEPTH_MAX * CGROUP_NAME_BYTES, from);
  if (bytes > 0) writing->at += (u32)(bytes - 1);
}

/* The path of the group in the subsystem, and a NUL. */
__attribute__((noinline)) int write_cgroup(u64 state) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 0;
  struct cgroup_writing *writing = (struct cgroup_writing *)scratch->words;
  struct kernfs_node *node = node_of((struct cgroup_subsys_state *)state, writing->unified);
  u32 start = writing->at;
  if (node == writing->written) {
    repeat_path(scratch, writing);
  } else {
    writing->written = node;
    writing->node = node;
    write_cgroup_path();
  }
  writing->written_at = start;
  scratch->record[writing->at & RECORD_MASK] = 0;
  writing->at++;
  return 0;
}

/* `name` with its "=" and without its NUL. */
#define PUT_CGROUP(scratch, subsystem, name)                                                                \
  if (bpf_core_enum_value_exists(enum cgroup_subsys_id, subsystem##_cgrp_id)) {                             \
    struct cgroup_writing *writing = (struct cgroup_writing *)(scratch)->words;                             \
    u32 id = bpf_core_enum_value(enum cgroup_subsys_id, subsystem##_cgrp_id);                               \
    struct cgroup_subsys_state *state = writing->subsystems[id & (CGROUP_SUBSYSTEMS_MAX - 1)];              \
    __builtin_memcpy(&(scratch)->record[writing->at & RECORD_MASK], name, sizeof(name) - 1);                \
    writing->at += sizeof(name) - 1;                                                                        \
    write_cgroup((u64)state);                                                                               \
  }

/* Writes the parameter of the css_set in scratch->walked at `at` of the record; the result is its length. */
__attribute__((noinline)) int write_cgroups(u32 at) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 0;
  struct css_set *groups = (struct css_set *)scratch->walked;
  struct cgroup_writing *writing = (struct cgroup_writing *)scratch->words;
  writing->unified = DEREF(groups, dfl_cgrp);
  writing->written = NULL;
  writing->at = at;
  u32 size = bpf_core_field_size(groups->subsys);
  if (size > sizeof(writing->subsystems)) size = sizeof(writing->subsystems);
  bpf_probe_read_kernel(writing->subsystems, size, (void *)groups + bpf_core_field_offset(groups->subsys));
  PUT_CGROUP(scratch, cpuset, "cpuset=");
  PUT_CGROUP(scratch, cpu, "cpu=");
  PUT_CGROUP(scratch, cpuacct, "cpuacct=");
  PUT_CGROUP(scratch, io, "io=");
  PUT_CGROUP(scratch, memory, "memory=");
  return (writing->at - at) & RECORD_MASK;
}

static __always_inline void put_cgroups(struct record *record, struct task_struct *task) {
  record->scratch->walked = (u64)TASK(task, cgroups);
  put_length(record, write_cgroups(record->at) & RECORD_MASK);
}
