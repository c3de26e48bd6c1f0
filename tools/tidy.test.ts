/**
 * Holds of STYLE.md and ARCHITECTURE.md what the linter cannot: who imports whom, line lengths,
 * banned words, the list of hot files, generated files being current. The rules are data in
 * tidy-rules.ts.
 */

import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, normalize, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { generate as generateHeaders } from './generate-bpf-headers.ts';
import { generate as generateEvents } from './generate-events.ts';
import { only, openingComment } from './source-text.ts';
import {
  bannedProse,
  bannedWords,
  hotFiles,
  LINE_COLUMNS_MAX,
  lintRulesHeld,
  longLinesAllowed,
  packageRules,
  README_LINES_MAX,
  testExternal,
} from './tidy-rules.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const find = (patterns: readonly string[]): string[] =>
  globSync(patterns, {
    cwd: root,
    exclude: (path) => path.includes('node_modules'),
  }).toSorted();

const sources = find(['packages/*/src/**/*.ts', 'tools/**/*.{ts,mjs}', 'bench/**/*.ts']);
const written = sources.filter((path) => !path.endsWith('.gen.ts'));
const isTest = (path: string): boolean =>
  /(\.test|\.cases|\/testing)\.ts$|\/(testing|live-tests|records)\//.test(path);

/** Names what is wrong, all at once: `path: problem` per line. */
function assertNone(problems: readonly string[]): void {
  if (problems.length > 0) assert.fail(`${problems.length} problems\n${problems.join('\n')}\n`);
}

/** The module names of every import, export and `import()` of a file. */
function importsOf(text: string): string[] {
  const plain = only(text, ['code', 'literal']);
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*)'([^'\n]+)'/g;
  return [...plain.matchAll(pattern)].flatMap((match) => match[1] ?? []);
}

/** The folder below `src` that a file stands in, or '' for files of `src` itself. */
function layerOf(path: string): string {
  return /\/src\/(\w[\w-]*)\//.exec(path)?.[1] ?? '';
}

function relativeImportProblem(path: string, target: string): string | undefined {
  const [, name = ''] = path.split('/');
  if (!target.startsWith(`packages/${name}/src/`)) return 'leaves its package by a relative path';
  if (!target.endsWith('.ts')) return 'has no .ts ending';
  if (isTest(path)) return undefined;
  if (isTest(target)) return 'is a file for tests';
  const folders = packageRules[name]?.folders;
  const from = layerOf(path);
  const to = layerOf(target);
  if (folders === undefined || from === to || from === '') return undefined;
  if (folders[from]?.includes(to) === true) return undefined;
  return `goes against the layers: ${from} may import ${folders[from]?.join(', ') || 'nothing'}`;
}

function packageImportProblem(path: string, specifier: string): string | undefined {
  const [, name = ''] = path.split('/');
  const rule = packageRules[name];
  if (rule === undefined) return `is of a package that tidy-rules.ts does not know`;
  const own = /^@saker\/([\w-]+)\/(.+)$/.exec(specifier);
  if (own !== null) {
    if (own[1] === name) return 'names its own package: import relatively';
    if (own[2]?.endsWith('.ts') !== true) return 'has no .ts ending';
    return rule.packages.includes(own[1] ?? '') ? undefined : `is not below ${name}`;
  }
  const allowed = isTest(path) ? [...rule.external, ...testExternal] : rule.external;
  const known = allowed.some((entry) =>
    entry === 'node:' ? specifier.startsWith(entry) : specifier === entry,
  );
  return known ? undefined : `is no dependency of ${name}`;
}

