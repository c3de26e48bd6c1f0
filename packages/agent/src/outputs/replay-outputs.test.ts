import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { OutputsConfig } from '../config/output-config.ts';
import { outgoing } from './outgoing.cases.ts';
import { ReplayOutputs } from './replay-outputs.ts';

const VERSIONS = { version: '0.44.1', engineVersion: '0.63.0', fieldsChecksum: '' };

async function open(context: TestContext, config: (folder: string) => Partial<OutputsConfig>) {
  const folder = mkdtempSync(join(tmpdir(), 'saker-replay-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const logs: string[] = [];
  let printed = '';
  const options = {
    outputs: {
      stdout: true,
      file: undefined,
      syslog: undefined,
      program: undefined,
      http: undefined,
      grpc: undefined,
      buffered: false,
      queueCapacity: 1,
      timeoutMs: 2000,
      ...config(folder),
    },
    json: false,
    versions: VERSIONS,
    log: (level: string, message: string) => logs.push(`${level}: ${message}`),
  };
  const outputs = await ReplayOutputs.open(options, {
    out: (text) => {
      printed += text;
      return true;
    },
    err: () => true,
  });
  return { outputs, folder, logs, printed: () => printed };
}

test('what is written directly needs no turn', async (context) => {
  const { outputs, folder, printed } = await open(context, (folder) => ({
    file: { path: join(folder, 'alerts'), keepAlive: false, rotation: undefined },
  }));
  outputs.write(outgoing('a'));
  assert.equal(
    outputs.ready(() => false),
    undefined,
  );
  outputs.flush();
  assert.deepEqual([printed(), readFileSync(join(folder, 'alerts'), 'utf8')], ['a\n', 'a\n']);
  await outputs.close();
});

test('a slow output is waited for, and nothing is dropped', async (context) => {
  const { outputs, folder, printed, logs } = await open(context, (folder) => ({
    program: { program: `sleep 0.3; cat > ${folder}/out`, keepAlive: true },
  }));
  const line = 'x'.repeat(200);
  const count = 20_000;
  let waits = 0;
  for (let number = 0; number < count; number++) {
    outputs.write(outgoing(`${number} ${line}`));
    if (number % 100 !== 0) continue;
    const ready = outputs.ready(() => false);
    if (ready === undefined) continue;
    waits++;
    await ready;
  }
  await outputs.close();
  assert.ok(waits > 0, 'it waited');
  const lines = readFileSync(join(folder, 'out'), 'utf8').trimEnd().split('\n');
  assert.equal(lines.length, count);
  assert.ok(lines.every((text, number) => text.startsWith(`${number} `)));
  assert.equal(printed().length, lines.join('\n').length + 1);
  assert.deepEqual(logs, []);
});

test('whoever asks for the end is not kept waiting', async (context) => {
  const { outputs, folder } = await open(context, (folder) => ({
    program: {
      program: `while [ ! -e ${folder}/go ]; do sleep 0.05; done; cat > ${folder}/out`,
      keepAlive: true,
    },
  }));
  for (let number = 0; number < 2000; number++) outputs.write(outgoing('x'.repeat(200)));
  let asked = 0;
  await outputs.ready(() => ++asked > 2);
  assert.equal(asked, 3);
  writeFileSync(join(folder, 'go'), '');
  await outputs.close();
  assert.equal(readFileSync(join(folder, 'out'), 'utf8').length, 2000 * 201);
});

test('what was not delivered is told', async (context) => {
  const { outputs, logs } = await open(context, () => ({
    program: { program: 'exit 127', keepAlive: false },
  }));
  outputs.write(outgoing('a'));
  outputs.write(outgoing('b'));
  await outputs.close();
  const reason = 'the program did not take an alert: it ended with status 127';
  assert.deepEqual(logs, [
    `error: program: ${reason}`,
    `error: program: 2 alerts were not delivered: ${reason}`,
  ]);
});
