import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { expositionText } from './exposition.ts';

test('families without samples are not shown; labels are sorted; bigints keep their digits', () => {
  const text = expositionText([
    { name: 'none', help: 'h', kind: 'gauge', samples: [] },
    {
      name: 'some_total',
      help: 'of two\nlines \\',
      kind: 'counter',
      samples: [
        { labels: { b: '1', a: '2' }, value: 3 },
        { suffix: '_x', labels: {}, value: 1_748_338_536_592_811_359n },
      ],
    },
  ]);
  assert.equal(
    text,
    '# HELP some_total of two\\nlines \\\\\n# TYPE some_total counter\n' +
      'some_total{a="2",b="1"} 3\nsome_total_x 1748338536592811359\n',
  );
});

test('no value of a label can forge a series', () => {
  const fields = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '}', ' ', '{', '=') });
  fc.assert(
    fc.property(fields, (value) => {
      const samples = [{ labels: { pod: value }, value: 1 }];
      const text = expositionText([{ name: 'x', help: '', kind: 'gauge', samples }]);
      const lines = text.trimEnd().split('\n');
      assert.equal(lines.length, 3);
      const found = /^x\{pod="((?:[^"\\\n]|\\["\\n])*)"\} 1$/.exec(lines[2] ?? '');
      const read = found?.[1]?.replaceAll(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : String(c)));
      assert.equal(read, value);
    }),
  );
});
