/**
 * What there is to know of restores of the whole installation: a small file for each, beside the engines. Not in the
 * graph, which is what a restore replaces.
 */

import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { NOTHING_RESTORED, type Restore } from '../../model/restore.ts';
import { Problem } from '../../platform/errors.ts';
import { replaceFile } from '../../platform/replace-file.ts';

export interface RestoreRecords {
  /** All of them, the newest first. */
  list(): Promise<readonly Restore[]>;
  /** Null where there is none. */
  get(id: string): Promise<Restore | null>;
  put(restore: Restore): Promise<void>;
}

const RESTORE = z.object({
  id: z.string(),
  backup: z.string(),
  state: z.enum([
    'RUNNING',
    'READY',
    'SWITCHING',
    'SWITCHED',
    'CONFIRMED',
    'REVERTING',
    'REVERTED',
    'FAILED',
    'CANCELLED',
  ]),
  requestedBy: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  switchedAt: z.string().nullable(),
  cutAt: z.string(),
  problem: z.string().nullable(),
  restored: z.number(),
  erased: z.number(),
  treatments: z.array(z.string()).default([]),
  held: z.number().default(0),
});

export function createRestoreRecords(dataFolder: string): RestoreRecords {
  const folder = join(dataFolder, 'restores');
  const get = async (id: string): Promise<Restore | null> => {
    if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(id)) return null;
    const text = await nullWhereAbsent(readFile(join(folder, `${id}.json`), 'utf8'));
    return text === null ? null : parse(text);
  };
  return {
    get,
    list: async () => {
      const names = (await nullWhereAbsent(readdir(folder))) ?? [];
      const ids = names.flatMap((name) => /^([A-Za-z0-9-]+)\.json$/.exec(name)?.[1] ?? []);
      const found = await Promise.all(ids.toSorted().toReversed().map(get));
      return found.filter((restore) => restore !== null);
    },
    put: async ({ receipt, scope: _, mode: __, withAccess: ___, progress: ____, ...kept }) => {
      await mkdir(folder, { recursive: true });
      const { restored, erased, treatments, held } = receipt;
      await replaceFile(
        join(folder, `${kept.id}.json`),
        JSON.stringify({ ...kept, restored, erased, treatments, held }),
      );
    },
  };
}

function parse(text: string): Restore {
  const { restored, erased, treatments, held, ...kept } = RESTORE.parse(JSON.parse(text));
  return {
    ...kept,
    scope: { kind: 'INSTALLATION' },
    mode: null,
    withAccess: true,
    progress: null,
    receipt: { ...NOTHING_RESTORED, restored, erased, treatments, held },
  };
}

export function noSuchRestore(id: string): Problem {
  return new Problem(
    'NOT_FOUND',
    `There is no restore ${id.slice(0, 64)}. "restores" lists those that there are.`,
  );
}

async function nullWhereAbsent<Value>(reading: Promise<Value>): Promise<Value | null> {
  return reading.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
}
