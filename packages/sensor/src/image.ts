/** The compiled BPF programs, which tools/setup.mjs makes: one file for each architecture. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
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

/**
 * Asked for by the package's name: next to the sources the answer is the same, whether they run as
 * they are or from the bundle.
 */
export function sensorImagePath(arch: string = process.arch): string {
  const folder = new URL('../build/', import.meta.resolve('@saker/sensor/image.ts'));
  return fileURLToPath(new URL(`sensor.${arch}.bpf.o`, folder));
}
