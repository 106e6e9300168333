/**
 * The text of a refresh token: `trs_`, 16 characters that name its session, 43 that only its owner knows, 22 by which
 * the server knows its own. So a token that was used up is told apart from a guess, without keeping those used up.
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { digestOf } from './api-key.ts';
import type { ApiKeySecret } from './api-key-secret.ts';

export interface RefreshTokens {
  /** A new token for a session, or for a new one. */
  make(session?: string): RefreshToken;
  /** Null for what this server never made. */
  read(text: string): RefreshToken | null;
}

export interface RefreshToken {
  readonly text: string;
  /** Id of the session; no secret. */
  readonly session: string;
  /** What is stored of it: keyed, so that a copy of the graph alone is worth nothing. */
  readonly hash: string;
}

const FORM = /^trs_([A-Za-z0-9_-]{16})[A-Za-z0-9_-]{65}$/;
const SESSION_BYTES = 12;
const SECRET_BYTES = 32;
const SEAL_CHARS = 22;

export function createRefreshTokens(secret: Pick<ApiKeySecret, 'hashOf'>): RefreshTokens {
  const sealOf = (body: string) =>
    createHmac('sha256', secret.hashOf('seal of refresh tokens'))
      .update(body)
      .digest('base64url')
      .slice(0, SEAL_CHARS);
  const known = (text: string, session: string): RefreshToken => ({
    text,
    session,
    hash: secret.hashOf(`refresh token ${digestOf(text)}`),
  });
  return {
    make: (session = randomBytes(SESSION_BYTES).toString('base64url')) => {
      const body = `trs_${session}${randomBytes(SECRET_BYTES).toString('base64url')}`;
      return known(body + sealOf(body), session);
    },
    read: (text) => {
      const [, session] = FORM.exec(text) ?? [];
      if (session === undefined) return null;
      const [body, seal] = [text.slice(0, -SEAL_CHARS), text.slice(-SEAL_CHARS)];
      return timingSafeEqual(Buffer.from(sealOf(body)), Buffer.from(seal)) ? known(text, session) : null;
    },
  };
}
