/** The log: JSON lines through pino. Parts take a `Log`, never a global one. */

import { type Logger, pino } from 'pino';

export type Log = Logger;

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** Credentials never reach a log line, wherever an object carries them. */
const REDACTED = [
  'authorization',
  'token',
  '*.authorization',
  '*.token',
  'headers.authorization',
  '*.apiKey',
];

/** A log that writes JSON lines to stderr, so that stdout stays free for answers. */
export function createLog(options: { readonly level: LogLevel }): Log {
  return pino({ level: options.level, redact: REDACTED, base: null }, pino.destination(2));
}
