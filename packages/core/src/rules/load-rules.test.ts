import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  diagnosticsOf,
  errorOf,
  lastFile,
  load,
  ruleOf,
  ruleText,
  warningsOf,
} from './loading.cases.ts';

const BASE = ruleText('base', 'evt.type = open', ['tags: [b, a, b]']);

describe('a rule', () => {
  test('with what it must have', () => {
    const rule = ruleOf(load(BASE));
    const { name, index, source, description, priority, tags, enabled } = rule;
    assert.deepEqual(
      { name, index, source, description, priority, tags, enabled },
      {
        name: 'base',
        index: 0,
        source: 'syscall',
        description: 'a description',
        priority: 6,
        tags: ['a', 'b'],
        enabled: true,
      },
    );
    assert.equal(rule.conditionText, 'evt.type = open');
    assert.equal(rule.outputText, 'something happened');
    assert.deepEqual([rule.capture, rule.captureDurationMs, rule.warnEventTypes], [false, 0, true]);
    assert.deepEqual(rule.exceptions, []);
  });

  test('with everything', () => {
    const keys = [
      'source: syscall',
      'enabled: no',
      'capture: on',
      'capture_duration: 5000',
      'warn_evttypes: false',
      'skip-if-unknown-filter: true',
    ];
    const rule = ruleOf(load(ruleText('r', 'evt.type = open', keys)));
    const { enabled, capture, captureDurationMs, warnEventTypes } = rule;
    assert.deepEqual(
      [enabled, capture, captureDurationMs, warnEventTypes],
      [false, true, 5000, false],
    );
  });

  test('output and condition over lines', () => {
    const rule = ruleOf(
      load(
        '- rule: r\n  desc: d\n  condition: >\n    evt.type = open and\n    proc.name = x\n' +
          '  output: >\n    opened\n    %fd.name\n\n  priority: Debug\n',
      ),
    );
    assert.equal(rule.conditionText, 'evt.type = open and proc.name = x\n');
    assert.equal(rule.outputText, 'opened %fd.name');
  });

  test('least important priority', () => {
    const text =
      ruleText('low', 'evt.type = open') +
      ruleText('high', 'evt.type = close').replace('INFO', 'Error');
    const { ruleSet, compiled } = load(text, { minimumPriority: 4 });
    assert.deepEqual(
      ruleSet.rules.map(({ name }) => name),
      ['high'],
    );
    assert.equal(compiled.rules.length, 2);
  });
});

/** Each text alone: what Falco says against it. */
const refused: readonly (readonly [name: string, text: string, error: string])[] = [
  [
    'a root that is no sequence',
    'a: b\n',
    'YAML_VALIDATE: Rules content is not yaml array of objects',
  ],
  ['a root that is a text', 'text\n', 'YAML_VALIDATE: Rules content is not yaml'],
  [
    'an item that is no mapping',
    '- text\n',
    'YAML_VALIDATE: Unexpected element type. Each element should be a yaml associative array.',
  ],
  ['no items', '- list: l\n', "YAML_VALIDATE: Item has no mapping for key 'items'"],
  ['items that are none', '- list: l\n  items: a\n', 'YAML_VALIDATE: Value is not a sequence'],
  ['items in items', '- list: l\n  items: [[a]]\n', 'YAML_VALIDATE: sequence value is not scalar'],
  [
    'an empty name',
    '- macro:\n  condition: a\n',
    "YAML_VALIDATE: Mapping for key 'macro' is empty",
  ],
  ['an empty text', '- macro: m\n  condition: ""\n', 'YAML_VALIDATE: Value must be non-empty'],
  ['a map for a text', '- macro: {}\n', 'YAML_VALIDATE: Value is not a scalar value'],
  ['no condition', '- macro: m\n', "YAML_VALIDATE: Item has no mapping for key 'condition'"],
  [
    'a boolean that is none',
    ruleText('r', 'evt.type = open', ['enabled: 1']),
    "YAML_VALIDATE: Can't decode YAML scalar value",
  ],
  [
    'an engine that is too new',
    '- required_engine_version: 0.64.0\n',
    'VALIDATE: Rules require engine version 0.64.0, but engine version is 0.63.0',
  ],
  [
    'an engine of another age',
    '- required_engine_version: 1.0.0\n',
    'VALIDATE: Rules require engine version 1.0.0, but engine version is 0.63.0',
  ],
  [
    'no version',
    '- required_engine_version: new\n',
    'YAML_VALIDATE: Unable to parse engine version \'new\' as a semver string. Expected "x.y.z" semver format.',
  ],
  [
    'plugins that are no sequence',
    '- required_plugin_versions: {name: a}\n',
    'YAML_VALIDATE: Value of required_plugin_versions must be a sequence',
  ],
  [
    'a plugin without a version',
    '- required_plugin_versions:\n  - name: a\n',
    "YAML_VALIDATE: Item has no mapping for key 'version'",
  ],
  [
    'a plugin with a wrong version',
    '- required_plugin_versions:\n  - {name: a, version: new}\n',
    "VALIDATE: Invalid required version 'new' for plugin 'a'",
  ],
  [
    'a plugin twice',
    '- required_plugin_versions:\n  - {name: a, version: 1.0.0, alternatives: [{name: a, version: 2.0.0}]}\n',
    "VALIDATE: Defined multiple alternative version requirements for plugin 'a'",
  ],
  [
    'a macro that is its own',
    '- macro: m\n  condition: evt.type = open\n- macro: m\n  condition: m and fd.num = 1\n',
    "VALIDATE: reference loop in macro 'm'",
  ],
  [
    'a macro before its definition',
    '- macro: a\n  condition: b\n- macro: b\n  condition: evt.type = open\n',
    "VALIDATE: Undefined macro 'b' used in filter.",
  ],
  [
    'a wrong condition in a macro',
    '- macro: m\n  condition: (evt.type = open\n',
    "COMPILE_CONDITION: expected a ')' token",
  ],
  [
    'an unknown event type',
    ruleText('r', 'evt.type = opem'),
    'COMPILE_CONDITION: unknown event type opem',
  ],
];

