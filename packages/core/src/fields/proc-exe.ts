/** The file that a process runs, what it leads, and its capabilities. */

import { highWord, type Int64, lowWord, signed64 } from '../base/int64.ts';
import { capabilityNames } from '../events/names.gen.ts';
import type { ThreadInfo } from '../state/thread-info.ts';
import type { Field } from './field.ts';
import { ABSTIME, BOOL, CHARBUF, COUNT, type Shape, SIGNED } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('process');

function flag(name: string, read: (thread: ThreadInfo) => boolean, description: string): Field {
  return field({
    name,
    ...BOOL,
    description,
    scope: 'thread',
    extract: ({ thread }) => (thread === undefined ? undefined : read(thread)),
  });
}

/** A number for which 0 means that it is not known. */
function known(
  name: string,
  shape: Shape,
  read: (thread: ThreadInfo) => Int64,
  description: string,
): Field {
  return field({
    name,
    ...shape,
    description,
    scope: 'thread',
    extract: ({ thread }) => {
      const value = thread === undefined ? 0 : read(thread);
      return value === 0 ? undefined : value;
    },
  });
}

/** Bits as names, lowest first, separated by blanks. Bits that have no name yet are passed over. */
function capabilitiesText(bits: Int64): string {
  const low = lowWord(bits);
  const high = highWord(bits);
  let text = '';
  for (let bit = 0; bit < capabilityNames.length; bit++) {
    const word = bit < 32 ? low : high;
    if (((word >>> (bit & 31)) & 1) === 0) continue;
    text += text === '' ? capabilityNames[bit] : ` ${capabilityNames[bit]}`;
  }
  return text;
}

function capabilities(
  name: string,
  read: (thread: ThreadInfo) => Int64,
  description: string,
): Field {
  // Threads have few different sets, and asking again is the rule.
  let lastBits: Int64 = 0;
  let lastText = '';
  return field({
    name,
    ...CHARBUF,
    description,
    scope: 'thread',
    extract: ({ thread }) => {
      if (thread === undefined) return undefined;
      const bits = read(thread);
      if (bits !== lastBits) {
        lastBits = bits;
        lastText = capabilitiesText(bits);
      }
      return lastText;
    },
  });
}

/** In the order of the listing. */
export const procExeFields: readonly Field[] = [
  flag(
    'proc.is_exe_writable',
    (thread) => thread.exeWritable,
    'The file of the running program may be written by the user that runs it.',
  ),
  flag(
    'proc.is_exe_upper_layer',
    (thread) => thread.exeUpperLayer,
    'The file of the running program is in the upper layer of an overlay file system: it did ' +
      'not come with the image of the container but was added or changed later.',
  ),
  flag(
    'proc.is_exe_lower_layer',
    (thread) => thread.exeLowerLayer,
    'The file of the running program is in a lower layer of an overlay file system: it came ' +
      'with the image of the container.',
  ),
  flag(
    'proc.is_exe_from_memfd',
    (thread) => thread.exeFromMemfd,
    'The running program is no file of a file system but was made in memory with memfd_create ' +
      'and run through its descriptor.',
  ),
  flag(
    'proc.is_sid_leader',
    (thread) => thread.sid === thread.vpid,
    'The process leads its session: proc.sid equals proc.vpid.',
  ),
  flag(
    'proc.is_vpgid_leader',
    (thread) => thread.vpgid === thread.vpid,
    'The process leads its process group: proc.vpgid equals proc.vpid. True for what a person ' +
      'starts at a prompt, false for what a script starts.',
  ),
  flag(
    'proc.is_pgid_leader',
    (thread) => thread.pgid === thread.pid,
    'The process leads its process group, by the ids of the host: proc.pgid equals proc.pid.',
  ),
  known(
    'proc.exe_ino',
    SIGNED,
    (thread) => signed64(lowWord(thread.exeIno), highWord(thread.exeIno)),
    'Inode number of the program file; compare with fd.ino.',
  ),
  known(
    'proc.exe_ino.ctime',
    ABSTIME,
    (thread) => thread.exeInoCtime,
    'Time of the last change of the program file or of its owner, mode, links, in nanoseconds ' +
      'since the epoch.',
  ),
  known(
    'proc.exe_ino.mtime',
    ABSTIME,
    (thread) => thread.exeInoMtime,
    "Time of the last change of the program file's content, in nanoseconds since the epoch.",
  ),
  known(
    'proc.exe_ino.ctime_duration_proc_start',
    ABSTIME,
    (thread) => thread.exeInoCtimeDurationProcStart,
    'Nanoseconds between the last change of the program file and the start of the process that ' +
      'runs it: small for a program that was dropped and started at once.',
  ),
  known(
    'proc.exe_ino.ctime_duration_pidns_start',
    ABSTIME,
    (thread) => thread.exeInoCtimeDurationPidnsStart,
    'Nanoseconds between the start of the pid namespace and the last change of the program ' +
      'file; absent when the file is older: what has a value was changed while the container ran.',
  ),
  known(
    'proc.pidns_init_start_ts',
    COUNT,
    (thread) => thread.pidnsInitStart,
    'Start of the pid namespace of the process (for a container: of the container), in ' +
      'nanoseconds since the epoch.',
  ),
  capabilities(
    'thread.cap_permitted',
    (thread) => thread.capPermitted,
    'Capabilities that the thread may make effective, separated by blanks.',
  ),
  capabilities(
    'thread.cap_inheritable',
    (thread) => thread.capInheritable,
    'Capabilities that the thread keeps over an exec, separated by blanks.',
  ),
  capabilities(
    'thread.cap_effective',
    (thread) => thread.capEffective,
    'Capabilities that the kernel checks for the thread, separated by blanks.',
  ),
];
