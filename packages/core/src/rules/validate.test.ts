/** Good and broken rule files, and what Falco's `-V` printed for them: text, JSON and exit code. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import { loadRules } from './load-rules.ts';
import { loadOptions } from './loading.cases.ts';
import { formatValidation, validationJson } from './result/format-result.ts';

const folder = sharedPath('compat/validate');
const files = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  : [];

/** Messages whose end is written by a library that is another one here. */
const libraryTails: readonly RegExp[] = [/(?<=invalid regex pattern: )[^"\n]*/g];

function withoutTails(text: string): string {
  return libraryTails.reduce((rest, tail) => rest.replace(tail, '...'), text);
}

describe('validation of a rule file', { skip: skipWithoutShared }, () => {
  for (const name of files) {
    test(name, () => {
      const text = readFileSync(`${folder}/${name}`, 'utf8');
      const result = loadRules([{ name, text }], { ...loadOptions, stopAtError: false });
      // Without its plugins Falco says so in the log and prints nothing.
      const prints = result.pluginProblem === undefined;
      const code = `rc=${result.successful ? 0 : 1}\n`;
      const printed = prints ? `${formatValidation(result.files)}\n${code}` : code;
      const json = prints ? `${JSON.stringify(validationJson(result.files))}\n` : '';
      const answer = (ending: string): string =>
        withoutTails(readFileSync(`${folder}/${name.replace(/yaml$/, ending)}`, 'utf8'));
      assert.equal(withoutTails(printed), answer('txt'));
      assert.equal(withoutTails(json), answer('json'));
    });
  }
});
