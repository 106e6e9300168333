/** Trellis with backups, started by its command line, that may be killed at any moment and asked again. */

import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { createDevelopmentToken } from '../../cli/token.ts';
import { dataFolder, type Settings, startServer, stop } from '../cli/harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, which say what they expect.
export type Data = any;

export interface Installation {
  /** Its data folder. */
  readonly data: string;
  /** As whoever may do everything. */
  ask(query: string, variables?: Data): Promise<Data>;
  documents(collection: string): Promise<number>;
  /** Gives the backup's id once it is there. */
  backUp(scope: 'INSTALLATION' | 'TENANT'): Promise<string>;
  /** As `kill -9` does. */
  kill(): Promise<void>;
  /** On the same data; what runs is killed first. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startInstallation(given: Settings): Promise<Installation> {
  const [data, target] = [await dataFolder(), await dataFolder()];
  const settings = {
    TRELLIS_BACKUP_DIR: target,
    TRELLIS_BACKUP_KEY: randomBytes(32).toString('base64'),
    ...given,
  };
  let server = await startServer(data, settings);
  const kill = async () => void (await stop(server, 'SIGKILL'));
  const ask = async (query: string, variables: Data = {}): Promise<Data> => {
    const token = await createDevelopmentToken(join(data, 'keys'), {});
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data: found, errors } = (await response.json()) as Data;
    expect(errors).toBeUndefined();
    return found;
  };
  return {
    data,
    ask,
    documents: async (name) =>
      (await ask(`{ collection(name: "${name}") { documentCount } }`)).collection?.documentCount ?? 0,
    backUp: async (scope) => {
      const begin = `mutation { createBackup(input: { scope: ${scope} }) { backup { id } } }`;
      const { id } = (await ask(begin)).createBackup.backup;
      await until(async () => (await ask(`{ backup(id: "${id}") { state } }`)).backup.state === 'SUCCEEDED');
      return id;
    },
    kill,
    restart: async () => {
      await kill();
      server = await startServer(data, settings);
    },
    close: async () => {
      await kill();
      for (const folder of [data, target]) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Often enough to find a moment that is soon over. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(5);
}
