/** Conditions for the tests of the checker, against the catalogue of catalogue.cases.ts. */

export const rightConditions: readonly string[] = [
  'evt.type = open and evt.type != close and evt.type in (read, openat)',
  'evt.type startswith oneof (open, close)',
  'evt.type exists',
  'syscall.type = open',
  'evt.num > 5 and evt.num in (1, 2) and evt.num intersects ()',
  'evt.is_open = true',
  'evt.buffer bcontains 7f45 and evt.buffer contains ELF and evt.buffer = ""',
  'proc.name < 5',
  'proc.name glob "a*" or proc.name iglob A* or proc.name regex "a.c"',
  'proc.name in (a, "b") and proc.name = anyof (a, b)',
  'fd.name pmatch (/etc, /usr/*/bin)',
  'fd.name = val(fd.nameraw) and fd.name startswith basename(fd.nameraw)',
  'fd.ip = 10.0.0.1 and fd.sip in (::1, 10.0.0.1) and fd.net in (10.0.0.0/8, ::/64)',
  'fd.sip = oneof (::1)',
  'fd.sport in (80, https)',
  'fd.types intersects (file) and fd.types in (a, b) and fd.types exists',
  'fd.types[0] = file',
  'ka.ids in (1, 2)',
  'evt.sigset exists',
  'len(proc.name) > 3 and len(fd.types) = 2 and len(evt.buffer) < 9',
  'tolower(basename(proc.name)) = x and b64(evt.buffer) contains x',
  'tolower(fd.types) intersects (a)',
  'concat(proc.name, "-", tolower(proc.cmdline)) = x',
  'join(",", fd.types) = x and join(",", (proc.name, "x", 5)) = x and join("", proc.args) = y',
  'join(",", getopt(proc.args, "a:")) = x',
  'getopt(proc.args, "n:") intersects (n) and getopt(("-n"), "n")[n] exists',
  'evt.around[1700000000] = 100',
  'proc.pid = val(proc.ppid) and proc.pid < val(proc.ppid)',
  'proc.name in (shells)',
];

