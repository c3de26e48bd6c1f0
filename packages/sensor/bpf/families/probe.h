/*
 * One empty program for each way into the kernel. `saker doctor` loads and attaches them one by one, to see which
 * ways the machine allows; the sensor never does. bpf_fentry_test1 is a function that the kernel has for
 * tests (net/bpf/test_run.c) and that nothing else calls.
 */
#pragma once

#include "../maps.h"

#define PROBE(name, section) \
  SEC(section)               \
  int probe_##name(void *context) { return 0; }

PROBE(tp_btf, "tp_btf/sys_exit")
PROBE(raw_tracepoint, "raw_tracepoint/sys_exit")
PROBE(fentry, "fentry/bpf_fentry_test1")
PROBE(kprobe, "kprobe/bpf_fentry_test1")
PROBE(lsm, "lsm/bprm_committed_creds")
#undef PROBE
