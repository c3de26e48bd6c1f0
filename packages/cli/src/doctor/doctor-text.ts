/** What `saker doctor` prints for people. */

import type { Style } from '../terminal/style.ts';
import type { Screen } from '../terminal/terminal.ts';
import { padEnd, textWidth, wrap } from '../terminal/text-width.ts';
import { visible } from '../terminal/visible-text.ts';
import type { Finding, FindingGroup, FindingState } from './finding.ts';
import type { Verdict } from './verdict.ts';

const titles: Readonly<Record<FindingGroup, string>> = {
  needed: 'What live detection needs',
  wanted: 'What makes it better',
  containers: 'Containers',
  extra: 'Not needed now',
};
const groups: readonly FindingGroup[] = ['needed', 'wanted', 'containers', 'extra'];

/** The sentence; what to do about it; the command. */
export function verdictLines({ sentence, advice, command }: Verdict): string[] {
  return [
    visible(sentence),
    ...(advice === undefined ? [] : [`Mend it: ${visible(advice)}.`]),
    ...(command === undefined ? [] : [`Run: ${command}`]),
  ];
}

export function doctorText(
  verdict: Verdict,
  findings: readonly Finding[],
  screen: Pick<Screen, 'style' | 'columns'>,
): string[] {
  const { style, columns } = screen;
  const [sentence = '', ...rest] = verdictLines(verdict);
  const paint = verdict.live ? style.green : style.red;
  const width = Math.max(...findings.map(({ subject }) => textWidth(subject)));
  const sections = groups.flatMap((group) => {
    const rows = findings.filter((finding) => finding.group === group);
    if (rows.length === 0) return [];
    const lines = rows.flatMap((finding) => findingLines(finding, { width, columns, style }));
    return ['', style.bold(titles[group]), ...lines];
  });
  return [paint(sentence), ...rest.flatMap((line) => wrap(line, columns)), ...sections];
}

interface Look {
  /** Of the longest subject. */
  readonly width: number;
  readonly columns: number | undefined;
  readonly style: Style;
}

function findingLines(finding: Finding, { width, columns, style }: Look): string[] {
  const head = `${mark(finding.state, style)} ${padEnd(finding.subject, width)}  `;
  const margin = ' '.repeat(textWidth(head));
  const room = columns === undefined ? undefined : Math.max(1, columns - textWidth(head));
  const { found, advice, command } = finding;
  const text = advice === undefined ? visible(found) : `${visible(found)}; ${visible(advice)}`;
  const lines = wrap(text, room);
  const all = command === undefined ? lines : [...lines, `run: ${command}`];
  return all.map((line, at) => (at === 0 ? head : margin) + line);
}

function mark(state: FindingState, style: Style): string {
  switch (state) {
    case 'ok':
      return style.green('✓');
    case 'warning':
      return style.yellow('!');
    case 'problem':
      return style.red('✗');
    default:
      return style.dim('-');
  }
}
