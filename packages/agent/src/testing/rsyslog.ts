/** For tests only: a real rsyslogd on a socket of its own. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Daemon } from './daemon.ts';
import { findProgram } from './runtimes.ts';

const rsyslogd = findProgram('rsyslogd');
/** For `test(name, { skip: skipWithoutRsyslog }, ...)`: false, or the reason. */
export const skipWithoutRsyslog: false | string =
  rsyslogd === undefined && 'rsyslogd not installed';

export interface Rsyslog {
  readonly socket: string;
  /** `<facility>.<severity> <program>: <text>`, one message a line. */
  lines(): string[];
  start(): Promise<Daemon>;
}

/** It is gone after the test, as its folder is. */
export function rsyslogIn(context: TestContext): Rsyslog {
  // Paths of sockets have at most 107 bytes: the folder's is short.
  const folder = mkdtempSync(join(tmpdir(), 'sk-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const socket = join(folder, 'log');
  const messages = join(folder, 'messages');
  const config = join(folder, 'rsyslog.conf');
  const shape = '%syslogfacility-text%.%syslogseverity-text% %programname%:%msg%\\n';
  writeFileSync(
    config,
    `module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="${socket}" CreatePath="on" RateLimit.Interval="0")
template(name="shape" type="string" string="${shape}")
action(type="omfile" file="${messages}" template="shape")
`,
  );
  return {
    socket,
    lines: () => (existsSync(messages) ? readFileSync(messages, 'utf8').trimEnd().split('\n') : []),
    start: () =>
      Daemon.start({
        command: rsyslogd ?? '',
        args: ['-n', '-f', config, '-i', join(folder, 'pid')],
        logPath: join(folder, 'log.txt'),
        isReady: () => existsSync(socket),
      }),
  };
}
