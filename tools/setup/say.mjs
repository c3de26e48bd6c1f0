/** What setup tells: on the standard error, each line with its name before it. */

/** @param {string} message */
export function say(message) {
  console.error(`setup: ${message}`);
}

/**
 * What another tool said, below what we say of it.
 * @param {string} complaint
 */
export function sayIndented(complaint) {
  console.error(complaint.trimEnd().replace(/^/gm, '  '));
}

/**
 * The sentence of a tool's complaint that says what is wrong.
 * @param {string} complaint
 */
export function shortReason(complaint) {
  const lines = complaint
    .split('\n')
    .map((line) => line.replace(/^(npm (error|ERR!)|E:) ?/, '').trim());
  return lines.find((line) => /\s/.test(line) && !/^(npm warn|code) /.test(line)) ?? lines[0] ?? '';
}
