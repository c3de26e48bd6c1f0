/** Falco's command line (0.44): names and shapes are its own, the words are ours. */

export interface FlagSpec {
  /** Long name, or the letter of flags that have no long name. */
  readonly name: string;
  readonly letter?: string;
  /**
   * switch: no value; value: the last one counts; values: repeatable; optional: `--list` or
   * `--list=x`.
   */
  readonly kind: 'switch' | 'value' | 'values' | 'optional';
  readonly argument?: string;
  readonly meaning: string;
}

export const flagTable: readonly FlagSpec[] = [
  { name: 'help', letter: 'h', kind: 'switch', meaning: 'Print this help and exit.' },
  {
    name: 'c',
    kind: 'value',
    argument: '<path>',
    meaning:
      'Configuration file. Without it /etc/falco/falco.yaml is read if it is there, and ' +
      'otherwise the defaults apply.',
  },
  {
    name: 'config-schema',
    kind: 'switch',
    meaning: 'Print the JSON schema of the configuration and exit.',
  },
  { name: 'rule-schema', kind: 'switch', meaning: 'Print the JSON schema of rule files and exit.' },
  {
    name: 'disable-source',
    kind: 'values',
    argument: '<event_source>',
    meaning:
      'Do not read this event source. Repeatable; at least one source must remain; not ' +
      'together with --enable-source. Has no effect when a capture is replayed.',
  },
  {
    name: 'dry-run',
    kind: 'switch',
    meaning: 'Load configuration and rules, report what is wrong with them, and process no events.',
  },
  {
    name: 'enable-source',
    kind: 'values',
    argument: '<event_source>',
    meaning:
      'Read this event source and no other. Repeatable; not together with --disable-source. ' +
      'Has no effect when a capture is replayed.',
  },
  {
    name: 'i',
    kind: 'switch',
    meaning:
      'Print the system calls that are not watched by default, because there are so many, ' +
      'and exit.',
  },
  {
    name: 'L',
    kind: 'switch',
    meaning:
      'Print name and description of all rules and exit. With json_output all details of ' +
      'rules, macros and lists, as JSON.',
  },
  {
    name: 'l',
    kind: 'value',
    argument: '<rule>',
    meaning: 'The same for one rule.',
  },
  {
    name: 'list',
    kind: 'optional',
    argument: '<source>',
    meaning: 'Print all fields, or those of one event source (--list=syscall), and exit.',
  },
  {
    name: 'list-events',
    kind: 'switch',
    meaning: 'Print all events of system calls, tracepoints and of the engine itself, and exit.',
  },
  { name: 'list-plugins', kind: 'switch', meaning: 'Print the plugins and exit.' },
  {
    name: 'M',
    kind: 'value',
    argument: '<num_seconds>',
    meaning: 'Stop after this many seconds, counted in the time of the events. 0: do not stop.',
  },
  { name: 'markdown', kind: 'switch', meaning: 'Deprecated: use --format markdown.' },
  {
    name: 'format',
    kind: 'value',
    argument: '<format>',
    meaning: 'How --list and --list-events print: text, markdown or json.',
  },
  { name: 'N', kind: 'switch', meaning: 'With --list: print the names of the fields only.' },
  {
    name: 'option',
    letter: 'o',
    kind: 'values',
    argument: '<opt>=<val>',
    meaning:
      'Set a value of the configuration, after its files. Dots lead into sections, brackets ' +
      'into lists ([] adds an element), and a backslash stands before a dot, bracket or ' +
      'backslash that belongs to a name.\n    E.g. base.id=val\n         ' +
      'base.subvalue.subvalue2=val\n         base.list[1]=val\n         ' +
      'base.dotted\\.key=val\n         base.back\\\\slash=val',
  },
  {
    name: 'plugin-info',
    kind: 'value',
    argument: '<plugin_name>',
    meaning: 'Print what is known of a plugin, by its name or library, and exit.',
  },
  {
    name: 'print',
    letter: 'p',
    kind: 'value',
    argument: '<output_format>',
    meaning:
      'Deprecated: use -o append_output... Adds this text to the output of every rule. -pc ' +
      'and -pk have no effect: containers add their fields by themselves.',
  },
  {
    name: 'pidfile',
    letter: 'P',
    kind: 'value',
    argument: '<pid_file>',
    meaning: 'Write the number of the process to this file.',
  },
  {
    name: 'r',
    kind: 'values',
    argument: '<rules_file>',
    meaning:
      'Rule file, or folder of rule files, in place of those of the configuration. ' +
      'Repeatable. Only files that end in .yaml or .yml are read.',
  },
  {
    name: 'support',
    kind: 'switch',
    meaning: 'Print versions, configuration and rule files as one JSON document and exit.',
  },
  {
    name: 'unbuffered',
    letter: 'U',
    kind: 'switch',
    meaning: 'Write every line at once, whatever buffered_outputs says.',
  },
  {
    name: 'validate',
    letter: 'V',
    kind: 'values',
    argument: '<rules_file>',
    meaning: 'Check these rule files, print the result and exit. Repeatable.',
  },
  { name: 'v', kind: 'switch', meaning: 'Print more about what is done.' },
  { name: 'version', kind: 'switch', meaning: 'Print versions and exit.' },
  {
    name: 'page-size',
    kind: 'switch',
    meaning: 'Print the page size of the system, of which ring buffers are multiples, and exit.',
  },
];
