/** A target that fails when it is told to: away from some call on, or breaking off in the middle of what it is given. */

import { Problem } from '../../platform/errors.ts';
import type { BackupTarget } from '../../stores/backup-targets/backup-target.ts';
import { folderProblem } from '../../stores/backup-targets/folder/folder-problems.ts';

export interface TargetFault {
  /** `full` only where there is no small disk to be filled. */
  readonly kind: 'away' | 'breaks off' | 'full';
  /** Calls, or puts, that still work. */
  readonly callsBefore: number;
}

export interface FailingTarget extends BackupTarget {
  arm(fault: TargetFault | null): void;
  /** Since it was armed last. */
  counts(): { readonly calls: number; readonly puts: number; readonly failed: number };
}

export function createFailingTarget(target: BackupTarget): FailingTarget {
  let fault: TargetFault | null = null;
  let [calls, puts, failed] = [0, 0, 0];
  const fail = (error: unknown): never => {
    failed += 1;
    throw error;
  };
  const called = () => {
    calls += 1;
    if (fault?.kind === 'away' && calls > fault.callsBefore) fail(away());
  };
  async function* cut(body: AsyncIterable<Uint8Array>) {
    for await (const piece of body) {
      yield piece.subarray(0, Math.ceil(piece.length / 2));
      fail(fault?.kind === 'full' ? full() : away());
    }
  }
  return {
    ...target,
    arm: (next) => {
      fault = next;
      [calls, puts, failed] = [0, 0, 0];
    },
    counts: () => ({ calls, puts, failed }),
    put: async (name, body, options) => {
      called();
      puts += 1;
      const isCut = fault !== null && fault.kind !== 'away' && puts > fault.callsBefore;
      return target.put(name, isCut ? cut(body) : body, options);
    },
    async *get(name, options) {
      called();
      yield* target.get(name, options);
    },
    stat: async (name, options) => {
      called();
      return target.stat(name, options);
    },
    async *list(prefix, options) {
      called();
      yield* target.list(prefix, options);
    },
    remove: async (name, options) => {
      called();
      return target.remove(name, options);
    },
  };
}

function away(): Problem {
  return new Problem('UNAVAILABLE', 'The target is away.');
}

function full(): unknown {
  const error = Object.assign(new Error('no space left'), { code: 'ENOSPC', syscall: 'write' });
  return folderProblem(error, 'target');
}
