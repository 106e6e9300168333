/** Proves a backup: that every part is as it was written, or that a restore gives back what was backed up. */

import type { BackupProgress, BackupVerification, VerificationLevel } from '../../model/backup.ts';
import { Problem } from '../../platform/errors.ts';
import type { Installation } from '../move/installation.ts';
import { compareRestored } from './compare-restored.ts';
import { checkPart } from './read-set.ts';
import { restoreSet } from './restore-set.ts';
import type { OpenedSet, SetStore } from './set-store.ts';

/** An empty installation, open, for vectors as the set has them; `discard` closes it and leaves nothing. */
export type ScratchMaker = (
  set: OpenedSet,
) => Promise<Installation & { readonly discard: () => Promise<void> }>;

export interface VerifyTools {
  readonly sets: SetStore;
  readonly set: OpenedSet;
  readonly level: VerificationLevel;
  readonly makeScratch: ScratchMaker;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly onProgress: (progress: BackupProgress) => void;
}

/** Findings of a kind that are told one by one. */
const FINDINGS_MAX = 20;

/** Keeps what it found on the backup. Rejects only where it could not look. */
export async function verifySet(tools: VerifyTools): Promise<BackupVerification> {
  const { sets, set, now } = tools;
  const { level, findings } = await look(tools);
  const verification = {
    level,
    verifiedAt: now().toISOString(),
    findings: findings.slice(0, FINDINGS_MAX),
  };
  await sets.saveVerification(set, verification);
  return verification;
}

type Found = Pick<BackupVerification, 'level' | 'findings'>;

/** A restore reads every part, each verified as it is: only where one is damaged, all are looked at for themselves. */
async function look(tools: VerifyTools): Promise<Found> {
  if (tools.level === 'HASHES') return { level: 'HASHES', findings: await checkParts(tools) };
  try {
    return { level: 'RESTORE', findings: await tryRestore(tools) };
  } catch (error) {
    const finding = toFinding(error);
    const damaged = await checkParts(tools);
    return damaged.length > 0
      ? { level: 'HASHES', findings: damaged }
      : { level: 'RESTORE', findings: [finding] };
  }
}

async function checkParts({ sets, set, signal, onProgress }: VerifyTools): Promise<readonly string[]> {
  const findings: string[] = [];
  const { parts } = set.manifest;
  for (const [at, part] of parts.entries()) {
    onProgress({ step: 'parts', done: at, total: parts.length });
    const finding = await checkPart(part, { target: sets.target, set, signal }).catch(toFinding);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

async function tryRestore({
  sets,
  set,
  signal,
  onProgress,
  makeScratch,
}: VerifyTools): Promise<readonly string[]> {
  const scratch = await makeScratch(set);
  try {
    await restoreSet({
      ...{ target: sets.target, set, to: scratch, signal },
      onProgress: (step, done, total) => onProgress({ step, done, total }),
    });
    // Which nothing is restored of here.
    for (const part of set.manifest.parts)
      if (part.kind === 'files') await checkPart(part, { target: sets.target, set, signal });
    return await compareRestored(set.manifest, scratch, {
      signal,
      onProgress: (done, total) => onProgress({ step: 'comparing', done, total }),
    });
  } finally {
    await scratch.discard();
  }
}

/** What is wrong with the backup; whatever else went wrong tells nothing about it. */
function toFinding(error: unknown): string {
  if (error instanceof Problem && error.code === 'BACKUP_DAMAGED') return error.message;
  throw error;
}
