/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The kernel's side of Saker: one translation unit, one file per family of system calls. Records go
 * out as capture events; docs/formats/event.md draws them, record.h writes them.
 */
#include "kernel.h"
#include "sys-exit.h"
#include "families/accept.h"
#include "families/clone.h"
#include "families/close.h"
#include "families/connect.h"
#include "families/descriptor.h"
#include "families/directory.h"
#include "families/exec.h"
#include "families/exit.h"
#include "families/generic.h"
#include "families/identity.h"
#include "families/io-uring.h"
#include "families/kernel-control.h"
#include "families/limits.h"
#include "families/link.h"
#include "families/made-descriptors.h"
#include "families/memory.h"
#include "families/metadata.h"
#include "families/mount.h"
#include "families/namespace.h"
#include "families/open.h"
#include "families/poll.h"
#include "families/probe.h"
#include "families/quota.h"
#include "families/read-write.h"
#include "families/receive.h"
#include "families/send.h"
#include "families/signal.h"
#include "families/socket-options.h"
#include "families/sockets.h"
#include "families/trace.h"
#include "families/transfer.h"
#include "families/wait.h"

/* bpf_probe_read_kernel and its like are for programs under a licence that the kernel calls free. */
char LICENSE[] SEC("license") = "Dual BSD/GPL";
