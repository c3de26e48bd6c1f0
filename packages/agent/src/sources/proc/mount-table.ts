/**
 * Mounts by the ids that descriptors and executables have. /proc/<pid>/mountinfo lists those of one
 * mount namespace; ids are the kernel's, alike in all of them. A list is read when an id is asked
 * for that none had so far.
 */

import type { ByteString } from '@saker/core/base/host.ts';
import type { LinuxFiles } from './linux-files.ts';

export interface Mount {
  /** Of the file system, as events and `stat -c %d` write it. */
  readonly device: number;
  readonly fsType: ByteString;
  /** What of the file system is mounted: `/` but for bind mounts. */
  readonly root: ByteString;
  /** Where, as the processes of its namespace see it. */
  readonly point: ByteString;
  /** Nothing on the file system can be written, whoever asks and however it is mounted. */
  readonly isReadOnly: boolean;
  /** Of overlay file systems: the directory that is written to, in the view of who mounted it. */
  readonly upperDirectory: ByteString | undefined;
}

/** A node with 500 pods has some 20,000 mounts. */
export const MOUNTS_MAX = 65_536;

export class MountTable {
  readonly #files: LinuxFiles;
  /** Undefined: no list has it, as of what is mounted inside the kernel or detached. */
  readonly #mounts = new Map<number, Mount | undefined>();

  constructor(files: LinuxFiles) {
    this.#files = files;
  }

  /** `process`: the open directory of one that can see the mount. */
  mount(id: number, process: number): Mount | undefined {
    const known = this.#mounts.get(id);
    if (known !== undefined || this.#mounts.has(id)) return known;
    if (this.#mounts.size >= MOUNTS_MAX) this.#mounts.clear();
    this.#files.eachLine(process, 'mountinfo', (line) => {
      const mount = parseMount(line);
      if (mount !== undefined) this.#mounts.set(mount.id, mount);
      return this.#mounts.size < MOUNTS_MAX;
    });
    if (!this.#mounts.has(id)) this.#mounts.set(id, undefined);
    return this.#mounts.get(id);
  }

  /** Ids are given anew after an unmount: what is kept must not grow old. */
  forget(): void {
    this.#mounts.clear();
  }
}

/** As makedev(3) and the kernel's new_encode_dev. */
export function deviceNumber(major: number, minor: number): number {
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & 0xfff00) << 12)) >>> 0;
}

/**
 * `36 35 98:0 /root /point options optional fields - type source options`, proc(5). Blanks and
 * backslashes of paths are octal.
 */
export function parseMount(line: ByteString): (Mount & { readonly id: number }) | undefined {
  const fields = line.split(' ');
  const [id, , device = '', root, point] = fields;
  const dash = fields.indexOf('-', 6);
  const fsType = fields[dash + 1];
  const numbers = /^(\d+):(\d+)$/.exec(device);
  if (dash < 0 || numbers === null || fsType === undefined || point === undefined) return undefined;
  const options = (fields[dash + 3] ?? '').split(',');
  const upper = options.find((option) => option.startsWith('upperdir='));
  return {
    id: Number(id),
    device: deviceNumber(Number(numbers[1]), Number(numbers[2])),
    fsType,
    root: unescapeOctal(root ?? ''),
    point: unescapeOctal(point),
    isReadOnly: options[0] === 'ro',
    upperDirectory: upper === undefined ? undefined : unescapeOctal(upper.slice(9)),
  };
}

function unescapeOctal(text: ByteString): ByteString {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
