/** For tests: the plugin in fixture/ compiled, with the macros that make its variants. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const source = join(import.meta.dirname, 'fixture/fixture.c');

/** Path of the library, which lies in `folder`. */
export function fixtureLibrary(folder: string, name: string, ...macros: readonly string[]): string {
  const library = join(folder, name);
  const defines = macros.map((macro) => `-D${macro}`);
  const options = ['-shared', '-fPIC', '-Wall', '-Wextra', '-Werror', '-O1', '-pthread'];
  execFileSync('clang', [...options, ...defines, '-o', library, source]);
  return library;
}
