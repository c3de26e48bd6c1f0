import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LoadedConfig, loadConfig } from './load-config.ts';

function options(...all: string[]): LoadedConfig {
  return loadConfig({ file: undefined, options: all, environment: {} });
}

function messages({ diagnostics }: LoadedConfig): string[] {
  return diagnostics.map(({ severity, message }) => `${severity}: ${message}`);
}

describe('engine', () => {
  test('this machine, under each of its names', () => {
    const cases: readonly (readonly [kind: string, warns: boolean])[] = [
      ['modern_ebpf', false],
      ['auto', false],
      ['kmod', true],
      ['ebpf', true],
    ];
    for (const [kind, warns] of cases) {
      const loaded = options(`engine.kind=${kind}`);
      assert.equal(loaded.config.engine.kind, 'modern_ebpf', kind);
      const used = 'there is one sensor here, an eBPF probe, and it is used instead';
      const expected = `warning: engine.kind ${kind}: ${used}`;
      assert.deepEqual(messages(loaded), warns ? [expected] : [], kind);
    }
  });

  test('others', () => {
    assert.equal(options('engine.kind=nodriver').config.engine.kind, 'nodriver');
    assert.deepEqual(messages(options('engine.kind=gvisor')), [
      'error: engine.kind gvisor: events of gVisor sandboxes cannot be read; ' +
        'Falco dropped them in 0.44',
    ]);
    const wrong = messages(options('engine.kind=modern-ebpf'));
    assert.match(wrong[0] ?? '', /^error: engine.kind: expected one of modern_ebpf, .* found "mod/);
  });

  test('values are those of the section that the kind names', () => {
    const sections = [
      'engine.modern_ebpf={buf_size_preset: 5, drop_failed_exit: true}',
      'engine.kmod={buf_size_preset: 6}',
      'engine.ebpf={buf_size_preset: 7, probe: /x}',
    ];
    const engineOf = (kind: string) => {
      const { engine } = options(`engine.kind=${kind}`, ...sections).config;
      return [engine.ringPreset, engine.dropsFailedCalls];
    };
    assert.deepEqual(engineOf('modern_ebpf'), [5, true]);
    assert.deepEqual(engineOf('kmod'), [6, false]);
    assert.deepEqual(engineOf('ebpf'), [7, false]);
    assert.equal(options().config.engine.ringPreset, 4);
  });

  test('a ring of no size is refused', () => {
    for (const preset of ['0', '11', 'big', '1.5']) {
      assert.deepEqual(messages(options(`engine.modern_ebpf.buf_size_preset=${preset}`)), [
        'error: engine.modern_ebpf.buf_size_preset: expected a whole number from 1 up to 10, ' +
          `found "${preset}"`,
      ]);
    }
  });
});

describe('what is recorded', () => {
  test('defaults', () => {
    const { config } = options();
    assert.deepEqual(config.baseSyscalls, { customSet: [], repair: false, all: false });
    assert.equal(config.snapBytes, 80);
    assert.deepEqual(config.threadPurge, { intervalS: 300, timeoutS: 300 });
    assert.equal(config.emptyReadsMax, 1000);
    assert.deepEqual(config.capture, {
      enabled: false,
      pathPrefix: '/tmp/falco',
      mode: 'rules',
      defaultDurationMs: 5000,
      fileBytesMax: undefined,
    });
  });

  test('base_syscalls', () => {
    const text = 'base_syscalls={custom_set: [openat, "!mount"], repair: true, all: yes}';
    const { config } = options(text);
    const customSet = ['openat', '!mount'];
    assert.deepEqual(config.baseSyscalls, { customSet, repair: true, all: true });
  });

  test('payload: 0 is the default, and there is a most', () => {
    const snapBytes = (value: string) => options(`falco_libs.snaplen=${value}`).config.snapBytes;
    assert.deepEqual(['0', '512', '9999999'].map(snapBytes), [80, 512, 65_000]);
  });

  test('captures', () => {
    const text = 'capture={enabled: true, mode: all_rules, max_file_size_mb: 3, path_prefix: /x}';
    const { capture } = options(text, 'capture.default_duration=10').config;
    assert.deepEqual(capture, {
      enabled: true,
      pathPrefix: '/x',
      mode: 'all_rules',
      defaultDurationMs: 10,
      fileBytesMax: 3 * 1024 * 1024,
    });
    const wrong = messages(options('capture.mode=rule'));
    assert.match(wrong.join(), /^error: capture.mode: expected one of rules, all_rules/);
  });

  test('silence after no empty read at all is refused', () => {
    const wrong = messages(options('syscall_event_timeouts.max_consecutives=0'));
    assert.match(wrong.join(), /^error: .*max_consecutives: expected a whole number from 1/);
  });
});

describe('lost events', () => {
  test('defaults and values', () => {
    assert.deepEqual(options().config.drops, {
      threshold: 0.1,
      actions: ['log', 'alert'],
      rate: 0.033_33,
      maxBurst: 1,
      simulate: false,
    });
    const text = 'syscall_event_drops={threshold: 0, rate: 2.5, max_burst: 10, simulate_drops: on}';
    const { drops } = options(text).config;
    assert.deepEqual([drops.threshold, drops.rate, drops.maxBurst], [0, 2.5, 10]);
    assert.equal(drops.simulate, true);
  });

  test('actions, each once and in order', () => {
    const cases: readonly (readonly [written: string, read: readonly string[]])[] = [
      ['[]', []],
      ['[ignore]', []],
      ['[exit, alert, log, alert]', ['log', 'alert', 'exit']],
      ['[log, ignore]', ['log']],
      ['[ignore, exit]', ['exit']],
    ];
    for (const [written, read] of cases) {
      const loaded = options(`syscall_event_drops={actions: ${written}}`);
      assert.deepEqual(messages(loaded), [], written);
      assert.deepEqual(loaded.config.drops.actions, read, written);
    }
  });

  test('what Falco refuses', () => {
    const cases: readonly (readonly [option: string, problem: RegExp])[] = [
      [
        '{actions: [ignore, log]}',
        /^error: .*actions: "log" makes no sense together with "ignore"/,
      ],
      [
        '{actions: [alert, stop]}',
        /^error: .*expected one of ignore, log, alert, exit, found "stop"/,
      ],
      ['{threshold: 10}', /^error: .*threshold: expected a number from 0 up to 1, found "10"/],
      ['{threshold: x}', /^error: .*threshold/],
    ];
    for (const [option, problem] of cases) {
      assert.match(messages(options(`syscall_event_drops=${option}`)).join(), problem, option);
    }
  });
});
