/** Kinds of file descriptors, as captures number them, and transport protocols. */

export const FdType = {
  UNINITIALIZED: -1,
  UNKNOWN: 0,
  FILE: 1,
  DIRECTORY: 2,
  IPV4_SOCK: 3,
  IPV6_SOCK: 4,
  IPV4_SERVSOCK: 5,
  IPV6_SERVSOCK: 6,
  FIFO: 7,
  UNIX_SOCK: 8,
  EVENT: 9,
  UNSUPPORTED: 10,
  SIGNALFD: 11,
  EVENTPOLL: 12,
  INOTIFY: 13,
  TIMERFD: 14,
  NETLINK: 15,
  FILE_V2: 16,
  BPF: 17,
  USERFAULTFD: 18,
  IOURING: 19,
  MEMFD: 20,
  PIDFD: 21,
} as const;
export type FdType = (typeof FdType)[keyof typeof FdType];

export const L4 = { UNKNOWN: 0, NA: 1, TCP: 2, UDP: 3, ICMP: 4, RAW: 5 } as const;
export type L4 = (typeof L4)[keyof typeof L4];

interface FdTypeText {
  /** The char that stands for the type in event arguments: `3(<f>/etc/passwd)`, and fd.typechar. */
  readonly char: string;
  /** fd.type. */
  readonly name: string;
}

const UNNAMED = '<NA>';

const texts: Readonly<Record<FdType, FdTypeText>> = {
  [FdType.UNINITIALIZED]: { char: '?', name: UNNAMED },
  [FdType.UNKNOWN]: { char: 'o', name: UNNAMED },
  [FdType.FILE]: { char: 'f', name: 'file' },
  [FdType.DIRECTORY]: { char: 'd', name: 'directory' },
  [FdType.IPV4_SOCK]: { char: '4', name: 'ipv4' },
  [FdType.IPV6_SOCK]: { char: '6', name: 'ipv6' },
  [FdType.IPV4_SERVSOCK]: { char: '4', name: 'ipv4' },
  [FdType.IPV6_SERVSOCK]: { char: '6', name: 'ipv6' },
  [FdType.FIFO]: { char: 'p', name: 'pipe' },
  [FdType.UNIX_SOCK]: { char: 'u', name: 'unix' },
  [FdType.EVENT]: { char: 'e', name: 'event' },
  [FdType.UNSUPPORTED]: { char: 'X', name: UNNAMED },
  [FdType.SIGNALFD]: { char: 's', name: 'signalfd' },
  [FdType.EVENTPOLL]: { char: 'l', name: 'eventpoll' },
  [FdType.INOTIFY]: { char: 'i', name: 'inotify' },
  [FdType.TIMERFD]: { char: 't', name: 'timerfd' },
  [FdType.NETLINK]: { char: 'n', name: 'netlink' },
  [FdType.FILE_V2]: { char: 'f', name: 'file' },
  [FdType.BPF]: { char: 'b', name: 'bpf' },
  [FdType.USERFAULTFD]: { char: 'u', name: 'userfaultfd' },
  [FdType.IOURING]: { char: 'r', name: 'io_uring' },
  [FdType.MEMFD]: { char: 'm', name: 'memfd' },
  [FdType.PIDFD]: { char: 'P', name: 'pidfd' },
};

/** `f` for files, `4` for IPv4 sockets ...; `?` for what has none. */
export function fdTypeChar(type: FdType): string {
  return texts[type].char;
}

/** `file`, `ipv4` ...; `<NA>` for kinds without a name. */
export function fdTypeName(type: FdType): string {
  return texts[type].name;
}

const l4Names: Readonly<Record<L4, string>> = {
  [L4.UNKNOWN]: UNNAMED,
  [L4.NA]: UNNAMED,
  [L4.TCP]: 'tcp',
  [L4.UDP]: 'udp',
  [L4.ICMP]: 'icmp',
  [L4.RAW]: 'raw',
};

/** fd.l4proto: `tcp`, `udp`, `icmp`, `raw`, or `<NA>`. */
export function l4Name(protocol: L4): string {
  return l4Names[protocol];
}

/** The char that follows the type char of ip sockets; "" while the protocol is unknown. */
export function l4Char(protocol: L4): string {
  return protocol >= L4.TCP ? (l4Names[protocol][0] ?? '') : '';
}

/** Sockets with addresses and ports, listening or not. */
export function isIpSocket(type: FdType): boolean {
  return type >= FdType.IPV4_SOCK && type <= FdType.IPV6_SERVSOCK;
}
