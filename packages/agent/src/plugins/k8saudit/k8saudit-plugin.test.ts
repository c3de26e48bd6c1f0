/** From the configuration to alerts: what the agent does with the plugins, on the public rules. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import { ruleSources, syscallEventTypes } from '@saker/core/engine/syscall-source.ts';
import { listFields } from '@saker/core/fields/field-listing.ts';
import { auditFields } from '@saker/core/k8s-audit/audit-fields.ts';
import { loadRules } from '@saker/core/rules/load-rules.ts';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';
import type { PluginConfig } from '../../config/service-config.ts';
import { formatPlugin } from '../loaded-plugin.ts';
import type { LoadedPlugins } from '../loaded-plugins.ts';
import { openPlugins } from '../open-plugins.ts';
import { temporaryFolder, until } from './audit-source.cases.ts';

const SOURCE = 'k8s_audit';
const NO_FIELDS: ReadonlyMap<string, string> = new Map();

/** The stanzas of the shipped falco.yaml, with other open_params. */
function stanzas(openParams: string): readonly PluginConfig[] {
  return [
    { name: 'k8saudit', libraryPath: 'libk8saudit.so', initConfig: '', openParams },
    { name: 'json', libraryPath: 'libjson.so', initConfig: undefined, openParams: '' },
  ];
}

async function open(context: TestContext, openParams: string): Promise<LoadedPlugins> {
  const problems: string[] = [];
  const log = (level: string, message: string) => {
    if (level === 'error' || level === 'warning') problems.push(message);
  };
  const plugins = await openPlugins(stanzas(openParams), { log: { log } });
  context.after(() => plugins.close());
  assert.deepEqual(problems, []);
  return plugins;
}

function auditRules(plugins: LoadedPlugins) {
  const fields = plugins.sourceFields(NO_FIELDS).get(SOURCE);
  assert.ok(fields);
  const text = readFileSync(sharedPath('rules/k8s_audit_rules.yaml'), 'utf8');
  const { successful, ruleSet, pluginProblem } = loadRules([{ name: 'rules.yaml', text }], {
    sources: ruleSources(plugins.syscallFields(NO_FIELDS), new Map([[SOURCE, fields]])),
    eventTypes: syscallEventTypes,
    plugins: plugins.versions,
  });
  assert.deepEqual([successful, pluginProblem], [true, undefined]);
  return { ruleSet, fields };
}

test('the stanzas of falco.yaml give the source and its rules', {
  skip: skipWithoutShared,
}, async (context) => {
  const path = join(temporaryFolder(context), 'audit.log');
  const files = ['exec_pod', 'some-user_creates_namespace_foo', 'create_nginx_pod_nohostnetwork'];
  const events = files.map((file) =>
    readFileSync(sharedPath(`compat/k8s_audit/${file}.json`), 'utf8'),
  );
  writeFileSync(path, events.map((text) => `${JSON.stringify(JSON.parse(text))}\n`).join(''));
  const plugins = await open(context, path);
  const { ruleSet, fields } = auditRules(plugins);
  let isOver = false;
  const source = plugins.source(SOURCE, {
    onEnd: (error) => {
      assert.equal(error, undefined);
      isOver = true;
    },
  });
  assert.ok(source);
  await source.open();
  context.after(() => source.close(0));
  const { state } = source;
  const engine = new RuleEngine(ruleSet, {
    fields,
    state,
    matching: 'all',
    evaluator: 'fast',
    source: SOURCE,
  });
  const alerts = new AlertMaker({ fields, hostname: 'node', iso8601: false });
  const found: string[] = [];
  source.start({
    onEvent() {
      if (!state.apply()) return;
      const count = engine.evaluate(state.context);
      for (let at = 0; at < count; at++) {
        const { rule, message } = engine.withMatch(at, state.context, (each) =>
          alerts.make(each, state.context),
        );
        found.push(`${state.context.event.num} ${rule}: ${message}`);
      }
    },
    onPause: () => undefined,
  });
  await until('the end of the file', () => isOver);
  assert.deepEqual(found, [
    '1 Attach/Exec Pod: Attach/Exec to pod (user=minikube-user' +
      ' pod=nginx-deployment-7998647bdf-phvq7 resource=pods ns=default action=exec command=bash)',
    '2 Disallowed K8s User: K8s Operation performed by user not in allowed list of users' +
      ' (user=some-user target=foo/namespaces verb=create uri=/api/v1/namespaces resp=201)',
    '2 Create Disallowed Namespace: Disallowed namespace created' +
      ' (user=some-user ns=foo resource=namespaces)',
    '2 K8s Namespace Created: K8s Namespace Created (user=some-user namespace=foo' +
      ' resource=namespaces resp=201 decision=allow reason=)',
  ]);
});

test('the plugins as --list-plugins and --list show them', async (context) => {
  const plugins = await open(context, 'webserver:');
  assert.deepEqual(plugins.sources, [SOURCE]);
  assert.deepEqual(
    plugins.plugins.map(({ facts, capabilities }) => formatPlugin(facts, capabilities)),
    [
      `Name: k8saudit
Description: Kubernetes audit events from a webhook or files, built into Saker
Contact: built in
Version: 0.18.0
Capabilities: 
  - Event Sourcing (ID=1, source='k8s_audit')
  - Field Extraction

`,
      `Name: json
Description: Fields of events that are JSON, built into Saker
Contact: built in
Version: 0.7.4
Capabilities: 
  - Field Extraction

`,
    ],
  );
  const options = { format: 'text', namesOnly: true, verbose: false, sources: [SOURCE] } as const;
  const listed = listFields(plugins.fieldClasses, options).trimEnd().split('\n');
  const shown = auditFields.filter(({ deprecated }) => deprecated !== true);
  assert.deepEqual(
    listed.filter((name) => name.startsWith('ka.')),
    shown.map(({ name }) => name),
  );
  assert.equal(listed.filter((name) => /^j(son|evt)\./.test(name)).length, 6);
});

test('an init_config that does not fit is refused', async () => {
  const [k8saudit] = stanzas('webserver:');
  assert.ok(k8saudit);
  const config = { ...k8saudit, initConfig: { maxEventSize: 'much' } };
  await assert.rejects(
    openPlugins([config], { log: { log: () => undefined } }),
    /plugin k8saudit: .*maxEventSize/,
  );
});
