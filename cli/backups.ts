/** `trellis backup` and `trellis backups …`: begins, watches, lists, verifies and removes backups of a running server. */

import { Problem } from '../platform/errors.ts';
import type { Client } from './client.ts';
import { orSayWhatGoesOn, orTakeBack } from './interrupted.ts';
import { createLooks } from './looks.ts';
import type { Progress } from './progress.ts';

export interface BackupReport {
  readonly id: string;
  readonly scope: string;
  readonly tenant: string | null;
  readonly collection: string | null;
  readonly state: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly cutAt: string | null;
  readonly counts: readonly { readonly name: string; readonly count: number }[];
  readonly parts: number;
  readonly plainBytes: number;
  readonly storedBytes: number;
  readonly reusedBytes: number;
  readonly sealedBy: string | null;
  readonly problem: string | null;
  readonly isProven: boolean;
  readonly progress: { readonly step: string; readonly done: number; readonly total: number } | null;
  readonly verification: {
    readonly level: string;
    readonly verifiedAt: string;
    readonly findings: readonly string[];
  } | null;
}

const BACKUP = `id scope tenant collection state startedAt finishedAt cutAt counts { name count } parts plainBytes
  storedBytes reusedBytes sealedBy problem isProven progress { step done total } verification { level verifiedAt findings }`;

