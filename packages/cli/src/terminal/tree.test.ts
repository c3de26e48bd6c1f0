import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTree, type TreeNode, treeIndent } from './tree.ts';

const leaf = (...lines: string[]): TreeNode => ({ lines, children: [] });

test('a tree with lines that go on', () => {
  const tree: TreeNode = {
    lines: ['root'],
    children: [
      { lines: ['group', 'more of it'], children: [leaf('one'), leaf('two', 'goes on')] },
      leaf('last', 'goes on'),
    ],
  };
  assert.deepEqual(formatTree(tree), [
    'root',
    '├─ group',
    '│  │  more of it',
    '│  ├─ one',
    '│  └─ two',
    '│        goes on',
    '└─ last',
    '      goes on',
  ]);
  assert.equal(treeIndent(2), '│  ├─ '.length);
});