describe('what is refused', () => {
  for (const [name, text, error] of refused) {
    test(name, () => {
      const result = load(text);
      assert.equal(result.successful, false);
      assert.equal(errorOf(result), `LOAD_ERR_${error}`);
      assert(result.diagnostics.some(({ severity }) => severity === 'error'));
    });
  }
});

const warned: readonly (readonly [name: string, text: string, warning: string])[] = [
  ['an unknown item', '- roul: x\n', 'UNKNOWN_ITEM: Unknown top level item'],
  [
    'an unknown key',
    ruleText('r', 'evt.type = open', ['tgas: []']),
    "UNKNOWN_KEY: Unknown key 'tgas'. The key will be ignored.",
  ],
  [
    'a name that cannot be written',
    '- list: a b\n  items: []\n',
    'INVALID_LIST_NAME: List has an invalid name. List names should match a regular expression: ([^()"\'[:space:]=,]+)',
  ],
  [
    'a macro with a dash',
    '- macro: a-b\n  condition: evt.type = open\n',
    'INVALID_MACRO_NAME: Macro has an invalid name. Macro names should match a regular expression: ([a-zA-Z]+[a-zA-Z0-9_]*)',
  ],
  [
    'a source that nobody provides',
    ruleText('r', 'evt.type = open', ['source: cloud']),
    'UNKNOWN_SOURCE: Unknown source cloud, skipping',
  ],
  [
    'all events',
    ruleText('r', 'proc.name = x'),
    'NO_EVTTYPE: Rule matches too many evt.type values. This has a significant performance penalty.',
  ],
  [
    'an unknown field that may be missing',
    ruleText('r', 'evt.type = open and no.field = 1', ['skip-if-unknown-filter: true']),
    'UNKNOWN_FILTER: filter_check called with nonexistent field no.field',
  ],
  [
    'a deprecated field',
    ruleText('r', 'evt.type = open and evt.dir = <'),
    "DEPRECATED_ITEM: due to the drop of enter events, 'evt.dir = <' always evaluates to true, and 'evt.dir = >' always evaluates to false. The rule expression can be simplified by removing the condition on 'evt.dir'",
  ],
  [
    'a pattern that is none',
    ruleText('r', "evt.type = open and proc.name regex 'abc'"),
    "COMPILE_CONDITION: regex check with 'abc' may be optimized with simpler operators such as '=', 'contains', 'startswith', 'endswith'",
  ],
  [
    'an unused macro',
    '- macro: m\n  condition: evt.type = open\n',
    'UNUSED_MACRO: Macro not referred to by any other rule/macro',
  ],
  [
    'an unused list',
    '- list: l\n  items: []\n',
    'UNUSED_LIST: List not referred to by any other rule/macro',
  ],
];

