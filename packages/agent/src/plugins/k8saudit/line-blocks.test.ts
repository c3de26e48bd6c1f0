import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type LineBlock, LineBlocks } from './line-blocks.ts';

const encoder = new TextEncoder();

function textOf(block: LineBlock | undefined): string | undefined {
  return block && new TextDecoder().decode(block.bytes);
}

test('lines come whole', () => {
  const blocks = new LineBlocks(100);
  assert.equal(blocks.add(encoder.encode('on')), undefined);
  assert.equal(textOf(blocks.add(encoder.encode('e\ntwo\nth'))), 'one\ntwo\n');
  const third = blocks.add(encoder.encode('ree\n'));
  assert.deepEqual([textOf(third), third?.firstLine], ['three\n', 3]);
  blocks.add(encoder.encode('four'));
  assert.equal(textOf(blocks.end()), 'four');
  assert.equal(blocks.end(), undefined);
});

test('a line beyond the limit is left out, and its neighbours are not', () => {
  const blocks = new LineBlocks(5);
  assert.equal(textOf(blocks.add(encoder.encode('one\ntoo '))), 'one\n');
  assert.equal(blocks.add(encoder.encode('long a')), undefined);
  const next = blocks.add(encoder.encode(' line\ntwo\n'));
  assert.deepEqual([textOf(next), next?.firstLine, blocks.tooLong], ['two\n', 3, 1]);
});

test('after a restart nothing is left of the line that was coming', () => {
  const blocks = new LineBlocks(100);
  blocks.add(encoder.encode('one\nleft'));
  blocks.restart();
  const block = blocks.add(encoder.encode('first\n'));
  assert.deepEqual([textOf(block), block?.firstLine], ['first\n', 1]);
});

test('however a file is cut, its lines are the same', () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '\n'), maxLength: 8 }));
  fc.assert(
    fc.property(pieces, (texts) => {
      const blocks = new LineBlocks(1000);
      const found: LineBlock[] = [];
      const keep = (block: LineBlock | undefined) => {
        if (block !== undefined) found.push(block);
      };
      for (const text of texts) keep(blocks.add(encoder.encode(text)));
      keep(blocks.end());
      assert.equal(found.map(textOf).join(''), texts.join(''));
      let line = 1;
      for (const block of found) {
        assert.equal(block.firstLine, line);
        line += (textOf(block) ?? '').split('\n').length - 1;
      }
    }),
  );
});
