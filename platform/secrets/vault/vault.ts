/** What is taken from Vault or OpenBao: the fields of one secret, and the wrapping of keys. */

import { z } from 'zod';
import { Problem } from '../../errors.ts';
import type { HealthProbe } from '../../health.ts';
import { probeHealth } from '../../health-probe.ts';
import type { Log } from '../../log.ts';
import type { KeyWrapper } from '../../sealing/key-wrapper.ts';
import type { VaultSettings } from './settings.ts';
import { createTransit } from './transit.ts';
import { createVaultHttp, pathOf, VaultRefusal } from './vault-http.ts';
import { createVaultSession, type VaultSessionOptions } from './vault-session.ts';

export interface Vault extends HealthProbe {
  /** The secret's fields that are texts, in its newest version; none where no secret is named. Rejects with UNAVAILABLE. */
  fields(): Promise<ReadonlyMap<string, string>>;
  /** Null where no key of the transit engine is named. */
  readonly keyWrapper: KeyWrapper | null;
  close(): Promise<void>;
}

export interface VaultOptions {
  readonly url: string;
  readonly settings: VaultSettings;
  readonly credential: VaultSessionOptions['credential'];
  readonly log: Log;
}

const SECRET = z.object({ data: z.object({ data: z.record(z.string(), z.unknown()) }) });
const HEALTH = z.object({ version: z.string() });

export function createVault({ url, settings, credential, log }: VaultOptions): Vault {
  const http = createVaultHttp({ url, namespace: settings.VAULT_NAMESPACE });
  const session = createVaultSession({ http, settings, credential, log });
  const { VAULT_KV_PATH: path, VAULT_KV_MOUNT: mount } = settings;
  const { VAULT_TRANSIT_KEY, VAULT_TRANSIT_PREVIOUS_KEYS, VAULT_TRANSIT_MOUNT: transitMount } = settings;
  // Where keys are no longer wrapped there, what was may still have to be opened.
  const [current, ...previous] = [VAULT_TRANSIT_KEY ?? [], VAULT_TRANSIT_PREVIOUS_KEYS].flat();
  let version = '';
  return {
    fields: async () => {
      if (path === undefined) return new Map();
      const answer = await session
        .ask({ method: 'GET', path: pathOf(mount, 'data', path) })
        .catch((error: unknown) => {
          throw error instanceof VaultRefusal ? unreadable(`${mount}/${path}`, error) : error;
        });
      const { data } = SECRET.parse(answer).data;
      return new Map(
        Object.entries(data).filter((field): field is [string, string] => typeof field[1] === 'string'),
      );
    },
    keyWrapper:
      current === undefined ? null : createTransit({ session, mount: transitMount, current, previous }),
    health: async () => {
      const report = await probeHealth('vault', 'Vault', async () => {
        const answer = HEALTH.parse(await http.ask({ method: 'GET', path: 'sys/health' }, null));
        version = ` ${answer.version}`;
      });
      if (report.state === 'UP') return { ...report, engine: `Vault${version}` };
      // What was read is kept, so nothing stops without it.
      return { ...report, state: 'DEGRADED' };
    },
    close: () => session.close(),
  };
}

function unreadable(where: string, cause: VaultRefusal): Problem {
  const reason =
    cause.status === 404
      ? 'has no such secret, or its newest version was deleted'
      : `does not give it (${cause.message})`;
  return new Problem(
    'UNAVAILABLE',
    `The secrets are to be read from ${where}, and Vault ${reason}. Check TRELLIS_VAULT_KV_MOUNT, TRELLIS_VAULT_KV_PATH and the policy.`,
    { cause },
  );
}