/** Text, what Falco says of the first wrong check, and where that check begins. */
export const wrongConditions: readonly (readonly [text: string, falco: string, at: number])[] = [
  ['evt.num = 1 and no.such = 1', 'filter_check called with nonexistent field no.such', 16],
  ['proc.nam = 1', 'filter_check called with nonexistent field proc.nam', 0],
  ['proc.name[2] = 1', 'filter_check called with nonexistent field proc.name[2]', 0],
  ['not (proc.pid = abc)', 'abc is not a valid number', 5],
  ['evt.type = opne', 'unknown event type opne', 0],
  ['evt.type in (open, "open*")', 'unknown event type open*', 0],
  ['evt.type startswith op', 'unknown event type op', 0],
  ['evt.type in unknown_list', 'unknown event type unknown_list', 0],
  ['proc.pid contains 1', "filter error: 'contains' operator not supported for numeric filters", 0],
  ['evt.is_open < 1', "filter error: '<' operator not supported for numeric filters", 0],
  [
    'proc.name bcontains 00',
    "filter error: 'bcontains' operator not supported for string filters",
    0,
  ],
  ['evt.buffer glob x', "filter error: 'glob' operator not supported for buffer filters", 0],
  [
    'fd.sip startswith 1',
    "filter error: 'startswith' operator not supported for ip address and network filters",
    0,
  ],
  [
    'fd.sip glob anyof (1)',
    "filter error: 'glob' with modifier not supported for ip address and network filters",
    0,
  ],
  ['fd.types = x', "filter error: '=' operator not supported list filters", 0],
  ['fd.types = anyof (x)', "filter error: '=' operator not supported list filters", 0],
  ['ka.pids in (1)', "filter error: list filters are not supported for type 'INT64'", 0],
  ['evt.sigset = 1', "filter error: '=' operator not supported for type 'SIGSET'", 0],
  [
    'evt.buffer bcontains 0x',
    'filter error: bcontains and bstartswith operator support hex strings only',
    0,
  ],
  ['proc.name = "a\\x00"', 'filter error: filter value cannot contain a NUL byte (\\x00)', 0],
  ['evt.around[5] != 4', "evt.around supports only '=' comparison operator", 0],
  [
    'tolower(evt.type) = open',
    'event code search does not support `evt.type` checks with transformers',
    0,
  ],
  [
    'len(evt.type) exists',
    'event code search does not support `evt.type` checks with transformers',
    0,
  ],
  [
    'evt.type = val(proc.name)',
    'right-hand field comparisons on `evt.type`/`syscall.type` checks are not supported by event code search',
    0,
  ],
  ['proc.name = val(no.such)', 'filter_check called with nonexistent field no.such', 0],
  [
    'proc.name regex val(proc.cmdline)',
    "operator 'REGEX' doesn't support right-hand side fields",
    0,
  ],
  [
    'fd.name pmatch tolower(fd.nameraw)',
    "operator 'PMATCH' doesn't support right-hand side fields",
    0,
  ],
  ['fd.net = val(fd.sip)', "field type 'IPNET' doesn't support right-hand side fields", 0],
  ['proc.aname = val(proc.name)', "field 'proc.aname' doesn't support right-hand side fields", 0],
  ['proc.name = val(proc.aname)', "field 'proc.aname' can't be used as a right-hand side field", 0],
  [
    'proc.pid = val(proc.name)',
    "field 'proc.pid' has type 'INT64' while the right-hand side field 'proc.name' has incompatible type 'CHARBUF'",
    0,
  ],
  [
    'proc.name in val(ka.users)',
    "field 'proc.name' has type 'CHARBUF' while the right-hand side field 'ka.users' has incompatible type 'CHARBUF (list)'",
    0,
  ],
  [
    'tolower(proc.pid) = 1',
    "can't add field transformer: type 'INT64' is not supported by 'tolower' transformer applied on field 'proc.pid'",
    0,
  ],
  [
    'b64(ka.ids) in (1)',
    "can't add field transformer: type 'UINT64' is not supported by 'b64' transformer applied on list field 'ka.ids'",
    0,
  ],
  [
    'toupper(len(proc.name)) = 1',
    "can't add field transformer: type 'UINT64' is not supported by 'toupper' transformer applied on field 'proc.name'",
    0,
  ],
  ['tolower(proc.aname) = x', "field 'proc.aname' does not support transformers", 0],
  [
    'tolower(proc.name)[1] = x',
    "filter error: transformer 'tolower' does not support field arguments",
    0,
  ],
  ['concat(proc.name, "a")[1] = x', "transformer 'concat' does not support field arguments", 0],
  ['tolower(proc.name, "a") = x', 'unknown multivalue transformer', 0],
  ['concat(proc.name) = x', "unknown field transfomer 'concat'", 0],
  ['join(",", fd.types, "x") = x', 'join() requires exactly 2 arguments: separator and list', 0],
  [
    'join(fd.types, fd.types) = x',
    'join() first argument (separator) must be a single value, not a list',
    0,
  ],
  ['join(",", proc.name) = x', 'join() second argument must be a list', 0],
  ['concat(proc.name, proc.pid) = x', 'concat() arguments must be strings', 0],
  ['concat(proc.name, len(proc.name)) = x', 'concat() arguments must be strings', 0],
  [
    'getopt(proc.args, "a", "b") exists',
    'getopt() requires exactly 2 arguments: args list and optstring',
    0,
  ],
  ['getopt("x", "a") exists', 'getopt() first argument must be a list', 0],
  [
    'getopt(proc.args, fd.types) exists',
    'getopt() second argument (optstring) must be a single value',
    0,
  ],
  ['getopt(ka.ids, "a") exists', 'getopt() arguments must be strings', 0],
  [
    'getopt(proc.args, "a")[ab] = x',
    'getopt() field argument must be a single option character',
    0,
  ],
];

/** What is allowed but hardly meant, and Falco's warnings with their places. */
export const doubtfulConditions: readonly (readonly [
  text: string,
  ...falco: (readonly [message: string, at: number])[],
])[] = [
  [
    'proc.name regex "^abc$"',
    [
      "regex check with '^abc$' may be optimized with simpler operators such as '=', 'contains', 'startswith', 'endswith'",
      16,
    ],
  ],
  [
    'proc.name regex ".*abc.+"',
    [
      "regex check with '.*abc.+' may be optimized with simpler operators such as '=', 'contains', 'startswith', 'endswith'",
      16,
    ],
  ],
  [
    'proc.name in (a, "proc.name ")',
    ["'proc.name ' may be a valid field misused as a const string value", 13],
  ],
  [
    'proc.name = proc.aname[2]',
    ["'proc.aname[2]' may be a valid field misused as a const string value", 12],
  ],
  [
    'proc.name = "tolower(proc.name)"',
    ["'tolower(proc.name)' may be a valid field transformer misused as a const string value", 12],
  ],
  ['syscall.type = opne'],
  ['evt.num = 18446744073709551616'],
  ['evt.outputtime = x'],
];