describe('what is warned of', () => {
  for (const [name, text, warning] of warned) {
    test(name, () => {
      const result = load(text);
      assert.equal(result.successful, true, errorOf(result));
      assert.equal(warningsOf(result)[0], `LOAD_${warning}`);
    });
  }

  test('a skipped rule is not in the set', () => {
    const keys = ['skip-if-unknown-filter: true'];
    const text = ruleText('r', 'evt.type = open and no.field = 1', keys);
    assert.deepEqual(load(text).ruleSet.rules, []);
  });
});

describe('our own words', () => {
  const cases: readonly (readonly [name: string, text: string, want: readonly string[]])[] = [
    [
      'the place in a folded condition',
      '- rule: r\n  desc: d\n  condition: >\n    evt.type = open\n      and proc.nme = x\n    and fd.num = y\n  output: o\n  priority: INFO\n',
      [
        "file-1.yaml:5:11 unknown-field: there is no field 'proc.nme' (did you mean 'proc.name'?)",
        "file-1.yaml:6:18 wrong-value: 'y' is not a whole number",
      ],
    ],
    [
      'several items at once',
      '- list: l\n- macro: m\n  condition: evt.type =\n- rule: r\n  condition: m2\n',
      [
        'file-1.yaml:1:3 LOAD_ERR_YAML_VALIDATE: this item needs the key "items" (add "items:")',
        'file-1.yaml:4:3 LOAD_ERR_YAML_VALIDATE: this item needs the key "output" (add "output:")',
        'file-1.yaml:4:3 LOAD_ERR_YAML_VALIDATE: this item needs the key "desc" (add "desc:")',
        'file-1.yaml:4:3 LOAD_ERR_YAML_VALIDATE: this item needs the key "priority" (add "priority:")',
      ],
    ],
    [
      'the macro that is meant',
      `- macro: spawned_process\n  condition: evt.type = execve\n${ruleText('r', 'spawned_proces')}`,
      [
        'file-1.yaml:5:14 LOAD_ERR_VALIDATE: there is no macro "spawned_proces" (did you mean "spawned_process"?)',
      ],
    ],
  ];
  for (const [name, text, want] of cases) {
    test(name, () => {
      const found = diagnosticsOf(load(text)).filter((line) => !line.includes('LOAD_UNUSED'));
      assert.deepEqual(found.slice(0, want.length), want);
    });
  }

  test('a place in a later file that appends', () => {
    const append =
      '- rule: base\n  condition: and proc.nme = x\n  override:\n    condition: append\n';
    const found = diagnosticsOf(load([BASE, append]));
    assert.deepEqual(found, [
      "file-2.yaml:2:18 unknown-field: there is no field 'proc.nme' (did you mean 'proc.name'?)",
    ]);
  });
});

describe('several files', () => {
  test('the first in error ends loading', () => {
    const files = load(['- list: l\n', BASE]).files;
    assert.equal(files.length, 1);
  });

  test('unless validating', () => {
    const result = load(['- list: l\n', BASE], { stopAtError: false });
    assert.deepEqual(
      result.files.map(({ successful }) => successful),
      [false, true],
    );
    assert.equal(result.successful, false);
  });

  test('each file is compiled with those before it', () => {
    const macro = '- macro: m\n  condition: evt.type = open\n';
    const result = load([macro, ruleText('r', 'm')]);
    assert.deepEqual(
      result.files.map(({ warnings }) => warnings.map(({ code }) => code)),
      [['LOAD_UNUSED_MACRO'], []],
    );
  });

  test('an earlier problem is told again with the next file, to people once', () => {
    const result = load([ruleText('r', 'proc.name = x'), BASE]);
    const codes = result.files.map(({ warnings }) => warnings.map(({ code }) => code));
    assert.deepEqual(codes, [['LOAD_NO_EVTTYPE'], ['LOAD_NO_EVTTYPE']]);
    assert.deepEqual(
      result.diagnostics.map(({ code }) => code),
      ['LOAD_NO_EVTTYPE'],
    );
  });

  test('what a later file uses is not called unused', () => {
    const macro = '- macro: m\n  condition: evt.type = open\n';
    assert.deepEqual(load([macro, ruleText('r', 'm')]).diagnostics, []);
    assert.equal(load([macro, BASE]).diagnostics.at(0)?.code, 'LOAD_UNUSED_MACRO');
  });

  test('plugins that are missing', () => {
    const text = '- required_plugin_versions:\n  - name: json\n    version: 0.7.0\n';
    assert.equal(
      load(text).pluginProblem,
      'Plugin requirement not satisfied, must load one of: json (>= 0.7.0)',
    );
    const plugins = [{ name: 'json', version: '0.7.4' }];
    assert.equal(load(text, { plugins }).successful, true);
  });
});

