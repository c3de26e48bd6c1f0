/** What `saker record` is asked for. */

import type { RuleSet } from '@saker/core/rules/rule.ts';
import { CAPTURE_FORMATS, type CaptureFormat } from '@saker/core/scap/scap-writer.ts';
import type { Call } from '../command-line/command.ts';
import { formatProblem } from '../rules/problems.ts';
import { parseDuration } from './duration.ts';
import { parseFilter } from './event-filter.ts';
import { chooseSyscalls } from './syscall-choice.ts';

export interface RecordOptions {
  readonly path: string;
  /** Undefined: until somebody stops it. */
  readonly durationMs: number | undefined;
  readonly filter: RuleSet | undefined;
  readonly format: CaptureFormat;
  readonly syscalls: ReadonlySet<number>;
  readonly snapBytes: number | undefined;
  /** Empty: everything is recorded until it is stopped. */
  readonly command: readonly string[];
}

/** SNAPLEN_MAX of Falco's probe. */
const SNAP_BYTES_MAX = 65_000;

/** UsageError where it cannot be understood; what is wrong with a condition is printed before. */
export function recordOptions(call: Call): RecordOptions {
  const { args } = call;
  const path = args.value('output');
  if (path === undefined) throw args.usageError('-o FILE is missing: where the capture goes');
  const filter = filterOf(call);
  const syscalls = chooseSyscalls(args.value('syscalls'), filter);
  if (typeof syscalls === 'string') throw args.usageError(`--syscalls: ${syscalls}`);
  const snapBytes = args.count('snaplen', 1);
  return {
    path,
    durationMs: durationOf(call),
    filter,
    format: args.choice('format', CAPTURE_FORMATS) ?? 'current',
    syscalls,
    snapBytes: snapBytes === undefined ? undefined : Math.min(snapBytes, SNAP_BYTES_MAX),
    command: args.words,
  };
}

function durationOf({ args }: Call): number | undefined {
  const text = args.value('for');
  if (text === undefined) return undefined;
  const durationMs = parseDuration(text);
  if (durationMs !== undefined) return durationMs;
  throw args.usageError(`--for takes a duration such as 500ms, 30s, 5m or 1h, found "${text}"`);
}

function filterOf({ args, terminal }: Call): RuleSet | undefined {
  const text = args.value('filter');
  if (text === undefined) return undefined;
  const { ruleSet, diagnostics } = parseFilter(text);
  const problems = diagnostics.map((found) => formatProblem(found, terminal.err.style));
  if (problems.length > 0) terminal.err.write(`\n${problems.join('\n\n')}\n\n`);
  if (ruleSet !== undefined) return ruleSet;
  throw args.usageError('the condition of --filter cannot be used as it is, see above');
}
