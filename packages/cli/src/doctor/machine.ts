/** What `saker doctor` finds out, by looking and by trying. */

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { missingCapabilities, NEEDED } from '@saker/sensor/probes/capabilities.ts';
import type { Hooks } from '@saker/sensor/probes/hooks.ts';
import { type HostFacts, readHostFacts } from '@saker/sensor/probes/host-facts.ts';
import type { Trial } from '@saker/sensor/probes/trial.ts';
import { SensorError } from '@saker/sensor/sensor-error.ts';
import { type FoundSocket, findSockets } from './container-sockets.ts';

export const INSTALLERS = ['apt-get', 'dnf', 'zypper', 'pacman'] as const;
export type Installer = (typeof INSTALLERS)[number];

export interface Machine {
  readonly facts: HostFacts;
  readonly isRoot: boolean;
  readonly installer: Installer | undefined;
  /** Version, or why it cannot be had. */
  readonly libbpf: string | SensorError;
  /** Bytes of the compiled programs, or why there are none. */
  readonly programs: number | SensorError;
  /** undefined: not tried, because nothing can be loaded. */
  readonly hooks: Hooks | undefined;
  readonly trial: Trial | SensorError;
  readonly sockets: readonly FoundSocket[];
}

/** What is looked at in few words: only what the verdict needs. */
export type Depth = 'all' | 'verdict';

export async function examineMachine(
  depth: Depth,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Machine> {
  const facts = readHostFacts();
  const libbpf = await attempt(async () =>
    (await import('@saker/sensor/libbpf.ts')).libbpf().version(),
  );
  const image = await attempt(async () => (await import('@saker/sensor/image.ts')).sensorImage());
  const isAllowed = missingCapabilities(facts.capabilities, NEEDED).length === 0;
  return {
    facts,
    isRoot: process.getuid?.() === 0,
    installer: installerIn(environment['PATH'] ?? ''),
    libbpf,
    programs: image instanceof SensorError ? image : image.length,
    hooks: depth === 'all' && isAllowed ? await hooksOf(libbpf, image) : undefined,
    trial: await tryWith(libbpf, image),
    sockets: depth === 'all' ? await findSockets() : [],
  };
}

async function hooksOf(
  libbpf: string | SensorError,
  image: Uint8Array | SensorError,
): Promise<Hooks | undefined> {
  if (libbpf instanceof SensorError || image instanceof SensorError) return undefined;
  return (await import('@saker/sensor/probes/hooks.ts')).probeHooks(image);
}

async function tryWith(
  libbpf: string | SensorError,
  image: Uint8Array | SensorError,
): Promise<Trial | SensorError> {
  if (libbpf instanceof SensorError) return libbpf;
  if (image instanceof SensorError) return image;
  return attempt(async () => (await import('@saker/sensor/probes/trial.ts')).tryDetection(image));
}

/** Where koffi's binary is missing, the import itself fails. */
async function attempt<T>(act: () => Promise<T>): Promise<T | SensorError> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof SensorError) return error;
    if (!isKoffiMissing(error)) throw error;
    return new SensorError('object-missing', 'koffi, which calls libbpf, cannot be loaded', {
      cause: error,
      hint: 'node tools/setup.mjs installs it',
    });
  }
}

function isKoffiMissing(error: unknown): boolean {
  return error instanceof Error && /koffi/i.test(error.message);
}

function installerIn(path: string): Installer | undefined {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return INSTALLERS.find((name) => folders.some((folder) => isExecutable(join(folder, name))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