test('an unknown parameter of events gets a suggestion', () => {
  const result = load(ruleText('r', 'evt.type = open and evt.arg.flagz contains x'));
  assert.match(errorOf(result) ?? '', /: unknown event argument flagz$/);
  assert.match(diagnosticsOf(result)[0] ?? '', /flagz \(did you mean 'evt.arg.flags'\?\)$/);
});

describe('limits', () => {
  const long = `- list: long\n  items: [${Array.from({ length: 1000 }, (_, at) => `i${at}`).join()}]\n`;

  test('a long list that is named many times', () => {
    const named = `proc.name in (${'long, '.repeat(2100)}x)`;
    const result = load(long + ruleText('r', `evt.type = open and ${named}`));
    assert.equal(
      errorOf(result),
      'LOAD_ERR_VALIDATE: the lists in the condition of rule "r" have too many items',
    );
    assert.match(diagnosticsOf(result)[0] ?? '', /:5:14 .*together may have 2097152/);
  });

  test('a long list in many rules', () => {
    const condition = `evt.type = open and proc.name in (${'long, '.repeat(250)}x)`;
    const rules = Array.from({ length: 9 }, (_, at) => ruleText(`r${at}`, condition));
    assert.equal(load(long + rules.slice(1).join('')).successful, true);
    assert.match(
      errorOf(load(long + rules.join(''))) ?? '',
      /condition of rule "r8" have too many/,
    );
  });

  test('thousands of unknown names among thousands of names', () => {
    const macros = Array.from({ length: 4000 }, (_, at) => {
      return `- macro: macro_called_${at}\n  condition: macro_colled_${at}\n`;
    });
    const start = performance.now();
    const result = load(macros.join(''));
    assert.match(diagnosticsOf(result)[0] ?? '', /did you mean "macro_called_0"/);
    assert(performance.now() - start < 5000);
  });

  test('aliases that multiply the items of lists', () => {
    const first = `- list: l0\n  items: &a [${'x, '.repeat(10_000)}]\n`;
    const lists = Array.from({ length: 100 }, (_, at) => `- list: l${at + 1}\n  items: *a\n`);
    const result = load(first + lists.join(''));
    assert.equal(errorOf(result), "LOAD_ERR_VALIDATE: List 'l100' has too many items");
    assert.equal(load(first + lists.slice(1).join('')).successful, true);
    const again = `${first}- list: l0\n  items: *a\n`;
    assert.equal(load(again + lists.slice(1).join('')).successful, true);
    const appended = '- list: l0\n  items: *a\n  override:\n    items: append\n'.repeat(100);
    assert.match(errorOf(load(first + appended)) ?? '', /List 'l0' has too many items/);
  });
});

describe('what is left of a file', () => {
  test('empty files, documents and items', () => {
    for (const text of ['', '# nothing\n', '---\n', '- \n', '---\n---\n- \n']) {
      const result = load(text);
      assert.equal(result.successful, true, JSON.stringify(text));
      assert.deepEqual(result.diagnostics, []);
    }
  });

  test('a byte order mark', () => assert.equal(ruleOf(load(`\ufeff${BASE}`)).name, 'base'));

  test('several documents', () => {
    const { ruleSet } = load(`${BASE}---\n${ruleText('second', 'evt.type = close')}`);
    assert.deepEqual(
      ruleSet.rules.map(({ name }) => name),
      ['base', 'second'],
    );
  });

  test('the schema is about every document', () => {
    assert.equal(lastFile(load('')).schemaValidation, 'none');
    assert.equal(lastFile(load(BASE)).schemaValidation, 'ok');
    assert.equal(lastFile(load('- nothing: 1\n')).schemaValidation, 'failed');
  });

  test('the newest engine version that was asked for', () => {
    const text = '- required_engine_version: 26\n- required_engine_version: 0.9.0\n';
    assert.equal(load(text).ruleSet.requiredEngineVersion, '0.26.0');
  });
});
