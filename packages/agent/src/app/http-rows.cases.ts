/** Keys about alerts that are posted, seen by the servers that they are posted to. */

import { dirname } from 'node:path';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { fileOf, makeCertificate } from '../http/certificates.cases.ts';
import { HttpOutput } from '../outputs/http/http-output.ts';
import { Receiver } from '../outputs/http/receiver.cases.ts';
import { outgoing, SeenOutcome, until } from '../outputs/outgoing.cases.ts';
import { soon } from './agent-lab.cases.ts';
import { HttpSink, type KeyLab } from './key-lab.cases.ts';
import { configured, type KeyRow, type Look, row } from './key-row.cases.ts';

/** What a web server saw of a replay. */
function posted(context: TestContext, see: (sink: HttpSink) => unknown): Look {
  return async (lab, options) => {
    const sink = await HttpSink.open(context);
    const url = [`http_output.url=${sink.url}`, 'http_output.enabled=true'];
    await lab.replay([...url, ...options.map((option) => option.replace('URL', sink.url))]);
    return see(sink);
  };
}

interface Posting {
  readonly output: HttpOutput;
  readonly outcome: SeenOutcome;
}

/** The output that the options ask for, with one alert in it. */
function post(lab: KeyLab, options: readonly string[], timeoutMs?: number): Posting {
  const { http } = lab.config(['http_output.enabled=true', ...options]).outputs;
  if (http === undefined) throw new Error('http_output is off');
  const outcome = new SeenOutcome();
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  const output = new HttpOutput(http, {
    outcome,
    json: true,
    holds: true,
    environment: {},
    ...limit,
  });
  output.write(outgoing('{}'));
  output.flush();
  return { output, outcome };
}

/** Names of files stand for their paths. */
function deliveredTo(
  server: Promise<Receiver>,
  files: Readonly<Record<string, string>>,
  ...others: readonly string[]
): Look {
  return async (lab, options) => {
    const { url } = await server;
    const set = [...others, ...options].map((option) =>
      option.replace(/=([A-Z]+)$/, (_, name: string) => `=${files[name] ?? name}`),
    );
    const { output, outcome } = post(lab, [`http_output.url=${url}`, ...set]);
    // For a server that is not trusted it waits.
    await until('it is settled or told', () => outcome.settled + outcome.problems.length > 0);
    await output.close();
    return outcome.deliveredCount === 1;
  };
}

function tlsRows(context: TestContext): readonly KeyRow[] {
  const own = makeCertificate(context);
  const client = makeCertificate(context);
  const files = {
    OWN: fileOf(context, own.certificate),
    OWNFOLDER: dirname(fileOf(context, own.certificate)),
    OTHER: fileOf(context, client.certificate),
    OTHERFOLDER: dirname(fileOf(context, client.certificate)),
    KEY: fileOf(context, client.key),
  };
  const server = { cert: own.certificate, key: own.key };
  const open = Receiver.start(context, server);
  const demand = { requestCert: true, rejectUnauthorized: true };
  const strict = Receiver.start(context, { ...server, ca: client.certificate, ...demand });
  const trusts = deliveredTo(open, files);
  const showing = ['ca_cert=OWN', 'client_cert=OTHER', 'client_key=KEY', 'mtls=true'].map(
    (option) => `http_output.${option}`,
  );
  const shows = deliveredTo(strict, files, ...showing);
  return [
    row('http_output.insecure', trusts, ['true', true], ['false', false]),
    row('http_output.ca_cert', trusts, ['OWN', true], ['OTHER', false]),
    row('http_output.ca_bundle', trusts, ['OWN', true], ['OTHER', false]),
    row('http_output.ca_path', trusts, ['OWNFOLDER', true], ['OTHERFOLDER', false]),
    row('http_output.mtls', shows, ['true', true], ['false', false]),
    row('http_output.client_cert', shows, ['OTHER', true], ['OWN', false]),
    row('http_output.client_key', shows, ['KEY', true], ['/nonexistent', false]),
  ];
}

/** A connection that is not kept is closed after a second. */
const IDLE_LOOKS = 150;

/** Over how many connections two alerts go with a pause between them. */
function connections(context: TestContext): Look {
  return async (lab, options) => {
    const receiver = await Receiver.start(context);
    const { output, outcome } = post(lab, [`http_output.url=${receiver.url}`, ...options]);
    await until('the first is delivered', () => outcome.deliveredCount === 1);
    await soon(() => receiver.open === 0, IDLE_LOOKS);
    output.write(outgoing('{}'));
    output.flush();
    await until('the second is delivered', () => outcome.deliveredCount === 2);
    await output.close();
    return receiver.connections;
  };
}

/** How often a server is asked that never answers. */
function asked(context: TestContext): Look {
  return async (lab, options) => {
    const receiver = await Receiver.start(context);
    receiver.answer = () => undefined;
    const { output, outcome } = post(lab, [`http_output.url=${receiver.url}`, ...options], 500);
    await until('it is given up', () => outcome.failedCount === 1);
    await output.close();
    return receiver.requests.length;
  };
}

/** Whether an alert goes out though no other comes and nothing ends. */
function waits(context: TestContext): Look {
  return async (lab, options) => {
    const receiver = await Receiver.start(context);
    const batch = ['http_output.batch.max_alerts=10', `http_output.url=${receiver.url}`];
    const { output } = post(lab, [...batch, ...options]);
    const isSent = await soon(() => receiver.requests.length === 1);
    output.finish();
    await output.close();
    return isSent;
  };
}

export function httpRows(context: TestContext): readonly KeyRow[] {
  const count = posted(context, ({ requests }) => requests.length);
  return [
    row('http_output.enabled', count, ['true', 5], ['false', 0]),
    row('http_output.url', count, ['URL', 5], ['http://127.0.0.1:1/', 0]),
    row(
      'http_output.user_agent',
      posted(context, ({ requests }) => requests[0]?.headers['user-agent']),
      ['falcosecurity/falco', 'falcosecurity/falco'],
      ['me', 'me'],
    ),
    row(
      'http_output.compress_uploads',
      posted(context, ({ requests }) => {
        const [request] = requests;
        const isPacked = request?.headers['content-encoding'] === 'gzip';
        const text = isPacked ? gunzipSync(request.body) : request?.body;
        return [isPacked, text?.includes('opened=/etc/passwd')];
      }),
      ['true', [true, true]],
      ['false', [false, true]],
    ),
    row(
      'http_output.batch.max_alerts',
      posted(context, ({ requests }) => requests.length < 5),
      ['1', false],
      ['100', true],
    ),
    row('http_output.batch.max_wait_ms', waits(context), ['60000', false], ['5', true]),
    row('http_output.keep_alive', connections(context), ['true', 1], ['false', 2]),
    row('http_output.max_consecutive_timeouts', asked(context), ['3', 4], ['1', 2]),
    configured(
      'http_output.echo',
      ({ outputs }) => outputs.http?.echo,
      [
        ['true', true],
        ['false', false],
      ],
      'http_output.enabled=true',
      'http_output.url=https://x',
    ),
    ...tlsRows(context),
  ];
}
