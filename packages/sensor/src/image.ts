/** The compiled BPF programs, which tools/setup.mjs makes: one file for each architecture. */

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SensorError } from './sensor-error.ts';

/** SensorError when there is none for the architecture (`process.arch`). */
export function sensorImage(arch: string = process.arch): Uint8Array {
  const path = sensorImagePath(arch);
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new SensorError('object-missing', `cannot read the BPF programs, ${path}`, {
      cause,
      hint: 'node tools/setup.mjs compiles them, or says what it needs to do so',
    });
  }
}

/** Beside the sources, or seen from the bundle in node_modules/.cache/saker-bundle. */
const PACKAGES = ['..', '../../../packages/sensor'] as const;

export function sensorImagePath(arch: string = process.arch): string {
  const folders = PACKAGES.map((folder) => resolve(import.meta.dirname, folder));
  const folder = folders.find((path) => existsSync(join(path, 'bpf'))) ?? import.meta.dirname;
  return join(folder, `build/sensor.${arch}.bpf.o`);
}
