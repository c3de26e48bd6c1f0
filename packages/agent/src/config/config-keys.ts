/**
 * Every key of falco.yaml (0.44), of older ones, and our own. The fallback is the value in the
 * shipped falco.yaml, also where Falco's code has another one: the file is what users see.
 */

import { PRIORITIES } from '@saker/core/rules/rule.ts';
import {
  bool,
  choice,
  integer,
  type KeySpec,
  list,
  old,
  type SectionSpec,
  secret,
  section,
  text,
} from './key-spec.ts';
import { engine, live, stateKeys } from './live-keys.ts';
import { MERGE_STRATEGIES } from './merge-config.ts';
import { alertKeys, outputKeys } from './output-keys.ts';
import { logKeys, serviceKeys } from './service-keys.ts';

export const RULE_MATCHINGS = ['first', 'all'] as const;

const rulesAndPlugins: Readonly<Record<string, KeySpec>> = {
  rules_files: list('Rule files and folders of rule files, in the order of loading', text('Path'), [
    '/etc/falco/falco_rules.yaml',
    '/etc/falco/falco_rules.local.yaml',
    '/etc/falco/rules.d',
  ]),
  rules_file: old(list('Old name of rules_files', text('Path')), {
    before: '0.38',
    modernForm: 'rules_files',
  }),
  rule_files: old(list('A name that Falco accepts and never reads', text('Path')), {
    whyNothing: 'Falco has never read it, rules_files is meant',
  }),
  rules: list(
    'Rules switched off and on, in this order, after loading',
    section('One selection', { disable: selection('off'), enable: selection('on') }),
  ),
  priority: choice(
    'Rules below this priority are not loaded',
    [...PRIORITIES.map((name) => name.toLowerCase()), 'info'],
    'debug',
    true,
  ),
  rule_matching: choice(
    'Alerts per event: of the first rule or of all',
    RULE_MATCHINGS,
    'first',
    true,
  ),
  load_plugins: list('Names out of plugins, in the order of loading', text('Name'), []),
  plugins: list(
    'Plugins that can be loaded',
    section(
      'One plugin',
      {
        name: text('Name by which load_plugins chooses it'),
        library_path: text('Its library, relative to the folder of plugins'),
        init_config: secret({ type: 'any', meaning: 'What it is given at its start' }),
        open_params: secret(text('What it is given when its source is opened')),
      },
      ['name', 'library_path'],
    ),
    [
      {
        name: 'container',
        library_path: 'libcontainer.so',
        init_config: { label_max_len: 100, with_size: false },
      },
    ],
  ),
  plugins_hostinfo: bool('Plugins see interfaces and users of the host', true),
};

function selection(state: string): SectionSpec {
  return section(`Switches ${state}`, {
    rule: text('Name of a rule; * stands for any text'),
    tag: text('Tag that the rules have'),
  });
}

const operation: Readonly<Record<string, KeySpec>> = {
  config_files: list('Further configuration files and folders, read after this one', {
    type: 'either',
    meaning: 'A path, or a path with the way of merging',
    of: [
      text('Path'),
      section(
        'Path and strategy',
        {
          path: text('Path'),
          strategy: choice('How it joins what was read before', MERGE_STRATEGIES),
        },
        ['path'],
      ),
    ],
  }),
  watch_config_files: bool('Loads configuration and rules again when they change', true),
  falco_libs: stateKeys,
};

/** Keys of the top level that have a place in sections today. */
const movedKeys: Readonly<Record<string, KeySpec>> = {
  syscall_buf_size_preset: old(integer('Size of the ring buffer'), {
    before: '0.38',
    movedTo: 'engine.modern_ebpf.buf_size_preset',
  }),
  syscall_drop_failed_exit: old(bool('Leave failed system calls in the kernel'), {
    before: '0.38',
    movedTo: 'engine.modern_ebpf.drop_failed_exit',
  }),
  modern_bpf: section('Old name of engine.modern_ebpf', {
    cpus_for_each_syscall_buffer: old(integer('CPUs that share one ring buffer'), {
      before: '0.38',
      movedTo: 'engine.modern_ebpf.cpus_for_each_buffer',
    }),
  }),
};

export const configKeys: SectionSpec = section('Configuration', {
  engine,
  ...rulesAndPlugins,
  ...alertKeys,
  ...outputKeys,
  ...operation,
  ...logKeys,
  ...live,
  ...serviceKeys,
  ...movedKeys,
});
