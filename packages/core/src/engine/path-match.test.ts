import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePathMatch } from './path-match.ts';

const cases: readonly {
  readonly paths: readonly string[];
  readonly yes: readonly string[];
  readonly no: readonly string[];
}[] = [
  { paths: [], yes: [], no: ['/', '/a', ''] },
  { paths: ['/'], yes: ['/', '/a', 'a'], no: [] },
  {
    paths: ['/var/run', '/etc', '/usr/lib'],
    yes: ['/var/run', '/var/run/x.pid', '/etc', '/etc/', '/etc//passwd', '/usr/lib/a/b'],
    no: ['/var', '/var/runner', '/usr', '/usr/libexec', 'etcetera'],
  },
  {
    paths: ['/home/*/.ssh', '/proc/[0-9]*/mem'],
    yes: ['/home/joe/.ssh/id', '/home/joe/.ssh', '/proc/17/mem'],
    no: ['/home/.ssh', '/home/joe/x/.ssh', '/proc/self/mem', '/proc/1/maps'],
  },
  { paths: ['/a/?/c', '/a/b/d'], yes: ['/a/b/c', '/a/b/d/e', '/a/x/c'], no: ['/a/bb/c', '/a/x/d'] },
  { paths: ['f1', 'relative/dir'], yes: ['f1', '/f1', 'relative/dir/x'], no: ['f11', 'relative'] },
];

for (const { paths, yes, no } of cases) {
  test(`pmatch (${paths.join(', ')})`, () => {
    const covers = compilePathMatch(paths);
    for (const path of yes) assert.ok(covers(path), `covers ${path}`);
    for (const path of no) assert.ok(!covers(path), `does not cover ${path}`);
  });
}
