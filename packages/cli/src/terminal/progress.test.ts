import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestScreen } from '../testing.ts';
import { Progress } from './progress.ts';

function scene(columns?: number) {
  const screen = new TestScreen(columns);
  const clock = { ms: 0 };
  const progress = new Progress(screen, { now: () => clock.ms });
  const at = (ms: number, fraction: number | undefined): string => {
    screen.text = '';
    clock.ms = ms;
    progress.update(fraction, (seconds) => `${seconds} s`);
    return screen.text;
  };
  return { screen, progress, at };
}

test('it begins late, comes now and then, and goes away', () => {
  const { screen, progress, at } = scene(80);
  assert.equal(at(300, 0.1), '');
  assert.equal(at(500, 0.5), `\r\u001b[K${'█'.repeat(12)}${'░'.repeat(12)} 50%  0.5 s`);
  assert.equal(at(550, 0.6), '');
  assert.equal(at(600, undefined), '\r\u001b[K0.6 s');
  progress.clear();
  assert.equal(screen.text, '\r\u001b[K0.6 s\r\u001b[K');
  progress.clear();
  assert.equal(screen.text, '\r\u001b[K0.6 s\r\u001b[K');
});

test('it never fills the line', () => {
  assert.equal(scene(20).at(500, 2).length, '\r\u001b[K'.length + 19);
});

test('without a terminal there is none', () => {
  assert.equal(scene().at(5000, 0.5), '');
});
