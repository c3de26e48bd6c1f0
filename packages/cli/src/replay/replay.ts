/** `saker replay`: rules on a capture, alerts for people or as JSON. */

import { hostname } from 'node:os';
import { CommandError } from '@saker/agent/app/command-error.ts';
import { suggest } from '@saker/core/base/suggest.ts';
import { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import { CaptureReplay } from '../capture/capture-replay.ts';
import { didYouMean } from '../command-line/arguments.ts';
import { type Call, EXIT_OK } from '../command-line/command.ts';
import { type LoadedRules, loadRunnable, warningNote } from '../rules/load-files.ts';
import { Progress } from '../terminal/progress.ts';
import { counted } from '../terminal/quantity.ts';
import { AlertWriter } from './alert-writer.ts';
import { summaryText } from './replay-summary.ts';
import { chooseRules, ruleChoice } from './rule-choice.ts';

export async function replay(call: Call): Promise<number> {
  const { args, terminal } = call;
  const [path = ''] = args.operands('capture file', 1);
  const limit = args.count('limit', 1) ?? Number.POSITIVE_INFINITY;
  const matching = args.choice('matching', ['first', 'all']) ?? 'first';
  const choice = ruleChoice(args);
  const loaded = loadRunnable(args.values('rules'), terminal.err);
  const ruleSet = chooseRules(loaded.result.ruleSet, choice);
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
  let note: string | undefined;
  try {
    if (!(await capture.run(writer, progress))) note = stopNote(writer.count, limit);
  } finally {
    writer.flush();
    // Without an event there is nothing to sum up: the error that follows says it all.
    if (capture.events > 0) {
      const seconds = (performance.now() - started) / 1000;
      const rules = engine.rules.length;
      const notes = [note, warningNote(loaded)].filter((line) => line !== undefined);
      const summary = { capture, alerts: writer.byRule, rules, seconds, notes };
      terminal.err.write(summaryText(summary, terminal.err));
    }
  }
  return EXIT_OK;
}

/** That not all was read. */
function stopNote(alerts: number, limit: number): string {
  if (alerts >= limit) return `stopped after ${counted(alerts, 'alert')}, as --limit asks`;
  return 'stopped: nobody reads the standard output any more';
}

function noRules({ result: { ruleSet } }: LoadedRules, name: string | undefined): CommandError {
  if (name === undefined) return new CommandError('there is no rule of that priority to run');
  const names = ruleSet.rules.map((rule) => rule.name);
  if (names.includes(name)) {
    return new CommandError(`the rule "${name}" is less urgent than --priority asks for`);
  }
  return new CommandError(`no rule is called "${name}"${didYouMean(suggest(name, names))}`);
}
