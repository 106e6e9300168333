/** The log: JSON lines through pino. Parts take a `Log`, never a global one. */

import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

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
  'secret',
  '*.secret',
  '["x-api-key"]',
  '*["x-api-key"]',
];

/** A log that writes JSON lines to stderr, so that stdout stays free for answers, or to `destination`. */
export function createLog(
  options: { readonly level: LogLevel },
  destination: DestinationStream = pino.destination(2),
): Log {
  const serializers = { error: serializeError };
  return pino({ level: options.level, redact: REDACTED, serializers, base: null }, destination);
}

/**
 * What an error says of itself: kind, message, stack and code, with its causes. Not its other properties, which
 * libraries fill with requests, their headers and their bodies.
 */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  const { code } = error as { readonly code?: unknown };
  return { type, message, stack, ...(typeof code === 'string' ? { code } : {}) };
}
