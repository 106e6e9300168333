/** Where the command line finds a running Trellis, and what it shows there. */

import { type Environment, readConfig } from '../config.ts';

export interface ClientSettings {
  readonly url: string;
  readonly token: string | undefined;
}

/** Where the command line finds Trellis: by default where the same settings would start it on this machine. */
export function readClientSettings(environment: Environment): ClientSettings {
  const { HOST, PORT } = readConfig(environment);
  const host = EVERY_ADDRESS.includes(HOST) ? '127.0.0.1' : HOST;
  return {
    url: environment['TRELLIS_URL'] || `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`,
    token: environment['TRELLIS_TOKEN'] || undefined,
  };
}

/** What a server listens on to be reached by all of its machine's addresses. */
const EVERY_ADDRESS = ['0.0.0.0', '::'];
