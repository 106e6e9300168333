/** Signing keys by the clock: each process that signs looks whether the current one has signed long enough. */

import type { SigningKeys } from '../platform/auth/signing-keys/signing-keys.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';

/** How often it looks, in ms. */
const LOOK_EVERY_MS = 600_000;
const DAY_MS = 86_400_000;

export interface KeyRotationOptions {
  readonly keys: Pick<SigningKeys, 'rotateWhenOlder'>;
  /** How long a key signs, in days; 0: until somebody rotates it. */
  readonly days: number;
  readonly log: Log;
  readonly lookEveryMs?: number;
}

/** Of several processes of one folder only one rotates: the others find a current key that is new. */
export function createKeyRotation({ keys, days, log, lookEveryMs }: KeyRotationOptions): Part {
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    try {
      if (await keys.rotateWhenOlder(days * DAY_MS)) log.info({ days }, 'The signing key was rotated.');
    } catch (error) {
      log.error({ error }, 'The signing key could not be rotated; tried again in ten minutes.');
    }
  };
  return {
    name: 'key rotation',
    start: async () => {
      if (days === 0) return;
      await look();
      timer = setInterval(() => void look(), lookEveryMs ?? LOOK_EVERY_MS).unref();
    },
    close: async () => clearInterval(timer),
  };
}