export interface Watching {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface BackupWish {
  readonly scope: string;
  readonly collection?: string;
}

/** Waits until it is over. Interrupted, it cancels the backup. */
export async function backUp(client: Client, wish: BackupWish, watching: Watching): Promise<BackupReport> {
  const input = { scope: wish.scope.toUpperCase(), collection: wish.collection ?? null };
  const { createBackup } = await client.run<{ readonly createBackup: { readonly backup: { id: string } } }>(
    'mutation CommandLineBackup($input: CreateBackupInput!) { createBackup(input: $input) { backup { id } } }',
    { input },
    { despiteStop: true },
  );
  const { id } = createBackup.backup;
  const undo = { what: `The backup ${id}`, takeBack: () => cancelBackup(client, id) };
  return orTakeBack(watching.signal, undo, () => settled(client, id, watching));
}

export async function verifyBackup(
  client: Client,
  id: string,
  level: string,
  watching: Watching,
): Promise<BackupReport> {
  await client.run(
    'mutation CommandLineVerify($input: VerifyBackupInput!) { verifyBackup(input: $input) { backup { id } } }',
    { input: { id, level: level.toUpperCase() } },
  );
  const goesOn = `The backup ${id} is verified to the end all the same; "trellis backups" tells how that ended.`;
  return orSayWhatGoesOn(watching.signal, goesOn, () => settled(client, id, watching));
}

async function cancelBackup(client: Client, id: string): Promise<void> {
  await client.run(
    'mutation CommandLineCancel($id: ID!) { cancelBackup(input: { id: $id }) { backup { id } } }',
    { id },
    { despiteStop: true },
  );
}

export interface Rewrapped {
  readonly id: string;
  readonly sealedBy: string | null;
  /** Why it was not done. */
  readonly problem: string | null;
}

/** One after the other; one that cannot be done keeps no other from it. */
export async function rewrapBackups(
  client: Client,
  ids: readonly string[],
  { progress, signal }: Watching,
): Promise<readonly Rewrapped[]> {
  const done: Rewrapped[] = [];
  try {
    for (const id of ids) {
      signal.throwIfAborted();
      progress.update(done.length, ids.length, id);
      done.push(await rewrapBackup(client, id));
    }
    return done;
  } finally {
    progress.stop();
  }
}

async function rewrapBackup(client: Client, id: string): Promise<Rewrapped> {
  try {
    const { rewrapBackup } = await client.run<{ readonly rewrapBackup: { readonly backup: BackupReport } }>(
      'mutation CommandLineRewrap($id: ID!) { rewrapBackup(input: { id: $id }) { backup { id sealedBy } } }',
      { id },
    );
    return { id, sealedBy: rewrapBackup.backup.sealedBy, problem: null };
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN')
      throw error;
    return { id, sealedBy: null, problem: `${error.code}: ${error.message}` };
  }
}

export function describeRewrapped(all: readonly Rewrapped[]): string {
  const lines = all.map(
    ({ id, sealedBy, problem }) =>
      `${id} · ${problem ?? `sealed by ${sealedBy ?? 'the current key, as far as it was written'}`}`,
  );
  const failed = all.filter(({ problem }) => problem !== null).length;
  const total = `${all.length - failed} of ${all.length} are sealed by the current key.`;
  return [
    ...lines,
    failed === 0 ? total : `${total} Keep the key before until the others are, or are deleted.`,
  ].join('\n');
}

export async function deleteBackup(client: Client, id: string): Promise<void> {
  await client.run('mutation CommandLineDelete($id: ID!) { deleteBackup(input: { id: $id }) { id } }', {
    id,
  });
}

async function settled(client: Client, id: string, { progress, signal }: Watching): Promise<BackupReport> {
  const nextLook = createLooks(signal);
  try {
    for (;;) {
      const { backup } = await client.run<{ readonly backup: BackupReport | null }>(
        `query CommandLineBackupState($id: ID!) { backup(id: $id) { ${BACKUP} } }`,
        { id },
      );
      if (backup === null) throw new Problem('NOT_FOUND', `The backup ${id} is gone.`);
      if (backup.state !== 'RUNNING' && backup.progress === null) return backup;
      const { done, total, step } = backup.progress ?? { done: 0, total: 0, step: 'beginning' };
      progress.update(done, total, step);
      await nextLook();
    }
  } finally {
    progress.stop();
  }
}

/** All of them, page by page. */
export async function listBackups(client: Client): Promise<readonly BackupReport[]> {
  const found: BackupReport[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { backups }: BackupsPage = await client.run<BackupsPage>(
      `query CommandLineBackups($after: String) {
        backups(first: 100, after: $after) { nodes { ${BACKUP} } pageInfo { hasNextPage endCursor } }
      }`,
      { after },
    );
    found.push(...backups.nodes);
    after = backups.pageInfo.endCursor;
    more = backups.pageInfo.hasNextPage;
  }
  return found;
}

interface BackupsPage {
  readonly backups: {
    readonly nodes: readonly BackupReport[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** Whether it is what was asked for. */
export function isGood({ state, problem, verification }: BackupReport): boolean {
  return state === 'SUCCEEDED' && problem === null && (verification?.findings.length ?? 0) === 0;
}

export function describeBackups(backups: readonly BackupReport[]): string {
  return backups.length === 0 ? 'There are no backups.' : backups.map(describeBackup).join('\n');
}

export function describeBackup(backup: BackupReport): string {
  const { id, state, cutAt, storedBytes, reusedBytes, sealedBy, problem, verification } = backup;
  const size = `${megabytes(storedBytes)} MB, of which ${megabytes(reusedBytes)} MB were there`;
  return [
    [
      ...[id, state, whatOf(backup), ...(cutAt === null ? [] : [`as of ${cutAt}`, size]), proofOf(backup)],
      ...(sealedBy === null ? [] : [`sealed by ${sealedBy}`]),
    ].join(' · '),
    ...(problem === null ? [] : [`    ${problem}`]),
    ...(verification?.findings ?? []).map((finding) => `    ${finding}`),
  ].join('\n');
}

function whatOf({ scope, tenant, collection }: BackupReport): string {
  if (scope === 'INSTALLATION') return 'the installation';
  return scope === 'TENANT' ? `tenant ${tenant}` : `collection ${collection} of ${tenant}`;
}

function proofOf({ state, isProven, verification }: BackupReport): string {
  if (state !== 'SUCCEEDED') return 'no backup';
  if (verification === null) return 'unproven: never restored';
  if (verification.findings.length > 0) return 'BAD';
  return isProven ? `proven ${verification.verifiedAt}` : `unproven: hashes good ${verification.verifiedAt}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
