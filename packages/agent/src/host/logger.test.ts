import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isoTime, Logger, type LoggerOptions, localTime } from './logger.ts';

process.env['TZ'] = 'UTC';

function logged(options: Partial<LoggerOptions>): string {
  let text = '';
  const streams = {
    out: () => true,
    err: (part: string) => {
      text += part;
      return true;
    },
  };
  const log = new Logger(streams, { level: 'info', enabled: true, iso8601: false, ...options });
  log.error('e');
  log.warning('w');
  log.info('i');
  log.debug('d');
  return text.replaceAll(/^.*(?=: \w$)/gm, 'T');
}

test('levels', () => {
  assert.equal(logged({}), 'T: e\nT: w\nT: i\n');
  assert.equal(logged({ level: 'debug' }), 'T: e\nT: w\nT: i\nT: d\n');
  assert.equal(logged({ level: 'error' }), 'T: e\n');
  assert.equal(logged({ level: 'emergency' }), '');
  assert.equal(logged({ enabled: false }), '');
});

test('times as Falco writes them', () => {
  const time = new Date('2026-11-01T09:05:03.999Z');
  assert.equal(localTime(time), 'Sun Nov 01 09:05:03 2026');
  assert.equal(isoTime(time), '2026-11-01T09:05:03+0000');
});

test('what a log is told to follow counts for everybody who has it', () => {
  let text = '';
  const err = (more: string): boolean => {
    text += more;
    return true;
  };
  const options = { level: 'error', enabled: true, iso8601: true } as const;
  const log = new Logger({ out: () => true, err }, options);
  log.info('before');
  log.follow({ ...options, level: 'info' });
  log.info('after');
  log.follow({ ...options, enabled: false });
  log.error('off');
  assert.match(text, /^\S+: after\n$/u);
});
