import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commands } from '../commands/commands.ts';
import { commandsOfGroup, findCommand, unknownCommand } from './find-command.ts';

const split = (line: string): string[] => line.split(' ');

describe('findCommand', () => {
  const cases: readonly [line: string, name: string | undefined, rest: string[]][] = [
    ['replay x.scap', 'replay', ['x.scap']],
    ['rules check a b', 'rules check', ['a', 'b']],
    ['rules', undefined, []],
    ['rules replay', undefined, []],
    ['check', undefined, []],
  ];
  for (const [line, name, rest] of cases) {
    test(line, () => {
      const found = findCommand(commands, split(line));
      assert.equal(found?.command.name, name);
      assert.deepEqual(found?.rest ?? [], rest);
    });
  }

  test('groups', () => {
    const names = (line: string) => commandsOfGroup(commands, split(line)).map(({ name }) => name);
    assert.deepEqual(names('rules'), ['rules check', 'rules list', 'rules show']);
    assert.deepEqual(names('rules --help'), ['rules check', 'rules list', 'rules show']);
    assert.deepEqual(names('rules x'), []);
    assert.deepEqual(names('replay'), []);
  });
});

describe('unknownCommand', () => {
  const cases: readonly [line: string, message: string][] = [
    ['repaly', 'unknown command "repaly", did you mean "replay"?'],
    ['xyz', 'unknown command "xyz"'],
    ['a/x.scap', 'unknown command "a/x.scap"; to replay a capture: saker replay a/x.scap'],
    ['x.scap.gz', 'unknown command "x.scap.gz"; to replay a capture: saker replay x.scap.gz'],
    ['r.yaml', 'unknown command "r.yaml"; to check a rules file: saker rules check r.yaml'],
    ['rules', '"saker rules" is followed by one of check, list, show'],
    ['rules --json', '"saker rules" is followed by one of check, list, show'],
    [
      'rules lst',
      '"saker rules" is followed by one of check, list, show; found "lst", did you mean "list"?',
    ],
  ];
  for (const [line, message] of cases) {
    test(line, () => assert.equal(unknownCommand(commands, split(line)).message, message));
  }
});
