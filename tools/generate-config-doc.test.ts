import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { DOCUMENT, generate } from './generate-config-doc.ts';

test('the document of the configuration is current', () => {
  const text = readFileSync(resolve(import.meta.dirname, '..', DOCUMENT), 'utf8');
  assert.ok(generate(text) === text, `${DOCUMENT} is stale: run tools/generate-config-doc.ts`);
});
