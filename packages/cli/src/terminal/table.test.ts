import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { colourStyle } from './style.ts';
import { formatTable } from './table.ts';

const columns = [
  { title: 'n', align: 'right' },
  { title: 'rule', shrinks: true },
  { title: 'tags', shrinks: true },
] as const;
const rows = [
  ['1', 'Password hashes read', 'host, container, filesystem'],
  ['12', 'Shell', 'host'],
];

test('columns are as wide as their widest cell', () => {
  const want = [
    ' n  rule                  tags',
    ' 1  Password hashes read  host, container, filesystem',
    '12  Shell                 host',
    '',
  ];
  assert.equal(formatTable(columns, rows), want.join('\n'));
  assert.equal(formatTable(columns, []), 'n  rule  tags\n');
});

test('a narrow terminal cuts the last columns first', () => {
  const at = (width: number): string[] => formatTable(columns, rows, { width }).split('\n');
  assert.deepEqual(at(45), [
    ' n  rule                  tags',
    ' 1  Password hashes read  host, container, f…',
    '12  Shell                 host',
    '',
  ]);
  assert.equal(at(34)[1], ' 1  Password hashes…  host, conta…');
  assert.equal(at(5)[1], ' 1  Password ha…  host, conta…', 'a column keeps some columns');
});

test('colours take no room', () => {
  const cells = rows.map(([n = '', rule = '', tags = '']) => [
    { text: n, paint: colourStyle.red },
    { text: rule, paint: colourStyle.bold },
    tags,
  ]);
  const painted = formatTable(columns, cells, { style: colourStyle });
  assert.notEqual(painted, formatTable(columns, rows));
  assert.equal(stripVTControlCharacters(painted), formatTable(columns, rows));
});
