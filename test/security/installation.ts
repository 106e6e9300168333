/**
 * Trellis whole, as it runs in production, with its subgraphs behind a port of their own: for whoever attacks it. It
 * tells which statements reached the graph, so that a refusal that did something after all is seen.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp, type Stores } from '../../app.ts';
import { type Principal, SCOPES, type Scope } from '../../model/principal.ts';
import {
  CLIENT_AUDIENCE,
  createTokenAuthority,
  type TokenAuthority,
} from '../../platform/auth/token-authority.ts';
import { readConfig } from '../../platform/config.ts';
import { subgraphPath } from '../../subgraphs/serve-http.ts';
import { freePort } from '../servers/free-port.ts';
import { UNLIMITED } from '../unlimited.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, which say what they expect.
export type Data = any;

export const EVERY_SCOPE: readonly Scope[] = [...SCOPES, 'admin:*'];
/** The tenant that runs the installation. */
export const OPERATORS = 'operators';

export interface Installation {
  readonly app: App;
  readonly directory: string;
  /** Signs with the installation's own keys; `at` does so at another time, in ms since the epoch. */
  readonly authority: TokenAuthority;
  at(now: number): Promise<TokenAuthority>;
  url(path?: string): string;
  subgraphUrl(name: string): string;
  /** A client's token; by default one that may do everything in its tenant. */
  token(who?: Partial<Principal>): Promise<string>;
  ask(query: string, request?: Asked): Promise<Reply>;
  /** Names of the graph's statements since the last look, but for those of the audit log and of the clock. */
  takeTouched(): readonly string[];
  close(): Promise<void>;
}

export interface Asked {
  readonly variables?: Data;
  /** A client's token, made for a tenant with every scope where it is left out; null sends none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly url?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON; undefined where it is none. */
  readonly body: Data;
}

export async function openInstallation(
  settings: Readonly<Record<string, string>> = {},
): Promise<Installation> {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-security-'));
  const port = await freePort();
  const touched: string[] = [];
  const config = readConfig({
    TRELLIS_DATA_DIR: directory,
    TRELLIS_PORT: '0',
    TRELLIS_MODE: 'production',
    TRELLIS_SAMPLES: 'false',
    TRELLIS_SUBGRAPH_TRANSPORT: 'http',
    TRELLIS_SUBGRAPH_PORT: String(port),
    TRELLIS_LOG_LEVEL: 'silent',
    TRELLIS_OPERATOR_TENANT: OPERATORS,
    // All cells of a matrix come from one address here, and some thousands of them from one user.
    ...UNLIMITED,
    ...settings,
  });
  const app = createApp(config, { wrapStores: (stores) => noting(stores, touched) });
  await app.start();
  const authorityAt = async (now?: number) => {
    const at = now === undefined ? {} : { now: () => now };
    const authority = createTokenAuthority({ directory: join(directory, 'keys'), ...at });
    await authority.open();
    return authority;
  };
  const authority = await authorityAt();
  const token: Installation['token'] = (who = {}) =>
    authority.issue({
      principal: { subject: 'tester', tenant: 'acme', scopes: EVERY_SCOPE, ...who },
      audience: CLIENT_AUDIENCE,
      lifetimeSeconds: 600,
    });
  return {
    ...{ app, directory, authority, at: authorityAt, token },
    url: (path = '/graphql') => `${app.url()}${path}`,
    subgraphUrl: (name) => `http://127.0.0.1:${port}${subgraphPath(name)}`,
    ask: async (query, { variables, headers = {}, url = `${app.url()}/graphql`, ...given } = {}) => {
      const bearer = given.token === undefined ? await token() : given.token;
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
          ...headers,
        },
        body: JSON.stringify({ query, variables }),
      });
      return replyOf(response);
    },
    takeTouched: () => touched.splice(0),
    close: async () => {
      await app.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: jsonOf(text) };
}

function jsonOf(text: string): Data {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The audit log keeps refusals; leases, jobs and removals are looked at by the clock; gateways look keys up again. */
const OF_NOBODY = /^(audit|leases)\.|^jobs\.unfinished$|^removals\.left$|^apiKeys\.toCheck$/;

function noting(stores: Stores, touched: string[]): Stores {
  const note = (name: string) => {
    if (!OF_NOBODY.test(name)) touched.push(name);
  };
  const { graph } = stores;
  return {
    ...stores,
    graph: {
      ...graph,
      read: (statement, options) => {
        note(statement.name);
        return graph.read(statement, options);
      },
      write: (statements, options) => {
        const all = [...statements];
        for (const { name } of all) note(name);
        return graph.write(all, options);
      },
    },
  };
}
