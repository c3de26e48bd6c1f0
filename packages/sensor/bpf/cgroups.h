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
};

/* State of the writing, in the scratch space's words: see the comment on struct walk. */
struct cgroup_writing {
  /* The task's state in every subsystem. */
  struct cgroup_subsys_state *subsystems[CGROUP_SUBSYSTEMS_MAX];
  const char *names[CGROUP_DEPTH_MAX];
  struct kernfs_node *node;
  /* Of the path written last, which often is the next one too. */
  struct kernfs_node *written;
  u32 written_at;
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

static __always_inline void collect_names(struct cgroup_writing *writing) {
  writing->depth = 0;
  for (u32 i = 0; i < CGROUP_DEPTH_MAX; i++) {
    struct kernfs_node *node = writing->node;
    struct kernfs_node *parent = parent_of(node);
    if (!parent) break;
    writing->names[i] = DEREF(node, name);
    writing->node = parent;
    writing->depth = i + 1;
  }
}

/* Writes the path of writing->node at writing->at, without a NUL. A function of its own: see path.h. */
__attribute__((noinline)) int write_cgroup_path(void) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 0;
  struct cgroup_writing *writing = (struct cgroup_writing *)scratch->words;
  collect_names(writing);
  if (writing->depth == 0) scratch->record[writing->at++ & RECORD_MASK] = '/';
  for (u32 i = 0; i < CGROUP_DEPTH_MAX; i++) {
    if (i >= writing->depth) break;
    const char *name = writing->names[(writing->depth - 1 - i) & (CGROUP_DEPTH_MAX - 1)];
    u32 at = writing->at;
    scratch->record[at & RECORD_MASK] = '/';
    at++;
    long bytes = bpf_probe_read_kernel_str(&scratch->record[at & RECORD_MASK], CGROUP_NAME_BYTES, name);
    if (bytes > 0) writing->at = at + (u32)(bytes - 1);
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

static __always_inline void put_cgroup(struct scratch *scratch, struct kernfs_node *node) {
  struct cgroup_writing *writing = (struct cgroup_writing *)scratch->words;
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
}

/* `name` with its "=" and without its NUL. */
#define PUT_CGROUP(scratch, unified, subsystem, name)                                                       \
  if (bpf_core_enum_value_exists(enum cgroup_subsys_id, subsystem##_cgrp_id)) {                             \
    struct cgroup_writing *writing = (struct cgroup_writing *)(scratch)->words;                             \
    u32 id = bpf_core_enum_value(enum cgroup_subsys_id, subsystem##_cgrp_id);                               \
    struct cgroup_subsys_state *state = writing->subsystems[id & (CGROUP_SUBSYSTEMS_MAX - 1)];              \
    __builtin_memcpy(&(scratch)->record[writing->at & RECORD_MASK], name, sizeof(name) - 1);                \
    writing->at += sizeof(name) - 1;                                                                        \
    put_cgroup(scratch, node_of(state, unified));                                                           \
  }

/* Writes the parameter of the css_set in scratch->walked at `at` of the record; the result is its length. */
__attribute__((noinline)) int write_cgroups(u32 at) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 0;
  struct css_set *groups = (struct css_set *)scratch->walked;
  struct cgroup *unified = DEREF(groups, dfl_cgrp);
  struct cgroup_writing *writing = (struct cgroup_writing *)scratch->words;
  writing->written = NULL;
  writing->at = at;
  u32 size = bpf_core_field_size(groups->subsys);
  if (size > sizeof(writing->subsystems)) size = sizeof(writing->subsystems);
  bpf_probe_read_kernel(writing->subsystems, size, (void *)groups + bpf_core_field_offset(groups->subsys));
  PUT_CGROUP(scratch, unified, cpuset, "cpuset=");
  PUT_CGROUP(scratch, unified, cpu, "cpu=");
  PUT_CGROUP(scratch, unified, cpuacct, "cpuacct=");
  PUT_CGROUP(scratch, unified, io, "io=");
  PUT_CGROUP(scratch, unified, memory, "memory=");
  return (writing->at - at) & RECORD_MASK;
}

static __always_inline void put_cgroups(struct record *record, struct task_struct *task) {
  record->scratch->walked = (u64)TASK(task, cgroups);
  put_length(record, write_cgroups(record->at) & RECORD_MASK);
}
