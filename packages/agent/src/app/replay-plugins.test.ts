/** Captures that hold events of plugins beside those of system calls. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fromText } from '@saker/core/base/byte-string.ts';
import { encodeEvent } from '@saker/core/events/encode.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { ScapWriter } from '@saker/core/scap/scap-writer.ts';
import { installNodeHost } from '../host/node-host.ts';
import { saker } from '../testing.ts';

installNodeHost();

const K8S_AUDIT_ID = 1;
const UNKNOWN_ID = 77;
const FROM = { cpu: 0, stateOnly: false };

/** A plugin that counts the events that it parses. */
const COUNTING = `
  let parsed = 0;
  export const plugin = { api: 1, name: 'counting', version: '1.0.0', description: 'd',
    contact: 'c', open: () => ({
      parsing: { sources: ['k8s_audit'], parse() { parsed++; } },
      extraction: { sources: ['k8s_audit'], fields: [{ name: 'counting.parsed', type: 'uint64',
        description: 'd', bind: () => () => parsed }] },
    }) };`;

const RULES = [
  ['audit', 'k8s_audit', 'ka.verb = create', 'n=%evt.num %json.value[/auditID] %counting.parsed'],
  ['tick', 'k8s_audit', 'evt.asynctype = tick', 'n=%evt.num %evt.source'],
  ['other', 'syscall', 'evt.type = pluginevent', 'n=%evt.num %evt.source'],
] as const;

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'saker-replay-'));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

function capture(): Uint8Array {
  const pieces: Uint8Array[] = [];
  const writer = new ScapWriter((bytes) => pieces.push(bytes.slice()));
  const header = { time: 1_700_000_000_000_000_000n, tid: -1 };
  const audit = (id: number, verb: string): void => {
    const data = Buffer.from(JSON.stringify({ kind: 'Event', auditID: verb, verb }));
    writer.record(encodeEvent(PPME.PPME_PLUGINEVENT_E, header, [id, data]), FROM);
  };
  audit(K8S_AUDIT_ID, 'get');
  audit(K8S_AUDIT_ID, 'create');
  audit(UNKNOWN_ID, 'create');
  const tick = [K8S_AUDIT_ID, fromText('tick'), Buffer.from('x')];
  writer.record(encodeEvent(PPME.PPME_ASYNCEVENT_E, header, tick), FROM);
  writer.flush();
  return Buffer.concat(pieces);
}

test('are given to the rules of their sources, by the ids of their plugins', async (context) => {
  const path = folder(context);
  const at = (name: string, text: string | Uint8Array): string => {
    writeFileSync(join(path, name), text);
    return join(path, name);
  };
  const ticking = COUNTING.replace(
    'parsing:',
    `asyncEvents: { sources: ['k8s_audit'], names: ['tick'], start() {}, stop() {} }, parsing:`,
  );
  const config = {
    engine: { kind: 'replay', replay: { capture_file: at('mixed.scap', capture()) } },
    load_plugins: ['k8saudit', 'json', 'counting'],
    plugins: [
      { name: 'k8saudit', library_path: 'libk8saudit.so', open_params: 'http://:9765/k8s-audit' },
      { name: 'json', library_path: 'libjson.so' },
      { name: 'counting', library_path: at('counting.mjs', ticking) },
    ],
  };
  const rules = RULES.map(([rule, source, condition, output]) => ({
    rule,
    source,
    condition,
    output: `${rule} ${output}`,
    desc: 'd',
    priority: 'NOTICE',
  }));
  const configFile = at('falco.yaml', JSON.stringify(config));
  const rulesFile = at('rules.yaml', JSON.stringify(rules));
  const { code, stdout, stderr } = await saker('-c', configFile, '-r', rulesFile);
  assert.equal(code, 0, stderr);
  const alerts = stdout.trimEnd().split('\n');
  assert.deepEqual(
    alerts.map((line) => /Notice (\w+ n=\d+ .*?)(?: container_id=|$)/.exec(line)?.[1]),
    ['audit n=2 create 2', 'other n=3 <NA>', 'tick n=4 k8s_audit'],
  );
  assert.match(stderr, /\n {3}audit: 1\n/);
});
