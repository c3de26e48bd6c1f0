import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { countOf, elementOf, lengthOf, spaced, valueFinder } from './nul-list.ts';

const items = fc.array(fc.stringMatching(/^[ab=]{0,4}$/), { maxLength: 6 });

test('reading a joined list is reading the list', () => {
  fc.assert(
    fc.property(items, fc.nat(7), (list, index) => {
      // One empty element and no element at all are the same bytes, and read as the latter.
      const own = list.length === 1 && list[0] === '' ? [] : list;
      const joined = own.join('\0');
      assert.equal(countOf(joined), own.length);
      assert.equal(lengthOf(joined), own.join('').length);
      assert.equal(elementOf(joined, index), own[index]);
      assert.equal(spaced(joined), own.join(' '));
    }),
  );
});

test('the value after a prefix is that of the first element that has one', () => {
  fc.assert(
    fc.property(items, fc.constantFrom('a=', 'ab=', 'b='), (list, prefix) => {
      const wanted = list.find((item) => item.startsWith(prefix) && item.length > prefix.length);
      assert.equal(valueFinder(prefix)(list.join('\0')), wanted?.slice(prefix.length));
    }),
  );
});
