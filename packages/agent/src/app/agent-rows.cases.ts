/** Keys whose effect is seen while the whole agent runs. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { until } from '../outputs/outgoing.cases.ts';
import { agentSaid, agentSees, type RunningAgent, soon } from './agent-lab.cases.ts';
import type { KeyLab } from './key-lab.cases.ts';
import { type KeyRow, type Look, row } from './key-row.cases.ts';

const AT_PORT = 'webserver.listen_port=PORT';
const STARTED = /Starting health webserver/;

async function statusOf({ port }: RunningAgent, path: string, post = false): Promise<number> {
  const url = `http://127.0.0.1:${port}${path}`;
  const request = post
    ? { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }
    : {};
  return (await fetch(url, request)).status;
}

async function isReady(agent: RunningAgent): Promise<boolean> {
  return (await statusOf(agent, '/healthz').catch(() => 0)) === 200;
}

async function ready(agent: RunningAgent): Promise<void> {
  await until('the web server answers', () => isReady(agent));
}

export const agentRows: readonly KeyRow[] = [
  row(
    'webserver.enabled',
    agentSaid(({ stderr }) => STARTED.test(stderr())),
    ['true', true],
    ['false', false],
  ),
  row(
    'webserver.listen_port',
    agentSaid(({ stderr, port }) => stderr().includes(`listening on 0.0.0.0:${port}\n`)),
    ['PORT', true],
    ['0', false],
  ),
  row(
    'webserver.k8s_audit_endpoint',
    agentSees(async (agent) => {
      await ready(agent);
      return (await statusOf(agent, '/here', true)) === 404;
    }, AT_PORT),
    ['/here', false],
    ['/there', true],
  ),
  row(
    'metrics.enabled',
    agentSees(
      async (agent) => {
        await ready(agent);
        return statusOf(agent, '/metrics');
      },
      AT_PORT,
      'webserver.prometheus_metrics_enabled=true',
    ),
    ['true', 200],
    ['false', 404],
  ),
  row(
    'metrics.interval',
    agentSees(
      (_, lab) =>
        soon(() => {
          const isThere = lab.names().includes('samples.jsonl');
          return isThere && lab.read(`${lab.folder}/samples.jsonl`).split('\n').length > 2;
        }),
      'metrics.enabled=true',
      'metrics.output_file=FOLDER/samples.jsonl',
    ),
    ['1h', false],
    ['100ms', true],
  ),
  row(
    'watch_config_files',
    agentSees(({ stderr }, lab) => {
      lab.file('rules.yaml', `${lab.read(lab.rules)} `);
      return soon(() => /a file changed, loading/.test(stderr()));
    }),
    ['true', true],
    ['false', false],
  ),
  row(
    'plugins[].init_config',
    agentSees(({ given }) => given.config),
    [['plugins[0].init_config={length: 7}'], { length: 7 }],
    [['plugins[0].init_config=as it is'], 'as it is'],
  ),
  row(
    'plugins[].open_params',
    agentSees(({ given }) => given.params),
    ['one', 'one'],
    ['two', 'two'],
  ),
  row('plugins_hostinfo', seesHost, ['true', true], ['false', false]),
  row('output_timeout', tellsOfTimeout, ['2000', false], ['100', true]),
  row('buffered_outputs', writesSoon, ['true', false], ['false', true]),
  row('syslog_output.enabled', hasOutput('syslog'), ['true', true], ['false', false]),
  row(
    'grpc.enabled',
    hasOutput('grpc', 'grpc_output.enabled=true', 'grpc.bind_address=unix://FOLDER/grpc.sock'),
    ['true', true],
    ['false', false],
  ),
];

/** Whether the running agent has the output, as its metrics tell. */
function hasOutput(name: string, ...others: readonly string[]): Look {
  return agentSees(
    async (agent) => {
      await ready(agent);
      const page = await (await fetch(`http://127.0.0.1:${agent.port}/metrics`)).text();
      return page.includes(`saker_output_delivered_alerts_total{output="${name}"}`);
    },
    AT_PORT,
    'metrics.enabled=true',
    'webserver.prometheus_metrics_enabled=true',
    ...others,
  );
}

const HOST_RULE = {
  rule: 'Host',
  desc: 'Any event of the plugin',
  source: 'lab',
  condition: 'evt.num > 0',
  output: 'host=%evt.hostname.',
  priority: 'INFO',
};

/** Whether rules on a plugin's events see the name of the machine. */
async function seesHost(lab: KeyLab, options: readonly string[]): Promise<unknown> {
  return withAlert(lab, options, async (alerts) => {
    await until('an alert', () => /host=.*\./.test(alerts()));
    return /host=[^.<]/.test(alerts());
  });
}

/** Less than the second that lines may wait in a buffer. */
const UNBUFFERED_LOOKS = 40;

async function writesSoon(lab: KeyLab, options: readonly string[]): Promise<unknown> {
  return withAlert(lab, options, (alerts) => soon(() => alerts() !== '', UNBUFFERED_LOOKS));
}

const TIMEOUT = /"http" output timeout/;

/** Whether a server that never answers is told of. */
async function tellsOfTimeout(lab: KeyLab, options: readonly string[]): Promise<unknown> {
  const server = createServer((socket) => socket.on('error', () => undefined)).listen(0);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const http = ['http_output.enabled=true', `http_output.url=http://127.0.0.1:${port}`];
  try {
    return await withAlert(lab, [...http, ...options], (_, { stderr }) =>
      soon(() => TIMEOUT.test(stderr())),
    );
  } finally {
    server.close();
  }
}

/** What is seen of the file of alerts, or of the agent, after an event of the plugin. */
async function withAlert(
  lab: KeyLab,
  options: readonly string[],
  look: (alerts: () => string, agent: RunningAgent) => Promise<unknown>,
): Promise<unknown> {
  const rules = lab.read(lab.rules);
  const alerts = (): string =>
    lab.names().includes('live.txt') ? lab.read(`${lab.folder}/live.txt`) : '';
  lab.file('live.txt', '');
  lab.file('rules.yaml', JSON.stringify([HOST_RULE]));
  const seen = agentSees((agent) => {
    agent.given.sink.event(Buffer.from('x'));
    return look(alerts, agent);
  });
  try {
    return await seen(lab, options);
  } finally {
    lab.file('rules.yaml', rules);
  }
}
