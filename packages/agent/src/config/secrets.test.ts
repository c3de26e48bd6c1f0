import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { formatDiagnostic } from '@saker/core/base/diagnostic.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';
import { shownArguments, shownTree, shownUrl } from './secrets.ts';

const SECRET = 'hunter2';

function load(context: TestContext, text: string, ...options: string[]): LoadedConfig {
  const folder = mkdtempSync(join(tmpdir(), 'saker-secrets-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'falco.yaml');
  writeFileSync(file, text.replaceAll('FOLDER', folder));
  writeFileSync(join(folder, 'token'), `${SECRET}\n`);
  return loadConfig({ file, options, environment: { TOKEN: SECRET } });
}

/** All that somebody may be shown of a configuration. */
function shown(loaded: LoadedConfig): string {
  const complaints = loaded.diagnostics.map((one) => formatDiagnostic(one));
  return [JSON.stringify(shownTree(loaded.tree)), ...complaints].join('\n');
}

test('secrets are used and not shown', (context) => {
  const loaded = load(
    context,
    `http_output: {enabled: true, url: "https://user:${SECRET}@sink.example:1/a?k=${SECRET}"}
program_output: {enabled: true, program: "curl -H 'Authorization: ${SECRET}' x"}
load_plugins: [mine]
plugins:
  - name: mine
    library_path: libmine.so
    init_config: {token: ${SECRET}, deep: [{key: ${SECRET}}]}
    open_params: ${SECRET}
static_fields: {a: "\${TOKEN}", b: "\${file:FOLDER/token}"}
`,
  );
  const { outputs, plugins, staticFields } = loaded.config;
  assert.match(outputs.http?.url ?? '', /hunter2@sink/);
  assert.match(outputs.program?.program ?? '', /hunter2/);
  assert.equal(plugins[0]?.openParams, SECRET);
  assert.deepEqual(plugins[0]?.initConfig, { token: SECRET, deep: [{ key: SECRET }] });
  assert.deepEqual([...staticFields.values()], [SECRET, SECRET]);
  assert.doesNotMatch(shown(loaded), /hunter2/);
  assert.match(shown(loaded), /"a":"\$\{TOKEN\}"/);
  assert.match(shown(loaded), /"init_config":\{"token":"\*\*\*"/);
});

/** Every text is wrong in some way, so that the line with the secret is quoted. */
const complaints: readonly (readonly [text: string, about: RegExp, ...options: string[]])[] = [
  [`http_output: {enabled: 3, url: "https://${SECRET}@x"}`, /expected true or false/],
  [`http_output: {enabled: true, url: "ftp://${SECRET}"}`, /is no address of a web server/],
  [`http_output: {url: "https://${SECRET}@x\n`, /CONFIG_ERR_YAML/],
  [`plugins: [{nam: a, init_config: {k: ${SECRET}}}]`, /unknown key/],
  ['json_output: ${TOKEN}', /found "\$\{TOKEN\}"/],
  ['priority: ${file:FOLDER/token}', /priority: expected one of/],
  ['', /did you mean|unknown key/, `http_output={urk: 1, url: "https://${SECRET}@x"}`],
  ['', /is no address/, 'http_output.enabled=true', `http_output.url=ftp://${SECRET}`],
  ['', /is not closed/, `http_output[.url=${SECRET}`],
  ['', /CONFIG_ERR_YAML/, `http_output={url: "${SECRET}}`],
];

test('complaints quote the line without the secret', (context) => {
  for (const [text, about, ...options] of complaints) {
    const printed = shown(load(context, text, ...options));
    assert.match(printed, about, text);
    assert.doesNotMatch(printed, /hunter2/, text);
  }
});

test('arguments', () => {
  const args = `-c a.yaml -o http_output.url=SECRET -ohttp_output.url=SECRET
--option=program_output.program=SECRET -o plugins[0].init_config.a=SECRET
-o plugins[]={name:a,init_config:SECRET} -o json_output=true -vL`;
  const printed = shownArguments(args.replaceAll('SECRET', SECRET).split(/\s/));
  assert.doesNotMatch(printed.join(' '), /hunter2/);
  assert.deepEqual(printed.slice(0, 4), ['-c', 'a.yaml', '-o', 'http_output.url=***']);
  assert.deepEqual(printed.slice(-2), ['json_output=true', '-vL']);
});

test('addresses', () => {
  assert.equal(shownUrl(`https://u:${SECRET}@host:8443/a/${SECRET}?x`), 'https://host:8443/***');
  assert.equal(shownUrl(SECRET), '***');
});
