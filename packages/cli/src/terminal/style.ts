/** Colours and weights of text on a terminal; the identity where there is none. */

export type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly underline: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly magenta: Paint;
  readonly cyan: Paint;
  /** White on red: for what must not be overlooked. */
  readonly alarm: Paint;
}

/** SGR codes that switch on and off. Each attribute has an end of its own, so that they nest. */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  underline: [4, 24],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const;

function painter([on, off]: readonly [number, number]): Paint {
  return (text) => (text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`);
}

const same: Paint = (text) => text;

export const plainStyle: Style = {
  bold: same,
  dim: same,
  underline: same,
  red: same,
  green: same,
  yellow: same,
  blue: same,
  magenta: same,
  cyan: same,
  alarm: same,
};

export const colourStyle: Style = {
  bold: painter(codes.bold),
  dim: painter(codes.dim),
  underline: painter(codes.underline),
  red: painter(codes.red),
  green: painter(codes.green),
  yellow: painter(codes.yellow),
  blue: painter(codes.blue),
  magenta: painter(codes.magenta),
  cyan: painter(codes.cyan),
  alarm: (text) => (text === '' ? '' : `\u001b[1;37;41m${text}\u001b[22;39;49m`),
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether to use colours on a stream. FORCE_COLOR (anything but 0 and false) goes before NO_COLOR
 * (anything but empty), as in Node; without either, terminals that are not dumb get them.
 */
export function wantsColour(isTerminal: boolean, environment: Environment): boolean {
  const force = environment['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  return isTerminal && environment['TERM'] !== 'dumb';
}
