/** `saker replay`: rules on a capture, alerts for people or as JSON. */

import { hostname } from 'node:os';
import { CommandError } from '@saker/agent/app/command-error.ts';
import { suggest } from '@saker/core/base/suggest.ts';
import { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import { CaptureReplay, type ReplayEnd } from '../capture/capture-replay.ts';
import { didYouMean } from '../command-line/arguments.ts';
import { type Call, EXIT_INTERRUPTED, EXIT_OK } from '../command-line/command.ts';
import { type LoadedRules, loadRunnable, warningNote } from '../rules/load-files.ts';
import { Progress } from '../terminal/progress.ts';
import { counted } from '../terminal/quantity.ts';
import { AlertWriter } from './alert-writer.ts';
import { readLines, ruleTable } from './replay-summary.ts';
import { chooseRules, ruleChoice } from './rule-choice.ts';

export async function replay(call: Call): Promise<number> {
  const { args, terminal } = call;
  const [path = ''] = args.operands('capture file', 1);
  const limit = args.count('limit', 1) ?? Number.POSITIVE_INFINITY;
  const matching = args.choice('matching', ['first', 'all']) ?? 'first';
  const choice = ruleChoice(args);
  const loaded = loadRunnable(args.values('rules'), terminal.err);
  const ruleSet = chooseRules(loaded.ruleSet, choice);
  if (ruleSet.rules.length === 0) throw noRules(loaded, choice.name);
  const capture = new CaptureReplay(path);
  const { fields } = loaded;
  const { state } = capture;
  const engine = new RuleEngine(ruleSet, { fields, state, matching, evaluator: 'fast' });
  const host = call.environment['FALCO_HOSTNAME'] ?? hostname();
  const maker = new AlertMaker({ fields, hostname: host, iso8601: false });
  const progress = new Progress(terminal.err);
  const options = { json: args.has('json'), limit, progress };
  const writer = new AlertWriter(engine, maker, terminal.out, options);
  const started = performance.now();
  let end: ReplayEnd | undefined;
  try {
    end = await capture.run(writer, progress);
  } finally {
    writer.flush();
    const seconds = (performance.now() - started) / 1000;
    const facts = { alerts: writer.count, rules: engine.rules.length, seconds };
    const notes = [endNote(end, writer.count), warningNote(loaded)];
    const lines = [...readLines(capture, facts, terminal.err.style), ...notes];
    // Without an event there is nothing to sum up: the error that follows says it all.
    if (end !== undefined || capture.events > 0) {
      terminal.err.write(summaryText(ruleTable(writer.byRule, terminal.err), lines));
    }
  }
  return end === 'end' || end === 'stopped' ? EXIT_OK : EXIT_INTERRUPTED;
}

function summaryText(table: string, lines: readonly (string | undefined)[]): string {
  const notes = lines.filter((line) => line !== undefined).map((line) => `${line}\n`);
  return ['', table, notes.join('')].filter((part, at) => at === 0 || part !== '').join('\n');
}

/** That not all was read, unless an error says so. */
function endNote(end: ReplayEnd | undefined, alerts: number): string | undefined {
  if (end === 'end' || end === undefined) return undefined;
  if (end === 'stopped') return `stopped after ${counted(alerts, 'alert')}, as --limit asks`;
  return `stopped by ${end}: the rest of the capture was not read`;
}

function noRules({ ruleSet }: LoadedRules, name: string | undefined): CommandError {
  if (name === undefined) return new CommandError('there is no rule of that priority to run');
  const names = ruleSet.rules.map((rule) => rule.name);
  if (names.includes(name)) {
    return new CommandError(`the rule "${name}" is less urgent than --priority asks for`);
  }
  return new CommandError(`no rule is called "${name}"${didYouMean(suggest(name, names))}`);
}
