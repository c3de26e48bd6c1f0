/** `engine.kind=replay`: every event of a capture, as fast as it can be read. */

import { formatAlert } from '@saker/core/engine/alert-line.ts';
import { type InternalMessage, internalAlert } from '@saker/core/engine/internal-alert.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { ScapReader } from '@saker/core/scap/scap-reader.ts';
import { AlertCaptures } from '../../capture/alert-captures.ts';
import { installNodeHost } from '../../host/node-host.ts';
import type { OutgoingAlert } from '../../outputs/alert-output.ts';
import { ReplayOutputs } from '../../outputs/replay-outputs.ts';
import { type CaptureConsumer, CaptureFile } from '../../sources/capture-file.ts';
import { matchSummary } from '../match-summary.ts';
import { RuleTotals } from '../rule-totals.ts';
import { hostnameOf, type Session } from '../session.ts';
import { Signals } from '../signals.ts';
import { TimeLimit } from '../time-limit.ts';
import { servedVersions } from '../versions.ts';
import type { RunnableRules } from './load-rules.ts';
import { ReplayDetections } from './replay-detections.ts';

const NS_PER_MS = 1_000_000n;

/** The exit code. */
export async function replay(session: Session, rules: RunnableRules): Promise<number> {
  installNodeHost();
  const { config, streams, log } = session;
  const file = new CaptureFile(config.engine.captureFile);
  const signals = new Signals();
  // A read that waits for a pipe would keep signals waiting too: there, they just end the process.
  if (file.size() === 0) signals.release();
  log.info(`Replaying events from the capture file: ${file.path}`);
  const outputs = await ReplayOutputs.open(
    {
      outputs: config.outputs,
      json: config.lines.json,
      versions: servedVersions,
      log: (level, message) => log.log(level, message),
    },
    streams,
  );
  const parts = openParts(session, rules, outputs);
  try {
    await file.read(parts.reader, consumerOf(session, parts, signals));
  } finally {
    signals.release();
    file.close();
    await parts.captures?.close();
    await outputs.close();
    // Not on the standard output, where Falco prints it: that holds alerts and nothing else.
    streams.err(matchSummary(new RuleTotals().of(parts.detections.engines)));
  }
  if (session.flags.verbose) streams.err(speedText(parts.detections.events));
  return 0;
}

interface Parts {
  readonly event: EventView;
  readonly reader: ScapReader;
  readonly detections: ReplayDetections;
  readonly outputs: ReplayOutputs;
  readonly captures: AlertCaptures | undefined;
}

function openParts(session: Session, rules: RunnableRules, outputs: ReplayOutputs): Parts {
  const { config, log } = session;
  const { lines, capture } = config;
  const event = new EventView();
  const detections = new ReplayDetections({
    session,
    rules,
    event,
    onMatch: (rule, context, maker) => {
      const alert = maker.make(rule, context);
      outputs.write({ line: formatAlert(alert, lines), priority: alert.priority, alert });
      captures?.onMatch(rule);
    },
  });
  const { state } = detections;
  const captures = capture.enabled ? new AlertCaptures({ config: capture, state, log }) : undefined;
  return { event, reader: new ScapReader(event, state), detections, outputs, captures };
}

function consumerOf(session: Session, parts: Parts, signals: Signals): CaptureConsumer {
  const { config, flags, log } = session;
  const { event, detections, outputs, captures } = parts;
  const limit = flags.durationSeconds > 0 ? new TimeLimit(flags.durationSeconds) : undefined;
  const flushes = flags.unbuffered || !config.outputs.buffered;
  return {
    onEvent() {
      if (limit?.isOver(event) === true) return false;
      detections.onEvent();
      const message = captures?.onEvent();
      if (message !== undefined) outputs.write(internalOf(message, session));
      return true;
    },
    onPause() {
      if (flushes) outputs.flush();
      if (signals.reopenRequested) {
        signals.reopenRequested = false;
        log.info('SIGUSR1 received, reopening outputs...');
        outputs.reopen();
      }
      const goesOn = (): boolean => {
        if (signals.stopRequested !== undefined) {
          log.info(`${signals.stopRequested} received, exiting...`);
        }
        return signals.stopRequested === undefined && !outputs.isClosed;
      };
      const ready = outputs.ready(() => signals.stopRequested !== undefined);
      return ready === undefined ? goesOn() : ready.then(goesOn);
    },
  };
}

function internalOf(message: InternalMessage, session: Session): OutgoingAlert {
  const { config } = session;
  const origin = { hostname: hostnameOf(session), iso8601: config.iso8601 };
  const now = BigInt(Date.now()) * NS_PER_MS;
  const alert = internalAlert(message, now, origin);
  return { line: formatAlert(alert, config.lines), priority: alert.priority, alert };
}

function speedText(events: number): string {
  const { user, system } = process.cpuUsage();
  const seconds = (user + system) / 1e6;
  const rate = (events / seconds).toFixed(2);
  return `Elapsed time: ${seconds.toFixed(3)}, Captured Events: ${events}, ${rate} eps\n`;
}
