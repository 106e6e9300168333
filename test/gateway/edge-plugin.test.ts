/** What becomes of an operation whose cost cannot be taken: that is nobody's refusal. */

import { ApolloServer } from '@apollo/server';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { createAuthenticator } from '../../gateway/credentials/authenticate.ts';
import type { Refusal, Refusals } from '../../gateway/credentials/refusals.ts';
import { createEdgePlugin } from '../../gateway/edge-plugin.ts';
import { createErrorFormat } from '../../gateway/error-format.ts';
import { LimitReached, type Spending } from '../../gateway/limits/spending.ts';
import { createGatewayMetrics } from '../../gateway/metrics.ts';
import type { GatewayContext } from '../../gateway/request-context.ts';
import { createTrustedDocuments } from '../../gateway/trusted-documents/trusted-documents.ts';
import { Problem } from '../../platform/errors.ts';
import { createLog } from '../../platform/log.ts';
import { PRINCIPAL, silent } from './harness.ts';

const CONTEXT: GatewayContext = {
  ...{
    principal: PRINCIPAL,
    allowances: [],
    address: '192.0.2.1',
    seesSchema: false,
    requestId: 'asked-once',
  },
  ...{ deadline: 0, timeoutMs: 1_000, signal: new AbortController().signal },
};

/** What is answered, what the audit log hears of and what the process's own log has. */
async function askWhere(spend: Spending['spend']) {
  const noted: Refusal[] = [];
  const lines: string[] = [];
  const apollo = new ApolloServer<GatewayContext>({
    schema: buildSchema('type Query { a(first: Int): Int }'),
    formatError: createErrorFormat(createLog({ level: 'error' }, { write: (line) => void lines.push(line) })),
    plugins: [
      createEdgePlugin({
        metrics: createGatewayMetrics(),
        spending: { open: () => undefined, spend, close: () => undefined },
        trusted: createTrustedDocuments({ mode: 'off', file: undefined, refusals: null, log: silent }),
        refusals: recording(noted),
      }),
    ],
  });
  const { http, body } = await apollo.executeOperation({ query: '{ a }' }, { contextValue: CONTEXT });
  await apollo.stop();
  const [error] = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
  return { status: http.status, error, noted, lines };
}

function recording(noted: Refusal[]): Refusals {
  const ignore = () => undefined;
  return {
    note: (refusal) => void noted.push(refusal),
    recognise: ignore,
    noteAnswer: () => ignore,
    close: async () => undefined,
  };
}

test('a limit that is reached is a refusal, by whoever it was', async () => {
  const reached = new LimitReached('Wait.', [], { retryAfterMs: 1, violatedPolicies: ['user-points'] });
  const { status, noted } = await askWhere(() => Promise.reject(reached));
  expect(status).toBe(429);
  expect(noted).toMatchObject([{ actor: 'ada', action: 'spend', problem: { code: 'TOO_MANY_REQUESTS' } }]);
});

test.each([
  [new Problem('UNAVAILABLE', 'Nobody counts.', { retryAfterMs: 2_000 }), 503, 'UNAVAILABLE'],
  [new Problem('TIMEOUT', 'Too late.'), 504, 'TIMEOUT'],
  [new DOMException('Gone.', 'AbortError'), 499, 'CANCELLED'],
])('where the cost cannot be taken (%s) nobody is refused', async (outage, expected, code) => {
  const { status, error, noted } = await askWhere(() => Promise.reject(outage));
  expect(status).toBe(expected);
  expect(error?.extensions?.['code']).toBe(code);
  expect(noted).toEqual([]);
});

test('a mistake of ours on the way is in the log that its answer points to, and in no list of refusals', async () => {
  const { status, error, noted, lines } = await askWhere(() => Promise.reject(new Error('buckets leak')));
  expect(status).toBe(500);
  expect(error?.message).not.toContain('leak');
  expect(noted).toEqual([]);
  expect(lines.join()).toContain('buckets leak');
});

test('credentials that are none are refused as such also where nobody can count it', async () => {
  const noted: Refusal[] = [];
  const refuse = () => Promise.reject(new Problem('UNAUTHENTICATED', 'It is none.'));
  const authenticator = createAuthenticator({
    authority: { verify: refuse, verifyUntil: refuse },
    ...{ outside: null, keys: null, sessions: null, operatorTenant: 'operators' },
    addressOf: () => '192.0.2.1',
    refusals: recording(noted),
    charge: () => Promise.reject(new Problem('UNAVAILABLE', 'Nobody counts.')),
  });
  const asked = { authorization: 'Bearer x.y.z', apiKey: undefined, address: '192.0.2.1' };
  await expect(authenticator.identify(asked)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(noted).toMatchObject([{ action: 'authenticate', problem: { code: 'UNAUTHENTICATED' } }]);
});
