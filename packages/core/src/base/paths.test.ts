import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { joinPath, normalisePath, PATH_BYTES_MAX, PATH_TOO_LONG } from './paths.ts';

describe('joinPath', () => {
  const cases: readonly (readonly [base: string, path: string, joined: string])[] = [
    // Nothing to do.
    ['/srv/', 'lab', '/srv/lab'],
    ['/', 'etc/passwd', '/etc/passwd'],
    ['/srv/', '/etc/passwd', '/etc/passwd'],
    ['/srv/', '', ''],
    ['', '', ''],
    ['', 'a', 'a'],
    ['/', '/', '/'],
    // Only the path is normalised, on top of the base as it is.
    ['/a//b/', 'c', '/a//b/c'],
    ['/a/./', 'c', '/a/./c'],
    ['/srv/', './lab', '/srv/lab'],
    ['/srv/', 'lab/.', '/srv/lab'],
    ['/srv/', 'lab//x///y', '/srv/lab/x/y'],
    ['/srv/', 'lab/', '/srv/lab'],
    ['/srv/', '.', '/srv'],
    ['/', '.', '/'],
    // ".." goes up, into the base too, and stops at the root.
    ['/srv/lab/', '..', '/srv'],
    ['/srv/lab/', '../x', '/srv/x'],
    ['/srv/lab/', '../../../x', '/x'],
    ['/srv/', '/..', '/'],
    ['/srv/', '/../../etc', '/etc'],
    ['/', 'a/../b', '/b'],
    ['/', 'a/b/../..', '/'],
    // Without a base a path stays relative.
    ['', '../x', 'x'],
    ['', 'a/../b', 'b'],
    ['', './a', 'a'],
    ['', '..', ''],
    // A relative base that is used up does not become the root; an empty one does.
    ['foo/', '..//a', 'a'],
    ['', 'a/..//b', '/b'],
    // Dots that are part of a name.
    ['/', '...', '/...'],
    ['/', '..a/.b/c.', '/..a/.b/c.'],
    ['/', 'a../b', '/a../b'],
    // No separator is added: a base without one is a prefix, and the first component goes on it.
    ['<UNKNOWN>', 'name', '<UNKNOWN>name'],
    ['<UNKNOWN>', './name', '<UNKNOWN>./name'],
    ['<UNKNOWN>', '..', '<UNKNOWN>..'],
    ['<UNKNOWN>', 'a/../b', 'b'],
    ['<UNKNOWN>/', 'a', '<UNKNOWN>/a'],
  ];
  for (const [base, path, joined] of cases) {
    test(`${JSON.stringify(base)} and ${JSON.stringify(path)}`, () => {
      assert.equal(joinPath(base, path), joined);
    });
  }

  test('replaces what may be too long as a whole', () => {
    const base = `/${'b'.repeat(98)}/`;
    const longest = 'p'.repeat(PATH_BYTES_MAX - base.length - 1);
    assert.equal(joinPath(base, longest), base + longest);
    assert.equal(joinPath(base, `${longest}p`), PATH_TOO_LONG);
    assert.equal(joinPath('', `/${'p'.repeat(PATH_BYTES_MAX)}`), PATH_TOO_LONG);
    // The base counts even where it is ignored.
    assert.equal(joinPath(base, `/${longest}`), PATH_TOO_LONG);
  });
});

describe('any path', () => {
  const component = fc.constantFrom('', '.', '..', 'a', '...', '.x', 'y.', '\xff', '-');
  const path = fc.array(component, { maxLength: 8 }).map((components) => components.join('/'));
  const directory = path.map((text) => `/${text.replace(/^\/+/, '')}/`);

  test('normalising twice changes nothing more', () => {
    fc.assert(
      fc.property(path, (text) => {
        const once = normalisePath(text);
        assert.equal(normalisePath(once), once);
      }),
    );
  });

  test('an absolute result has no dots, no empty and no trailing component', () => {
    fc.assert(
      fc.property(path, (text) => {
        const absolute = normalisePath(`/${text}`);
        assert.match(absolute, /^\/(?:(?!\.{1,2}(?:\/|$))[^/]+(?:\/(?=[^/])|$))*$/);
      }),
    );
  });

  test('joining is normalising the whole when the base is a normal directory', () => {
    fc.assert(
      fc.property(directory, path, (base, text) => {
        const normal = normalisePath(base);
        const asDirectory = normal.endsWith('/') ? normal : `${normal}/`;
        fc.pre(text !== '' && !text.startsWith('/'));
        assert.equal(joinPath(asDirectory, text), normalisePath(asDirectory + text));
      }),
    );
  });
});
