import assert from 'node:assert/strict';
import { test } from 'node:test';
import { familiarRepository, imageIdOf, parseImageReference } from './image-reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test('parts of a reference', () => {
  const cases: readonly (readonly [text: string, parts: readonly [string, string, string]])[] = [
    ['', ['', '', '']],
    ['nginx', ['nginx', '', '']],
    ['nginx:1.25', ['nginx', '1.25', '']],
    ['team/app:latest', ['team/app', 'latest', '']],
    ['host:5000/team/app', ['host:5000/team/app', '', '']],
    ['host:5000/team/app:1', ['host:5000/team/app', '1', '']],
    [`host:5000/app:1@${DIGEST}`, ['host:5000/app', '1', DIGEST]],
    [`app@${DIGEST}`, ['app', '', DIGEST]],
    [DIGEST, ['', '', DIGEST]],
    ['sha256:tag', ['sha256', 'tag', '']],
  ];
  for (const [text, parts] of cases) {
    const { repository, tag, digest } = parseImageReference(text);
    assert.deepEqual([repository, tag, digest], parts, text);
  }
});

test('short forms', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['docker.io/library/nginx', 'nginx'],
    ['index.docker.io/library/nginx', 'nginx'],
    ['docker.io/team/app', 'team/app'],
    ['library/nginx', 'nginx'],
    ['quay.io/library/nginx', 'quay.io/library/nginx'],
  ];
  for (const [full, short] of cases) assert.equal(familiarRepository(full), short);
  assert.equal(imageIdOf(DIGEST), 'a'.repeat(64));
  assert.equal(imageIdOf('abc'), 'abc');
});
