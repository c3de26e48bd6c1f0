/** Keys of the gRPC services, seen by a client and by whoever tries to connect. */

import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import { fileOf, makeCertificate } from '../http/certificates.cases.ts';
import { GrpcOutput } from '../outputs/grpc/grpc-output.ts';
import { kindsOf } from '../outputs/open-outputs.ts';
import { SeenOutcome, until } from '../outputs/outgoing.cases.ts';
import { freePort } from './agent-lab.cases.ts';
import { configured, type KeyRow, type Look, row } from './key-row.cases.ts';
import { servedVersions } from './versions.ts';

/** The services that the options ask for, in so far as they come to listen. */
function served(
  see: (folder: string, outcome: SeenOutcome) => unknown,
  ...others: readonly string[]
): Look {
  return async (lab, options) => {
    const socket = lab.path('usual.sock');
    const bound = `grpc.bind_address=unix://${socket}`;
    const set = ['grpc.enabled=true', 'grpc_output.enabled=true', bound, ...others, ...options];
    const { grpc } = lab.config(set).outputs;
    if (grpc === undefined) throw new Error('grpc is off');
    const outcome = new SeenOutcome();
    const output = new GrpcOutput(grpc, servedVersions, outcome);
    try {
      return await see(lab.folder, outcome);
    } finally {
      await output.close();
    }
  };
}

/** A path, or a port of this machine. */
async function isConnected(to: string | number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = typeof to === 'string' ? connect(to) : connect(to, '127.0.0.1');
    const end = (is: boolean) => (): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });
}

/** Which of two sockets somebody listens at. */
async function listening(folder: string): Promise<string> {
  let found = '';
  await until('one of them listens', async () => {
    for (const name of ['one', 'two']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      if (await isConnected(`${folder}/${name}`)) found = name;
    }
    return found !== '';
  });
  return found;
}

/** With TLS: whether it listens, or says that a file cannot be used. */
function tlsRow(context: TestContext, key: string): KeyRow {
  const look: Look = async (lab, options) => {
    const { certificate, key: secret } = makeCertificate(context);
    const files: Readonly<Record<string, string>> = {
      private_key: fileOf(context, secret),
      cert_chain: fileOf(context, certificate),
      root_certs: fileOf(context, certificate),
    };
    const port = await freePort();
    const set = Object.entries(files).map(([name, path]) => `grpc.${name}=${path}`);
    const own = options.map((option) => option.replace(/=GOOD$/, () => `=${files[key]}`));
    const seen = served(
      async (_, { problems }) => {
        await until(
          'it listens or says why not',
          async () => problems.length > 0 || isConnected(port),
        );
        return problems.length === 0;
      },
      ...set,
      `grpc.bind_address=127.0.0.1:${port}`,
    );
    return seen(lab, own);
  };
  return row(`grpc.${key}`, look, ['GOOD', true], ['/nonexistent', false]);
}

export function grpcRows(context: TestContext): readonly KeyRow[] {
  return [
    configured(
      'grpc_output.enabled',
      ({ outputs }) =>
        kindsOf(outputs)
          .find(({ name }) => name === 'grpc')
          ?.isFed(outputs),
      [
        ['true', true],
        ['false', false],
      ],
      'grpc.enabled=true',
    ),
    row(
      'grpc.bind_address',
      served(listening),
      ['unix://FOLDER/one', 'one'],
      ['unix://FOLDER/two', 'two'],
    ),
    ...['private_key', 'cert_chain', 'root_certs'].map((key) => tlsRow(context, key)),
  ];
}
