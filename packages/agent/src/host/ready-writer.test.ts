import assert from 'node:assert/strict';
import { closeSync, readSync } from 'node:fs';
import { test } from 'node:test';
import { openPipe } from './pipe.ts';
import { ReadyWriter } from './ready-writer.ts';

const LINE = `${'x'.repeat(999)}\n`;

test('a pipe that nobody reads keeps nobody waiting, and gets what it missed later', (context) => {
  const { readEnd, writeEnd } = openPipe();
  context.after(() => [readEnd, writeEnd].map((fd) => closeSync(fd)));
  const writer = new ReadyWriter(writeEnd);
  const count = 1000;
  for (let line = 0; line < count; line++) assert.equal(writer.add(LINE), true);
  const { lost } = writer;
  assert.ok(lost > 0 && lost < count, `${lost} of ${count}`);
  const part = Buffer.alloc(1 << 16);
  let text = '';
  while (!text.endsWith('last\n')) {
    text += part.toString('utf8', 0, readSync(readEnd, part));
    if (text.includes('lost here')) writer.add('last\n');
    else writer.finish();
  }
  const told = `${lost} messages were lost here: nobody read them\n`;
  assert.equal(text, `${LINE.repeat(count - lost)}${told}last\n`);
});

test('without a reader it is closed', () => {
  const { readEnd, writeEnd } = openPipe();
  closeSync(readEnd);
  const writer = new ReadyWriter(writeEnd);
  assert.deepEqual([writer.add('a'), writer.add('b')], [false, false]);
  closeSync(writeEnd);
});
