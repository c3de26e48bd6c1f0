/** Changes of every kind are noticed, wherever a file is. */

import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { FileWatch } from './file-watch.ts';

const SOON_MS = 10_000;
const LOOK_MS = 10;

class Scene {
  readonly folder = mkdtempSync(join(tmpdir(), 'saker-watch-'));
  readonly problems: string[] = [];
  changes = 0;
  readonly watch = new FileWatch({
    onChange: () => void this.changes++,
    onProblem: (message) => void this.problems.push(message),
  });

  constructor(context: TestContext, follow: readonly string[]) {
    context.after(() => {
      this.watch.close();
      rmSync(this.folder, { recursive: true, force: true });
    });
    mkdirSync(this.path('etc/rules.d'), { recursive: true });
    this.write('etc/rules.yaml', '1');
    this.write('etc/rules.d/a.yaml', '1');
    this.watch.follow(follow.map((name) => this.path(name)));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text);
  }

  /** `change` is noticed. */
  async notices(what: string, change: () => void): Promise<void> {
    const before = this.changes;
    change();
    const end = performance.now() + SOON_MS;
    // oxlint-disable-next-line no-await-in-loop -- one look after the other is the point
    while (this.changes === before && performance.now() < end) await pause(LOOK_MS);
    assert.ok(this.changes > before, `${what} is not noticed`);
  }
}

test('a file: edited, replaced, taken away, made again', async (context) => {
  const scene = new Scene(context, ['etc/rules.yaml']);
  await scene.notices('an edit', () => scene.write('etc/rules.yaml', '2'));
  await scene.notices('a rename', () => {
    scene.write('etc/new', '3');
    renameSync(scene.path('etc/new'), scene.path('etc/rules.yaml'));
  });
  await scene.notices('that it is gone', () => rmSync(scene.path('etc/rules.yaml')));
  await scene.notices('that it is back', () => scene.write('etc/rules.yaml', '4'));
});

test('a folder that is taken away and made again, with what is in it', async (context) => {
  for (const taken of ['etc/rules.d', 'etc']) {
    const scene = new Scene(context, ['etc/rules.yaml', 'etc/rules.d']);
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await scene.notices('that it is gone', () => rmSync(scene.path(taken), { recursive: true }));
    // oxlint-disable-next-line no-await-in-loop -- the same
    await scene.notices('that it is back', () => {
      mkdirSync(scene.path('etc/rules.d'), { recursive: true });
    });
    // oxlint-disable-next-line no-await-in-loop -- the same
    await scene.notices('a file in it', () => scene.write('etc/rules.d/a.yaml', '2'));
    assert.deepEqual(scene.problems, []);
  }
});

test('what is not there yet, and links that lead round in a circle', async (context) => {
  const scene = new Scene(context, ['later/rules.d', 'later/falco.yaml', 'etc/loop.yaml']);
  await scene.notices('the folder', () => mkdirSync(scene.path('later')));
  await scene.notices('the file', () => scene.write('later/falco.yaml', '1'));
  await scene.notices('a folder in it', () => mkdirSync(scene.path('later/rules.d')));
  await scene.notices('a file in that', () => scene.write('later/rules.d/a.conf', '1'));
  await scene.notices('a loop', () => symlinkSync('loop.yaml', scene.path('etc/loop.yaml')));
  assert.deepEqual(scene.problems, []);
});

test('a link to a folder that is turned', async (context) => {
  const scene = new Scene(context, ['link']);
  await scene.notices('the link', () => symlinkSync('etc', scene.path('link')));
  await scene.notices('a file behind it', () => scene.write('etc/rules.yaml', '2'));
  mkdirSync(scene.path('other'));
  symlinkSync('other', scene.path('new'));
  await scene.notices('the turn', () => renameSync(scene.path('new'), scene.path('link')));
  await scene.notices('a file behind that', () => scene.write('other/rules.yaml', '2'));
});

test('a change is noticed beside thousands of others, and where rest never comes', async (context) => {
  const scene = new Scene(context, ['etc/rules.yaml']);
  for (let at = 0; at < 5000; at++) scene.write('etc/noise', String(at));
  await scene.notices('an edit', () => scene.write('etc/rules.yaml', '2'));
  const restless = setInterval(() => scene.write('etc/rules.yaml', String(Math.random())), LOOK_MS);
  context.after(() => clearInterval(restless));
  await scene.notices('a file without rest', () => undefined);
  clearInterval(restless);
  assert.match(readFileSync(scene.path('etc/rules.yaml'), 'utf8'), /^0\./u);
});
