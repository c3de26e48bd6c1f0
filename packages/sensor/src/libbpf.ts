/**
 * libbpf.so.1, as far as the loader needs it. Opened when first needed: nothing else of the product
 * depends on it. Handles of libbpf are addresses.
 */

import koffi, { type LibraryHandle } from 'koffi';
import { SensorError } from './sensor-error.ts';

export type Handle = bigint;

export interface Libbpf {
  readonly openObject: (image: Uint8Array) => Handle | null;
  readonly closeObject: (object: Handle) => void;
  readonly loadObject: (object: Handle) => number;
  readonly findMap: (object: Handle, name: string) => Handle | null;
  readonly nextMap: (object: Handle, previous: Handle | null) => Handle | null;
  readonly mapName: (map: Handle) => string;
  readonly mapFd: (map: Handle) => number;
  readonly setMaxEntries: (map: Handle, entries: number) => number;
  /** Before the object is loaded: the map is the one behind the descriptor, and none is made. */
  readonly reuseFd: (map: Handle, fd: number) => number;
  /** Where the map's bytes are, which for a loaded map are the kernel's own. */
  readonly initialValue: (map: Handle, bytes: number[]) => number | bigint;
  readonly updateElement: (fd: number, key: Uint8Array, value: Uint8Array, flags: bigint) => number;
  readonly nextProgram: (object: Handle, previous: Handle | null) => Handle | null;
  readonly programName: (program: Handle) => string;
  readonly programFd: (program: Handle) => number;
  readonly setAutoload: (program: Handle, autoload: boolean) => number;
  readonly attach: (program: Handle) => Handle | null;
  readonly attachRaw: (program: Handle, tracepoint: string) => Handle | null;
  readonly destroyLink: (link: Handle) => number;
  /** What the kernel says of an object; its own bytes, as many as it knows, are written. */
  readonly objectInfo: (fd: number, info: Uint8Array, bytes: Uint32Array) => number;
  /** Numbers of processors are below it. Negative: unknown. */
  readonly possibleCpus: () => number;
  readonly version: () => string;
}

const LIBRARY = 'libbpf.so.1';

let opened: Libbpf | undefined;

/** SensorError when the library is not installed. */
export function libbpf(): Libbpf {
  opened ??= open();
  return opened;
}

/** What libbpf said since the last call: its own words on what went wrong. */
export function takeMessages(): string {
  const text = messages.join('');
  messages.length = 0;
  return text;
}

const messages: string[] = [];
const MESSAGES_MAX = 400;
/** The longest log of the verifier that libbpf asks for; its end says what is wrong. */
const MESSAGE_BYTES_MAX = 16 << 20;
const MESSAGE_BYTES_KEPT = 4000;

function open(): Libbpf {
  let library: LibraryHandle;
  try {
    library = koffi.load(LIBRARY);
  } catch (cause) {
    throw new SensorError('libbpf-missing', `${LIBRARY} cannot be opened`, {
      cause,
      hint: 'apt-get install libbpf1 (Debian, Ubuntu), dnf install libbpf (Fedora, RHEL)',
    });
  }
  const define = (prototype: string) => library.func(prototype) as never;
  keepMessages(library);
  return {
    openObject: openerOf(library),
    closeObject: define('void bpf_object__close(void *)'),
    loadObject: define('int bpf_object__load(void *)'),
    findMap: define('void *bpf_object__find_map_by_name(void *, const char *)'),
    nextMap: define('void *bpf_object__next_map(void *, void *)'),
    mapName: define('const char *bpf_map__name(void *)'),
    mapFd: define('int bpf_map__fd(void *)'),
    setMaxEntries: define('int bpf_map__set_max_entries(void *, uint32_t)'),
    reuseFd: define('int bpf_map__reuse_fd(void *, int)'),
    initialValue: define('intptr_t bpf_map__initial_value(void *, _Out_ size_t *)'),
    updateElement: define('int bpf_map_update_elem(int, const void *, const void *, uint64_t)'),
    nextProgram: define('void *bpf_object__next_program(void *, void *)'),
    programName: define('const char *bpf_program__name(void *)'),
    programFd: define('int bpf_program__fd(void *)'),
    setAutoload: define('int bpf_program__set_autoload(void *, bool)'),
    attach: define('void *bpf_program__attach(void *)'),
    attachRaw: define('void *bpf_program__attach_raw_tracepoint(void *, const char *)'),
    destroyLink: define('int bpf_link__destroy(void *)'),
    objectInfo: define('int bpf_obj_get_info_by_fd(int, void *, void *)'),
    possibleCpus: define('int libbpf_num_possible_cpus()'),
    version: define('const char *libbpf_version_string()'),
  };
}

/** What the kernel says of its types, and all that programs are adapted to. */
const KERNEL_TYPES = '/sys/kernel/btf/vmlinux';

/**
 * The file is named, although libbpf would find it: what it then misses in it, as types of older
 * kernels, it does not look for in the modules, which takes CAP_SYS_ADMIN.
 */
function openerOf(library: LibraryHandle): Libbpf['openObject'] {
  const options = koffi.struct('saker_open_options', {
    sz: 'size_t',
    object_name: 'const char *',
    relaxed_maps: 'bool',
    pin_root_path: 'const char *',
    removed: 'uint32_t',
    kconfig: 'const char *',
    btf_custom_path: 'const char *',
  });
  const open: (image: Uint8Array, bytes: number, options: object) => Handle | null = library.func(
    'void *bpf_object__open_mem(const void *, size_t, const saker_open_options *)',
  );
  const values = { sz: koffi.sizeof(options), object_name: 'saker', btf_custom_path: KERNEL_TYPES };
  return (image) => open(image, image.length, values);
}

/**
 * libbpf writes its reasons to stderr unless told otherwise. Its callback takes a va_list, which
 * the C library can format.
 */
function keepMessages(library: LibraryHandle): void {
  const format = koffi
    .load('libc.so.6')
    .func('int vsnprintf(void *, size_t, const char *, void *)');
  const prototype = koffi.proto(
    'int saker_libbpf_print(int level, const char *format, void *args)',
  );
  const print = (level: number, template: string, args: unknown) => {
    const DEBUG = 2;
    if (level >= DEBUG) return 0;
    const text = Buffer.allocUnsafe(MESSAGE_BYTES_MAX);
    const length = Math.min(Number(format(text, text.length, template, args)), text.length - 1);
    const start = Math.max(0, length - MESSAGE_BYTES_KEPT);
    messages.push(text.toString('utf8', start, Math.max(start, length)));
    if (messages.length > MESSAGES_MAX) messages.shift();
    return 0;
  };
  const pointer = koffi.register(print, koffi.pointer(prototype));
  library.func('void *libbpf_set_print(void *)')(pointer);
}
