/**
 * For tests: Falco's answers for a capture (`../shared/compat/*.fields.jsonl.gz`) beside ours. A
 * line of the answers is one event and one rule with its output_fields as Falco wrote them. Ours is
 * written the same way, so that lines which are equal as text need no parsing; numbers beyond 2^53
 * keep their digits.
 */

import { createReadStream, readFileSync } from 'node:fs';
import { createGunzip, gunzipSync } from 'node:zlib';
import { EventView } from '../events/event-view.ts';
import { isGzip } from '../scap/capture-source.ts';
import { ScapReader } from '../scap/scap-reader.ts';
import { SystemState } from '../state/system-state.ts';
import type { FieldOutput, JsonValue } from './field.ts';
import { FieldTable } from './field-catalogue.ts';
import { outputOf } from './value-text.ts';

/** Steps through the events of a capture that rules see. */
class CapturePlayer {
  readonly state: SystemState;
  readonly #reader: ScapReader;
  #bytes: Uint8Array;
  #started = false;

  constructor(path: string) {
    const bytes = readFileSync(path);
    this.#bytes = isGzip(bytes) ? gunzipSync(bytes) : bytes;
    const event = new EventView();
    this.state = new SystemState(event);
    this.#reader = new ScapReader(event, this.state);
  }

  /** False at the end. */
  nextShown(): boolean {
    for (;;) {
      const step = this.#reader.next();
      if (step === 'end') return false;
      if (step === 'more') this.#feed();
      else if (this.#apply()) return true;
    }
  }

  #feed(): void {
    if (this.#bytes.length === 0) this.#reader.end();
    else this.#bytes = this.#bytes.subarray(this.#reader.feed(this.#bytes));
  }

  #apply(): boolean {
    if (!this.#started) this.state.finishSnapshot();
    this.#started = true;
    return this.state.apply();
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path).pipe(createGunzip()).setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** The fields of one rule, in the order of its answers. */
interface AnswerGroup {
  readonly keys: readonly string[];
  readonly outputs: readonly FieldOutput[];
}

export interface Difference {
  readonly field: string;
  readonly eventNumber: number;
  readonly eventType: string;
  /** JSON text. */
  readonly expected: string;
  readonly found: string;
}

/** Every difference between Falco's answers and ours. */
export async function compareAnswers(
  capturePath: string,
  answersPath: string,
  onDifference: (difference: Difference) => void,
): Promise<{ readonly lines: number; readonly values: number }> {
  const player = new CapturePlayer(capturePath);
  const { context } = player.state;
  const groups = new Map<string, AnswerGroup>();
  const typeOutput = outputFor('evt.type');
  let lines = 0;
  let values = 0;
  for await (const line of linesOf(answersPath)) {
    lines++;
    const number = Number(line.slice(1, line.indexOf(',')));
    if (!advance(player, number)) throw new Error(`no event ${number} is shown, but answered`);
    const group = groupOf(groups, line);
    values += group.keys.length;
    const ours = group.outputs.map((output) => jsonText(output.json(context)));
    const start = line.indexOf('{');
    if (line.slice(start, -1) === objectText(group.keys, ours)) continue;
    const theirs = objectValues(line, start);
    for (const [i, field] of group.keys.entries()) {
      const expected = theirs.get(field) ?? 'no answer';
      const found = ours[i] ?? '';
      if (expected === found) continue;
      const eventType = typeOutput.text(context) ?? '';
      onDifference({ field, eventNumber: number, eventType, expected, found });
    }
  }
  if (player.nextShown()) throw new Error(`event ${context.event.num} is shown, but not answered`);
  return { lines, values };
}

/** Goes to the event with that number, which is the current one or the next that is shown. */
function advance(player: CapturePlayer, number: number): boolean {
  const { event } = player.state.context;
  return event.num === number || (player.nextShown() && event.num === number);
}

function groupOf(groups: Map<string, AnswerGroup>, line: string): AnswerGroup {
  const name = line.slice(line.indexOf('"'), line.indexOf('{'));
  let group = groups.get(name);
  if (group === undefined) {
    const keys = [...objectValues(line, line.indexOf('{')).keys()];
    group = { keys, outputs: keys.map(outputFor) };
    groups.set(name, group);
  }
  return group;
}

const fields = new FieldTable();

/** The output of a field as a key of output_fields names it. */
export function outputFor(key: string): FieldOutput {
  const bracket = key.indexOf('[');
  const name = bracket < 0 ? key : key.slice(0, bracket);
  const argument = bracket < 0 ? undefined : key.slice(bracket + 1, -1);
  const bound = fields.bind({ name, argument });
  const output = bound === undefined ? 'no such field' : outputOf(bound.field, bound.argument);
  if (typeof output === 'string') throw new Error(`${key}: ${output}`);
  return output;
}

function jsonText(value: JsonValue): string {
  if (typeof value === 'object' && value !== null && 'raw' in value) return value.raw;
  return JSON.stringify(value);
}

function objectText(keys: readonly string[], values: readonly string[]): string {
  return `{${keys.map((key, i) => `"${key}":${values[i]}`).join(',')}}`;
}

const pair = /"((?:[^"\\]|\\.)*)":("(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^,}]*)[,}]/y;

/** Keys and the text of their values; lists hold neither lists nor brackets. */
function objectValues(line: string, start: number): Map<string, string> {
  const values = new Map<string, string>();
  pair.lastIndex = start + 1;
  for (let found = pair.exec(line); found !== null; found = pair.exec(line)) {
    values.set(found[1] ?? '', found[2] ?? '');
  }
  return values;
}
