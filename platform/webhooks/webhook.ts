/**
 * Notices to an address that the operator chose, signed as Standard Webhooks says, so that the receiver can tell them
 * from anybody else's. Sent in the clear to nobody but this machine, and never to where a redirect points.
 */

import { randomUUID } from 'node:crypto';
import { handleAll, IterableBackoff, retry } from 'cockatiel';
import { Webhook } from 'standardwebhooks';
import { request } from 'undici';
import { badInput, Problem } from '../errors.ts';
import { untilAborted } from '../until-aborted.ts';

export interface WebhookOptions {
  readonly url: string;
  /** `whsec_` and base64, or base64 alone. Asked for with each try. */
  readonly secret: () => string;
  readonly now?: () => Date;
  /** Before each try after the first, in ms. */
  readonly pausesMs?: readonly number[];
}

export interface SentWebhook {
  send(notice: { readonly type: string; readonly data: unknown }, signal: AbortSignal): Promise<void>;
}

/** About five minutes in all. */
const PAUSES_MS = [1_000, 5_000, 30_000, 120_000, 120_000];
const ANSWER_MS_MAX = 10_000;
const ANSWER_BYTES_MAX = 65_536;
const SECRET_BYTES_MIN = 24;

/** BAD_INPUT for an address that is neither https nor this machine's, and for a secret that is none. */
export function createWebhook(options: WebhookOptions): SentWebhook {
  const { url, now = () => new Date(), pausesMs = PAUSES_MS } = options;
  requireSafeUrl(url);
  requireSecret(options.secret());

  const retrying = retry(handleAll, {
    maxAttempts: pausesMs.length,
    backoff: new IterableBackoff(pausesMs),
  }).dangerouslyUnref();

  const post = async (id: string, body: string, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    const at = now();
    const { statusCode, body: answer } = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(options.secret()).sign(id, at, body),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
    });
    await answer.dump({ limit: ANSWER_BYTES_MAX }).catch(() => undefined);
    if (statusCode < 200 || statusCode > 299) throw new Error(`it answers ${statusCode}`);
  };
  return {
    send: async ({ type, data }, signal) => {
      // The same id for every try: the receiver may have taken one whose answer was lost.
      const id = `msg_${randomUUID()}`;
      const body = JSON.stringify({ type, timestamp: now().toISOString(), data });
      try {
        // A retry that waits does not hear of the abort.
        await untilAborted(
          retrying.execute(() => post(id, body, signal), signal),
          signal,
        );
      } catch (cause) {
        signal.throwIfAborted();
        throw takesNothing(url, cause);
      }
    },
  };
}

function takesNothing(url: string, cause: unknown): Problem {
  const { code, message } = cause as NodeJS.ErrnoException;
  const detail = `The webhook at ${new URL(url).host} takes nothing (${code ?? message}). See that it runs.`;
  return new Problem('UNAVAILABLE', detail, { cause });
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

function requireSafeUrl(url: string): void {
  const { protocol, hostname, username, password } = URL.canParse(url) ? new URL(url) : EMPTY;
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
  if (isSafe && username === '' && password === '') return;
  throw badInput('webhook', 'must be an https address without user and password, or http on this machine');
}

const EMPTY = { protocol: '', hostname: '', username: '', password: '' };

function requireSecret(secret: string): void {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (bytes.length >= SECRET_BYTES_MIN) return;
  throw badInput(
    'webhook secret',
    `must be ${SECRET_BYTES_MIN} bytes or more in base64, such as "openssl rand -base64 32" prints`,
  );
}
