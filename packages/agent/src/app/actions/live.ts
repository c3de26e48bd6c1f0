/** Detection on the running system: `engine.kind` modern_ebpf, which is the default. */

import { exitNow } from '@saker/sensor/own-process.ts';
import { SensorError } from '@saker/sensor/sensor-error.ts';
import { installNodeHost } from '../../host/node-host.ts';
import { ProcError } from '../../sources/proc/proc-error.ts';
import { CommandError } from '../command-error.ts';
import { type LiveParts, LiveSession } from '../live/live-session.ts';
import { matchSummary } from '../match-summary.ts';
import type { Session } from '../session.ts';
import { Signals } from '../signals.ts';
import type { RunnableRules } from './load-rules.ts';

const OK = 0;
const FAILED = 1;

/** The exit code. */
export async function live(
  session: Session,
  rules: RunnableRules,
  sources: readonly string[],
): Promise<number> {
  installNodeHost();
  const signals = new Signals();
  signals.takeReloads();
  const running = startSession({ session, rules, sources });
  let failure: Error | undefined;
  try {
    await running.run(signals);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  } finally {
    signals.releaseStops();
    await running.close();
    signals.release();
    session.streams.err(matchSummary(running.ruleTotals));
    session.streams.err(running.summary);
  }
  if (failure !== undefined && !running.isStuck) throw failure;
  const code = running.hasFailed || failure !== undefined ? FAILED : OK;
  if (running.isStuck) {
    if (failure !== undefined) session.streams.err(`Error: ${failure.message}\n`);
    exitNow(code);
  }
  return code;
}

function startSession(parts: LiveParts): LiveSession {
  try {
    return new LiveSession(parts);
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