describe('tidy', () => {
  test('imports go one way', () => {
    const problems: string[] = [];
    for (const path of sources.filter((file) => file.startsWith('packages/'))) {
      for (const specifier of importsOf(read(path))) {
        const problem = specifier.startsWith('.')
          ? relativeImportProblem(path, normalize(join(path, '..', specifier)))
          : packageImportProblem(path, specifier);
        if (problem !== undefined) problems.push(`${path}: '${specifier}' ${problem}`);
      }
    }
    assertNone(problems);
  });

  test('every folder of core and agent is a known layer', () => {
    const problems = sources.filter((path) => {
      if (isTest(path)) return false;
      const folders = packageRules[path.split('/')[1] ?? '']?.folders;
      const layer = layerOf(path);
      return folders !== undefined && layer !== '' && folders[layer] === undefined;
    });
    assertNone(problems.map((path) => `${path}: its folder is not in tidy-rules.ts`));
  });

  test('lines are short', () => {
    const problems: string[] = [];
    for (const path of written.filter((file) => longLinesAllowed[file] === undefined)) {
      // A literal that goes over the edge is data, or a message that is searched for as a whole.
      const measured = only(read(path), ['code', 'comment'], '');
      for (const [index, line] of measured.split('\n').entries()) {
        const length = line.trimEnd().length;
        if (length <= LINE_COLUMNS_MAX || /https?:\/\//.test(line)) continue;
        problems.push(`${path}:${index + 1}: ${length} columns, ${LINE_COLUMNS_MAX} are allowed`);
      }
    }
    assertNone(problems);
  });

  test('no banned words in code', () => {
    const problems: string[] = [];
    for (const path of written.filter((file) => !file.startsWith('tools/tidy'))) {
      const lines = only(read(path), ['code', 'comment']).split('\n');
      for (const [index, line] of lines.entries()) {
        const hit = bannedWords.find(({ pattern }) => pattern.test(line));
        if (hit !== undefined)
          problems.push(`${path}:${index + 1}: ${line.trim()}: ${hit.instead}`);
      }
    }
    assertNone(problems);
  });

  test('nothing tells where and how it was made', () => {
    const problems: string[] = [];
    const texts = find(['*.md', 'docs/**/*.md', 'bin/*', '.ci/*', 'rules/*', 'bench/*.md']);
    for (const path of [...sources, ...texts].filter((file) => !file.startsWith('tools/tidy'))) {
      const hit = bannedProse.find((pattern) => pattern.test(read(path)));
      if (hit !== undefined) problems.push(`${path}: matches ${hit}`);
    }
    assertNone(problems);
  });

  test('lint exceptions give their reason', () => {
    const problems = written
      .filter((file) => !file.startsWith('tools/tidy'))
      .flatMap((path) => {
        const found = read(path).matchAll(/oxlint-disable[\w-]*[^\n]*/g);
        return [...found]
          .filter(([line]) => !line.includes(' -- '))
          .map(([line]) => `${path}: ${line}`);
      });
    assertNone(problems);
  });

  test('the hot files are those listed, and name their benchmark', () => {
    const listed = new Map(hotFiles.map(({ file, benchmark }) => [file, benchmark]));
    const problems: string[] = [];
    for (const path of written.filter((file) => file.startsWith('packages/') && !isTest(file))) {
      const comment = openingComment(read(path)).replace(/\s+\*?\s*/g, ' ');
      const named = /Benchmark: ([\w-]+)/.exec(comment)?.[1];
      const hot = /\bHot\b/.test(comment) ? (named ?? 'none') : undefined;
      if (hot === listed.get(path)) continue;
      problems.push(
        `${path}: is hot for ${hot ?? 'nobody'}, listed for ${listed.get(path) ?? 'nobody'}`,
      );
    }
    for (const file of listed.keys()) {
      if (!existsSync(join(root, file))) problems.push(`${file}: is listed and does not exist`);
    }
    assertNone(problems);
  });

  const spec = resolve(root, '../shared/spec');
  const skip = existsSync(spec)
    ? false
    : 'the specification of the events (../shared/spec) is absent';
  test('generated files are current', { skip }, () => {
    const generated = new Map([...generateEvents(spec), ...generateHeaders(spec)]);
    for (const [path, text] of generated) {
      assert.ok(
        read(path) === text,
        `${path} is stale: run the tools/generate-*.ts that writes it`,
      );
    }
    const unknown = sources.filter((path) => path.endsWith('.gen.ts') && !generated.has(path));
    assertNone(unknown.map((path) => `${path}: no generator writes it`));
  });

  test('the linter holds the agreed limits', () => {
    const config = JSON.parse(read('.oxlintrc.json')) as {
      readonly rules: Record<string, unknown>;
    };
    for (const [rule, setting] of Object.entries(lintRulesHeld)) {
      assert.deepEqual(config.rules[rule], setting, rule);
    }
  });

  test('the README is one screen', () => {
    const lines = read('README.md').split('\n').length;
    assert.ok(lines <= README_LINES_MAX, `${lines} lines, ${README_LINES_MAX} are allowed`);
  });

  test('the lock file holds no download addresses', () => {
    assert.doesNotMatch(read('package-lock.json'), /"resolved": "https?:/);
  });
});
