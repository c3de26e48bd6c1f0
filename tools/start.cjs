/**
 * What bin/saker starts of a bundle; tools/bundle.ts puts a copy beside each `<part>.js`, named
 * `<part>.cjs`. It runs that file with the code that V8 made of it in an earlier run, the functions
 * included which that run needed: Node's own compile cache has only what is compiled at once, and
 * leaves the rest, which is most of it, to be compiled again on every start.
 *
 * V8 refuses code that another version, another processor or other flags made; then everything is
 * compiled as it is needed, and kept for the next start.
 */

'use strict';

const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const vm = require('node:vm');

const file = __filename.replace(/\.cjs$/, '.js');
const cache = __filename.replace(/\.cjs$/, '.cache');

function keptCode() {
  try {
    return readFileSync(cache);
  } catch {
    return undefined;
  }
}

const cachedData = keptCode();
const script = new vm.Script(
  // On one line, so that places in messages are those of the file.
  `(function (require, __dirname) {${readFileSync(file, 'utf8')}\n})`,
  {
    filename: file,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  },
);
/** @type {(load: NodeJS.Require, directory: string) => void} */ (script.runInThisContext())(
  require,
  __dirname,
);

if (cachedData === undefined || script.cachedDataRejected === true) {
  process.on('exit', () => {
    try {
      // Renamed when it is whole: another start may be reading.
      writeFileSync(`${cache}-${process.pid}`, script.createCachedData());
      renameSync(`${cache}-${process.pid}`, cache);
    } catch {
      // A folder that may not be written to: the next start compiles again.
    }
  });
}
