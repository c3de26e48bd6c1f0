/** Proof that field values equal Falco's, except for what deviations.ts lists. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import { compareAnswers, type Difference } from './answers.cases.ts';
import { type CaptureName, deviations } from './deviations.ts';

// Falco gave the answers in this zone; Date has not been asked for its own yet.
process.env['TZ'] = 'UTC';

const captures: readonly CaptureName[] = [
  'open1',
  'curl_google',
  'curl_google_comments',
  'single_ipv6_conn',
  'test_ipv6_client',
];

const SAMPLES_PER_FIELD = 4;
const TEXT_MAX = 160;

class DifferenceCounts {
  readonly byField = new Map<
    string,
    { count: number; samples: Difference[]; events: Map<string, number> }
  >();

  add(difference: Difference): void {
    const { field, eventType } = difference;
    let entry = this.byField.get(field);
    if (entry === undefined) {
      entry = { count: 0, samples: [], events: new Map() };
      this.byField.set(field, entry);
    }
    entry.count++;
    entry.events.set(eventType, (entry.events.get(eventType) ?? 0) + 1);
    if (entry.samples.length < SAMPLES_PER_FIELD) entry.samples.push(difference);
  }

  /** What is not as the table says: one paragraph per field, most differences first. */
  unexpected(capture: CaptureName): string[] {
    const expected = new Map(deviations.map((entry) => [entry.field, entry.counts[capture] ?? 0]));
    const fields = new Set([...this.byField.keys(), ...expected.keys()]);
    return [...fields]
      .map((field) => ({ field, count: this.byField.get(field)?.count ?? 0 }))
      .filter(({ field, count }) => count !== (expected.get(field) ?? 0))
      .sort((left, right) => right.count - left.count)
      .map(({ field, count }) => this.#paragraph(field, count, expected.get(field) ?? 0));
  }

  #paragraph(field: string, count: number, expected: number): string {
    const entry = this.byField.get(field);
    const events = [...(entry?.events ?? [])]
      .sort((left, right) => right[1] - left[1])
      .slice(0, 6)
      .map(([type, times]) => `${type} ${times}`);
    const head = `  ${field}: ${count} differences, ${expected} listed (${events.join(', ')})`;
    return [head, ...(entry?.samples ?? []).map(sampleLine)].join('\n');
  }
}

function sampleLine({ eventNumber, eventType, expected, found }: Difference): string {
  const values = `Falco ${shorten(expected)}, here ${shorten(found)}`;
  return `    event ${eventNumber} ${eventType}: ${values}`;
}

function shorten(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}...`;
}

for (const capture of captures) {
  test(`fields of ${capture} equal Falco's answers`, { skip: skipWithoutShared }, async () => {
    const counts = new DifferenceCounts();
    const kinds = new Map(deviations.map((entry) => [entry.field, entry.isSo]));
    const { lines, values } = await compareAnswers(
      sharedPath(`compat/${capture}.scap`),
      sharedPath(`compat/${capture}.fields.jsonl.gz`),
      (difference) => {
        counts.add(difference);
        const { field, expected, found } = difference;
        assert.ok(kinds.get(field)?.(expected, found) ?? true, JSON.stringify(difference));
      },
    );
    const unexpected = counts.unexpected(capture);
    assert.ok(lines > 0 && values > lines);
    assert.equal(
      unexpected.length,
      0,
      `${capture}, ${values} values, ${unexpected.length} fields differ:\n${unexpected.join('\n')}`,
    );
  });
}

test('every deviation is listed once, has a reason and occurs', () => {
  assert.equal(new Set(deviations.map(({ field }) => field)).size, deviations.length);
  for (const { field, events, reason, counts } of deviations) {
    assert.ok(reason.length > 20 && events !== '', field);
    assert.ok(
      Object.values(counts).some((count) => count > 0),
      field,
    );
  }
});
