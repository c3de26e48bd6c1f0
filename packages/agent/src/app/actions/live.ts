/** Detection on the running system: `engine.kind` modern_ebpf, which is the default. */

import type { RuleSet } from '@saker/core/rules/rule.ts';
import { exitNow } from '@saker/sensor/own-process.ts';
import { SensorError } from '@saker/sensor/sensor-error.ts';
import { installNodeHost } from '../../host/node-host.ts';
import { ProcError } from '../../sources/proc/proc-error.ts';
import { CommandError } from '../command-error.ts';
import { LiveSession } from '../live/live-session.ts';
import { startAnew } from '../live/start-anew.ts';
import { matchSummary } from '../match-summary.ts';
import type { Session } from '../session.ts';
import { Signals } from '../signals.ts';

const OK = 0;
const FAILED = 1;

/** The exit code. */
export async function live(session: Session, ruleSet: RuleSet): Promise<number> {
  installNodeHost();
  const signals = new Signals();
  signals.takeRestarts();
  const running = startSession(session, ruleSet);
  try {
    await running.run(signals);
  } finally {
    signals.release();
    await running.close();
    session.streams.err(matchSummary(running.engine));
    session.streams.err(running.summary);
  }
  if (running.isRestarting) startAnew();
  const code = running.hasFailed ? FAILED : OK;
  if (running.isStuck) exitNow(code);
  return code;
}

function startSession(session: Session, ruleSet: RuleSet): LiveSession {
  try {
    return new LiveSession(session, ruleSet);
  } catch (error) {
    if (!(error instanceof SensorError || error instanceof ProcError)) throw error;
    const hint = error.hint === undefined ? '' : `\nhint: ${error.hint}`;
    throw new CommandError(
      `cannot watch this machine: ${error.message}${hint}\n` +
        'saker doctor tells what is missing; saker replay FILE needs nothing of this',
      { cause: error },
    );
  }
}
