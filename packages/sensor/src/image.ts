/** The compiled BPF programs, which tools/setup.mjs makes: one file for each architecture. */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
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

/** In the sources' package; a bundle lies in node_modules/.cache/saker-bundle of the same tree. */
const FOLDERS = ['../build', '../../../packages/sensor/build'] as const;

export function sensorImagePath(arch: string = process.arch): string {
  const name = `sensor.${arch}.bpf.o`;
  const paths = FOLDERS.map((folder) => resolve(import.meta.dirname, folder, name));
  return paths.find((path) => existsSync(path)) ?? resolve(import.meta.dirname, FOLDERS[0], name);
}
