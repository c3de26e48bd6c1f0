import assert from 'node:assert/strict';
import test from 'node:test';
import { Source } from '../base/source.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { FieldTable } from '../fields/field-catalogue.ts';
import { makeEvent, Scene } from '../fields/scene.cases.ts';
import { parseCondition } from '../lang/parser.ts';
import { PlainCompiler } from './plain.ts';

test('evt.around[TIME] = MS holds up to so many milliseconds before and after', () => {
  const time = 1_404_996_934_793_590_564n;
  const scene = new Scene();
  const event = makeEvent(PPME.PPME_SYSCALL_CLOSE_X, [0, 3], { num: 1, time });
  const context = scene.on(scene.process(7), event);
  const compiler = new PlainCompiler(new FieldTable(), () => undefined);
  const holds = (nanos: bigint, ms: number): boolean => {
    const { expr } = parseCondition(new Source('test', `evt.around[${time + nanos}] = ${ms}`));
    assert.ok(expr);
    return compiler.compile(expr)(context);
  };
  assert.ok(holds(0n, 0) && holds(0n, 5));
  assert.ok(holds(5_000_000n, 5) && holds(-5_000_000n, 5) && holds(4_000_001n, 5));
  assert.ok(!holds(5_000_001n, 5) && !holds(-5_000_001n, 5) && !holds(1n, 0));
});
