/**
 * Where field values differ from Falco's answers on purpose: see docs/decisions/0006-deviations.md.
 * answers.test.ts counts every difference; a count that changes fails it, and so does a difference
 * of another kind. docs/falco-differences.md tells users the same in prose.
 */

/** Captures whose answers are compared. */
export type CaptureName =
  | 'open1'
  | 'curl_google'
  | 'curl_google_comments'
  | 'single_ipv6_conn'
  | 'test_ipv6_client';

export interface Deviation {
  /** As in the answers. */
  readonly field: string;
  /** On which events. */
  readonly events: string;
  readonly reason: string;
  /** Differing values by capture; captures that are not named have none. */
  readonly counts: Readonly<Partial<Record<CaptureName, number>>>;
  /** What every one of the differences looks like; both are JSON text. */
  readonly isSo: (answer: string, ours: string) => boolean;
}

const CONTAINER_USERS = 'calls of processes in a container whose users the capture names';
const CONTAINER_USERS_REASON =
  'the capture tells of users that were added in a container; Falco ignores that in replays';
const REPORTS = 'reports about processes from the second one on';
const REPORTS_REASON =
  'Falco evaluates a field twice for JSON, so the share of time since the last evaluation is 0';

export const deviations: readonly Deviation[] = [
  {
    field: 'evt.hostname',
    events: 'every event',
    reason: 'Falco loses the machine that a capture was recorded on; the capture names it',
    counts: {
      open1: 24_012,
      curl_google: 939,
      curl_google_comments: 939,
      single_ipv6_conn: 1714,
      test_ipv6_client: 293,
    },
    isSo: (answer, ours) => answer === '""' && ours !== '""',
  },
  {
    field: 'util.cnt',
    events: 'every event',
    reason: 'Falco counts evaluations, three per alert; here it counts events',
    counts: {
      open1: 24_012,
      curl_google: 939,
      curl_google_comments: 939,
      single_ipv6_conn: 1714,
      test_ipv6_client: 293,
    },
    isSo: (answer, ours) => Number(answer) === 3 * Number(ours) - 1,
  },
  {
    field: 'fd.types',
    events: 'calls of processes with descriptors of several kinds',
    reason: 'Falco lists the kinds in the order of a hash table; here it is that of the numbers',
    counts: { open1: 11_113, curl_google: 36, curl_google_comments: 36 },
    isSo: (answer, ours) => sorted(answer) === sorted(ours),
  },
  {
    field: 'proc.ppid.duration',
    events: 'calls of processes whose parent ran before the capture began',
    reason:
      'Falco then shows the value of proc.fdopencount; nothing is known here, so it is absent',
    counts: {
      open1: 9635,
      curl_google: 813,
      curl_google_comments: 813,
      single_ipv6_conn: 1278,
      test_ipv6_client: 209,
    },
    isSo: (answer, ours) => /^\d+$/.test(answer) && ours === 'null',
  },
  {
    field: 'user.shell',
    events: CONTAINER_USERS,
    reason: CONTAINER_USERS_REASON,
    counts: { open1: 1386 },
    isSo: (answer, ours) => answer === '"<NA>"' && ours === '"/bin/sh"',
  },
  {
    field: 'evt.args',
    events: `execve, ${CONTAINER_USERS}`,
    reason: CONTAINER_USERS_REASON,
    counts: { open1: 97 },
    isSo: namesContainerUsers,
  },
  {
    field: 'evt.info',
    events: `execve, ${CONTAINER_USERS}`,
    reason: CONTAINER_USERS_REASON,
    counts: { open1: 97 },
    isSo: namesContainerUsers,
  },
  {
    field: 'thread.cpu',
    events: REPORTS,
    reason: REPORTS_REASON,
    counts: { curl_google: 2, curl_google_comments: 2, single_ipv6_conn: 16, test_ipv6_client: 1 },
    isSo: isShareOfTime,
  },
  {
    field: 'thread.cpu.user',
    events: REPORTS,
    reason: REPORTS_REASON,
    counts: { single_ipv6_conn: 10, test_ipv6_client: 1 },
    isSo: isShareOfTime,
  },
  {
    field: 'thread.cpu.system',
    events: REPORTS,
    reason: REPORTS_REASON,
    counts: { curl_google: 1, curl_google_comments: 1, single_ipv6_conn: 7 },
    isSo: isShareOfTime,
  },
];

function sorted(json: string): string {
  return json.slice(1, -1).split(',').toSorted().join();
}

/** Names in place of `<NA>` behind the numbers of user and group. */
function namesContainerUsers(answer: string, ours: string): boolean {
  return ours.replace(/\b([ug]id=\d+)\(\w+\)/g, '$1(<NA>)') === answer;
}

function isShareOfTime(answer: string, ours: string): boolean {
  return answer === '0.0' && Number(ours) > 0 && Number(ours) <= 100;
}
