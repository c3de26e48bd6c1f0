import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CAP, capabilitySet, parseCapabilities } from '../../host/capabilities.ts';
import { losesByExec, neededOf } from './shed-privileges.ts';

const ALL = (1n << 41n) - 1n;
const NEEDED = capabilitySet(CAP.BPF, CAP.PERFMON, CAP.SYS_PTRACE, CAP.DAC_READ_SEARCH);

test('sets are read from a status, and are empty where it has none', () => {
  const status = 'Name:\tx\nCapInh:\t0000000000000000\nCapEff:\t000001ffffffffff\n';
  assert.equal(parseCapabilities('CapEff', status), ALL);
  assert.equal(parseCapabilities('CapInh', status), 0n);
  assert.equal(parseCapabilities('CapBnd', status), 0n);
});

describe('what is kept', () => {
  const bpf = capabilitySet(CAP.BPF, CAP.PERFMON);
  const admin = capabilitySet(CAP.SYS_ADMIN);
  const ports = capabilitySet(CAP.NET_BIND_SERVICE);
  const cases: readonly [what: string, effective: bigint, kept: bigint, more?: bigint][] = [
    ['of all, what is needed', ALL, NEEDED],
    ['what the configuration takes as well', ALL, NEEDED | ports, ports],
    ['not what was never there', bpf, bpf, ports],
    ['of less, no more than there is', bpf | capabilitySet(CAP.SYS_ADMIN), bpf],
    ['SYS_ADMIN where there is no BPF', admin, admin],
    ['nothing of nothing', 0n, 0n],
  ];
  for (const [what, effective, kept, more = 0n] of cases) {
    test(what, () => {
      assert.equal(neededOf(effective, more), kept);
    });
  }
});

describe('whether an exec is worth it', () => {
  const cases: readonly [what: string, inherited: bigint, after: bigint, is: boolean][] = [
    ['everything could be given up', 0n, NEEDED, true],
    ['nothing could: it would start anew for ever', 0n, ALL, false],
    ['what is inherited comes back', ALL, NEEDED, false],
    ['some of it comes back', 1n, NEEDED, true],
  ];
  for (const [what, inherited, after, is] of cases) {
    test(what, () => assert.equal(losesByExec(ALL, inherited, { before: ALL, after }), is));
  }
});
