/**
 * Hot. open, creat, openat, openat2, open_by_handle_at: a file or directory gets a descriptor.
 * Benchmark: state in bench/.
 */

import type { Text } from '../../base/text-table.ts';
import {
  PPM_FD_LOWER_LAYER,
  PPM_FD_LOWER_LAYER_CREAT,
  PPM_FD_UPPER_LAYER,
  PPM_FD_UPPER_LAYER_CREAT,
  PPM_O_CLOEXEC,
  PPM_O_DIRECTORY,
  PPM_O_F_CREATED,
} from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { FdType } from '../../events/fd-type.ts';
import { cwdOf, directoryOf } from '../directories.ts';
import type { EnterEvent } from '../enter-event.ts';
import type { EventContext } from '../event-context.ts';
import type { FdInfo } from '../fd-info.ts';
import { internParam, internTail } from '../params.ts';
import { joinedText, normalisedText, singleSlashedText } from '../paths.ts';
import type { ReducerRows } from './reducer.ts';

/** Bits that the kernel, not the caller, sets. */
const KERNEL_FLAGS = ~(PPM_O_F_CREATED - 1);

function open(context: EventContext): void {
  const { event, state } = context;
  if (event.i64(0) < 0 || context.thread === undefined) return;
  const enter = trusted(context);
  const name = enter === undefined ? internParam(event, state.texts, 1) : enter.name;
  const path = joinedText(state.texts, cwdOf(context), name);
  const fd = addFile(context, path, name, flagsOf(enter, event.u32(2)));
  fd.dev = event.u32(4);
  fd.ino = event.unsigned64(5);
}

function creat(context: EventContext): void {
  const { event, state } = context;
  if (event.i64(0) < 0 || context.thread === undefined) return;
  const name = trusted(context)?.name ?? internParam(event, state.texts, 1);
  const path = joinedText(state.texts, cwdOf(context), name);
  const fd = addFile(context, path, name, layerFlags(event.u16(5)));
  fd.dev = event.u32(3);
  fd.ino = event.unsigned64(4);
}

function openat(context: EventContext): void {
  addOpenedAt(context, 5);
}

function openat2(context: EventContext): void {
  addOpenedAt(context, 6);
}

/** `dev`: the parameter of the device number, which the inode's follows. */
function addOpenedAt(context: EventContext, dev: number): void {
  const { event, state } = context;
  if (event.i64(0) < 0 || context.thread === undefined) return;
  const enter = trusted(context);
  const name = enter === undefined ? internParam(event, state.texts, 2) : enter.name;
  const path = pathAt(context, enter, name);
  const fd = addFile(context, path, name, flagsOf(enter, event.u32(3)));
  fd.dev = event.u32(dev);
  fd.ino = event.unsigned64(dev + 1);
}

function pathAt(context: EventContext, enter: EnterEvent | undefined, name: Text): Text {
  const { event, state } = context;
  if (enter === undefined && event.paramLength(1) === 0) return normalisedText(state.texts, name);
  const dirfd = enter === undefined ? event.i64(1) : enter.dirfd;
  return joinedText(state.texts, directoryOf(context, dirfd), name);
}

/** The path is the kernel's own, and absolute. */
function openByHandleAt(context: EventContext): void {
  const { event, state } = context;
  if (event.i64(0) < 0 || context.thread === undefined) return;
  const name = internParam(event, state.texts, 3);
  const fd = addFile(context, normalisedText(state.texts, name), name, event.u32(2));
  fd.dev = event.u32(4);
  fd.ino = event.unsigned64(5);
}

/** The enter event, when it holds the path. */
function trusted({ enter }: EventContext): EnterEvent | undefined {
  return enter?.hasName === true ? enter : undefined;
}

function flagsOf(enter: EnterEvent | undefined, exitFlags: number): number {
  return enter === undefined ? exitFlags : enter.flags | (exitFlags & KERNEL_FLAGS);
}

/** creat has no flags; which layer of an overlay the file is in comes in a parameter of its own. */
function layerFlags(creatFlags: number): number {
  if ((creatFlags & PPM_FD_UPPER_LAYER_CREAT) !== 0) return PPM_FD_UPPER_LAYER;
  return (creatFlags & PPM_FD_LOWER_LAYER_CREAT) !== 0 ? PPM_FD_LOWER_LAYER : 0;
}

function addFile(context: EventContext, path: Text, name: Text, flags: number): FdInfo {
  const type = (flags & PPM_O_DIRECTORY) !== 0 ? FdType.DIRECTORY : FdType.FILE_V2;
  const { event, state } = context;
  const fd = context.addFile(event.i64(0), type, path, singleSlashedText(state.texts, name));
  if (event.tailLength > 0) {
    const realPath = internTail(event, state.texts);
    if (realPath !== path) fd.realPath = realPath;
  }
  fd.openFlags = flags;
  fd.closeOnExec = (flags & PPM_O_CLOEXEC) !== 0;
  return fd;
}

export const openReducers: ReducerRows = [
  [PPME.PPME_SYSCALL_OPEN_X, open],
  [PPME.PPME_SYSCALL_CREAT_X, creat],
  [PPME.PPME_SYSCALL_OPENAT_2_X, openat],
  [PPME.PPME_SYSCALL_OPENAT2_X, openat2],
  [PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X, openByHandleAt],
];
