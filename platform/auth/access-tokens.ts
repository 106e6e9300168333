/**
 * Access tokens for those who signed in. The process that checks passwords need not have a gateway: it signs with the
 * keys of the folder that it shares with them, which it reads when it first needs them.
 */

import type { Principal } from '../../model/principal.ts';
import { CLIENT_AUDIENCE, signToken } from './signed-token.ts';
import type { SigningKeys } from './signing-keys/signing-keys.ts';

export interface AccessToken {
  readonly text: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

export interface AccessTokens {
  /** Rejects with UNAVAILABLE, saying what to set, where this process has no signing keys. */
  issue(principal: Principal): Promise<AccessToken>;
}

export interface AccessTokensOptions {
  readonly keys: Pick<SigningKeys, 'open' | 'current'>;
  readonly lifetimeSeconds: number;
  readonly now: () => Date;
}

export function createAccessTokens({ keys, lifetimeSeconds, now }: AccessTokensOptions): AccessTokens {
  let opening: Promise<void> | null = null;
  const opened = async (): Promise<void> => {
    // Never made here: a gateway that has another folder would not know them.
    opening ??= keys.open({ make: false });
    await opening.catch((error: unknown) => {
      opening = null;
      throw error;
    });
  };
  return {
    issue: async (principal) => {
      await opened();
      const at = Math.floor(now().getTime() / 1_000);
      const request = { principal, audience: CLIENT_AUDIENCE, lifetimeSeconds };
      return {
        text: await signToken(await keys.current(), request, at),
        expiresAt: new Date((at + lifetimeSeconds) * 1_000).toISOString(),
      };
    },
  };
}
