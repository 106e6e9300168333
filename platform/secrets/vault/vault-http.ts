/** The HTTP API of Vault and OpenBao: one request, bounded, its refusals told without anything secret. */

import { z } from 'zod';
import { Problem } from '../../errors.ts';

/** How long one answer may take, in ms. */
const ASK_MS_MAX = 10_000;
/** When to try again where it does not answer, in ms. */
const RETRY_AFTER_MS = 2_000;
const REASON_CHARS_MAX = 200;

export interface VaultRequest {
  readonly method: 'GET' | 'POST';
  /** Behind `/v1/`, its parts encoded. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Of whoever asks and may stop waiting. */
  readonly signal?: AbortSignal | undefined;
}

export interface VaultHttp {
  /** Without a token for logging in. Rejects with a {@link VaultRefusal}, or UNAVAILABLE where it does not answer. */
  ask(request: VaultRequest, token: string | null): Promise<unknown>;
}

/** It answered, and did not do it. */
export class VaultRefusal extends Error {
  readonly status: number;

  constructor(status: number, { path }: VaultRequest, reason: string) {
    super(`Vault refuses ${path} (${status}${reason === '' ? '' : `: ${reason}`})`);
    this.name = 'VaultRefusal';
    this.status = status;
  }
}

/** Mounts and paths may have slashes, which stay. */
export function pathOf(...parts: readonly string[]): string {
  return parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .map(encodeURIComponent)
    .join('/');
}

export function createVaultHttp(options: {
  readonly url: string;
  readonly namespace: string | undefined;
}): VaultHttp {
  const base = options.url.replace(/\/+$/, '');
  return {
    ask: async (request, token) => {
      const { signal } = request;
      const response = await fetch(`${base}/v1/${request.path}`, {
        method: request.method,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(ASK_MS_MAX), ...(signal === undefined ? [] : [signal])]),
        headers: headersOf(token, options.namespace),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      }).catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw unavailable(base, 'does not answer', cause);
      });
      const text = await response.text().catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw unavailable(base, 'broke off its answer', cause);
      });
      if (response.ok) return text === '' ? null : JSON.parse(text);
      const reason = reasonIn(text, secretsIn(request, token));
      if (response.status !== 429 && response.status < 500)
        throw new VaultRefusal(response.status, request, reason);
      throw unavailable(
        base,
        `cannot serve this now (${response.status}${reason === '' ? '' : `: ${reason}`})`,
      );
    },
  };
}

function headersOf(token: string | null, namespace: string | undefined): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-vault-request': 'true',
    ...(token === null ? {} : { 'x-vault-token': token }),
    ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
  };
}

function unavailable(base: string, what: string, cause?: unknown): Problem {
  return new Problem('UNAVAILABLE', `Vault at ${base} ${what}. Check TRELLIS_VAULT_URL and its log.`, {
    retryAfterMs: RETRY_AFTER_MS,
    ...(cause === undefined ? {} : { cause }),
  });
}

const REASONS = z.object({ errors: z.array(z.string()) });

/** What it says, short, on one line, and without anything that was sent to it. */
function reasonIn(text: string, secrets: readonly string[]): string {
  const [reason = ''] = REASONS.safeParse(parsed(text)).data?.errors ?? [];
  const clean = secrets.reduce((said, secret) => said.replaceAll(secret, '…'), reason);
  return clean.replace(/\s+/g, ' ').trim().slice(0, REASON_CHARS_MAX);
}

function secretsIn({ body = {} }: VaultRequest, token: string | null): readonly string[] {
  const sent = Object.values(body).filter((value) => typeof value === 'string');
  return [...sent, token ?? ''].filter((secret) => secret !== '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
