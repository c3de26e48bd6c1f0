/** `saker explain`: one event, or where to look. */

import { CaptureReplay } from '../capture/capture-replay.ts';
import { type Call, EXIT_OK } from '../command-line/command.ts';
import { findRule } from '../rules/find-rule.ts';
import { loadRunnable } from '../rules/load-files.ts';
import { Progress } from '../terminal/progress.ts';
import { explainEvent } from './explain-event.ts';
import { findEvents } from './find-events.ts';
import type { Question } from './question.ts';

export async function explainRule(call: Call): Promise<number> {
  const { args, terminal } = call;
  const [path = ''] = args.operands('capture file', 1);
  const name = args.value('rule');
  if (name === undefined) throw args.usageError('the rule is missing: --rule RULE');
  const eventNumber = args.count('event', 1);
  const loaded = loadRunnable(args.values('rules'), terminal.err);
  const question: Question = {
    loaded,
    found: findRule(loaded, name),
    capture: new CaptureReplay(path),
    progress: new Progress(terminal.err),
    terminal,
    json: args.has('json'),
    rulesOptions: args.values('rules').flatMap((path) => ['-r', path]),
  };
  if (eventNumber === undefined) await findEvents(question);
  else await explainEvent(question, eventNumber);
  return EXIT_OK;
}
