/** An installation whose backups are restored into itself while it runs, and what is asked of it over GraphQL meanwhile. */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Data, type Scenario, type ScenarioOptions, startScenario } from './harness.ts';

export const RESTORE =
  'id state notice problem cutAt switchedAt receipt { restored erased } progress { step }';

/** What a client may be told while it switches. */
const COME_AGAIN = { code: 'UNAVAILABLE', retryAfterMs: expect.any(Number) };

/** With a folder for backups, which goes with it. */
export async function startWithBackups({ settings, ...options }: ScenarioOptions): Promise<Scenario> {
  const folder = await mkdtemp(join(tmpdir(), 'trellis-backups-'));
  const key = randomBytes(32).toString('base64');
  const trellis = await startScenario({
    ...options,
    settings: { ...settings, TRELLIS_BACKUP_DIR: folder, TRELLIS_BACKUP_KEY: key },
  });
  return {
    ...trellis,
    // It is another one behind a restart.
    get app() {
      return trellis.app;
    },
    close: async () => {
      await trellis.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function until<Value>(look: () => Promise<Value | null>): Promise<Value> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await delay(20);
  }
}

/** `trellis` is asked for at each call, for it is started when these are there already. */
export function restoringIn(trellis: () => Scenario) {
  const run = async (query: string, variables: Data = {}): Promise<Data> => {
    const { data, errors } = await trellis().run(query, variables);
    expect(errors).toEqual([]);
    return data;
  };
  /** Null where it says to come again, or another part has not followed yet. */
  const tried = async (query: string, variables: Data = {}): Promise<Data | null> => {
    const { data, errors } = await trellis().run(query, variables);
    for (const { extensions } of errors) expect(extensions).toMatchObject(COME_AGAIN);
    return errors.length === 0 ? data : null;
  };
  return {
    run,
    tried,
    backedUp: async (): Promise<string> => {
      const { createBackup } = await run(
        'mutation { createBackup(input: { scope: INSTALLATION }) { backup { id } } }',
      );
      const { id } = createBackup.backup;
      return until(async () => {
        const { backup } = await run('query ($id: ID!) { backup(id: $id) { state problem } }', { id });
        expect(backup.problem).toBeNull();
        return backup.state === 'SUCCEEDED' ? id : null;
      });
    },
    /** The mutation of that name; gives the restore. */
    asked: async (name: string, input: Data): Promise<Data> => {
      const type = name === 'restoreBackup' ? 'RestoreBackupInput' : 'RestoreInput';
      const query = `mutation ($input: ${type}!) { ${name}(input: $input) { restore { ${RESTORE} } } }`;
      return (await run(query, { input }))[name].restore;
    },
    /** Gives the restore once it is in that state; whatever is answered meanwhile is the restore, or says to come again. */
    over: (id: string, state: string): Promise<Data> =>
      until(async () => {
        const data = await tried(`query ($id: ID!) { restore(id: $id) { ${RESTORE} } }`, { id });
        expect(['FAILED', 'CANCELLED']).not.toContain(data?.restore.state);
        return data?.restore.state === state ? data.restore : null;
      }),
    erased: async (name: string): Promise<void> => {
      const erase = `mutation { eraseSubject(input: { names: ["${name}"], reason: "asked for" }) { documentIds } }`;
      expect((await run(erase)).eraseSubject.documentIds).toHaveLength(1);
    },
    /** Refused, for another restore is there. */
    refusesAnother: async (backup: string): Promise<void> => {
      const { errors } = await trellis().run(
        'mutation ($input: RestoreBackupInput!) { restoreBackup(input: $input) { restore { id } } }',
        { input: { backup, scope: 'INSTALLATION' } },
      );
      expect(errors[0].extensions.code).toBe('CONFLICT');
    },
    /** Refused, for nothing of it is left. */
    refusesSwitch: async (id: string): Promise<void> => {
      const { errors } = await trellis().run(
        'mutation ($id: ID!) { switchRestore(input: { id: $id }) { restore { id } } }',
        { id },
      );
      expect(errors[0].extensions.code).toBe('CONFLICT');
    },
  };
}
