/** What is told of a backup while it is made, or where it failed. */

import { z } from 'zod';
import type { BackupProgress, BackupScope } from '../../model/backup.ts';
import { SCOPE } from './manifest.ts';

/** A backup as whoever makes it tells of it: until it succeeded, nothing else does. */
export interface SetStatus {
  readonly id: string;
  readonly scope: BackupScope;
  readonly state: 'RUNNING' | 'FAILED' | 'CANCELLED';
  readonly createdBy: string;
  readonly startedAt: string;
  /** When it was last told. */
  readonly toldAt: string;
  readonly progress: BackupProgress | null;
  readonly problem: string | null;
}

const STATUS = z.object({
  id: z.string(),
  scope: SCOPE,
  state: z.enum(['RUNNING', 'FAILED', 'CANCELLED']),
  createdBy: z.string(),
  startedAt: z.iso.datetime(),
  toldAt: z.iso.datetime(),
  progress: z.object({ step: z.string(), done: z.number(), total: z.number() }).nullable(),
  problem: z.string().nullable(),
}) satisfies z.ZodType<SetStatus>;

/** Null for what is none: it is not signed, and whatever is there must not keep others from being listed. */
export function readStatus(bytes: Uint8Array): SetStatus | null {
  try {
    return STATUS.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return null;
  }
}
