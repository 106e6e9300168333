/** Signing keys from one rotation to the next, through the gateway, as an operator meets them. */

import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Data, type Scenario, startScenario } from './harness.ts';

const LIST = '{ signingKeys { id algorithm state createdAt currentAt keptUntil revokedAt } }';
const ROTATE =
  'mutation ($current: ID) { rotateSigningKey(input: { current: $current }) { signingKeys { id state } } }';
const REVOKE =
  'mutation ($id: ID!) { revokeSigningKey(input: { id: $id }) { signingKeys { id state revokedAt } } }';
const VIEWER = '{ viewer { subject } }';

let trellis: Scenario;
beforeAll(async () => {
  trellis = await startScenario();
});
afterAll(() => trellis?.close());

const states = (keys: readonly Data[]) => keys.map(({ state }) => state);
const idOf = (keys: readonly Data[], state: string) => keys.find((key) => key.state === state)?.id;
const published = async () => {
  const response = await fetch(`${trellis.app.url()}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { readonly keys: readonly Data[] };
  return keys;
};
async function eventually<Value>(
  get: () => Promise<Value>,
  holds: (value: Value) => boolean,
): Promise<Value> {
  for (;;) {
    const value = await get();
    if (holds(value)) return value;
    await delay(50);
  }
}
async function rotate(): Promise<readonly Data[]> {
  const { data } = await eventually(
    () => trellis.run(ROTATE),
    ({ errors }) => errors[0]?.extensions.retryAfterMs === undefined,
  );
  return data.rotateSigningKey.signingKeys;
}

test('a rotation under load refuses nobody, and what stood by signs then', async () => {
  const before = await trellis.token();
  const { data } = await trellis.run(LIST);
  expect(states(data.signingKeys)).toEqual(['STANDBY', 'CURRENT']);
  const standby = idOf(data.signingKeys, 'STANDBY');
  expect((await published()).map(({ kid }) => kid)).toContain(standby);
  const rotated = { is: false };
  const load = Array.from({ length: 4 }, async () => {
    const outcomes = new Set<string>();
    while (!rotated.is) {
      const { status, errors } = await trellis.run(VIEWER, {}, before);
      outcomes.add(`${status} ${errors.length}`);
    }
    return [...outcomes];
  });
  const keys = await rotate();
  const again = await trellis.run(ROTATE, { current: idOf(data.signingKeys, 'CURRENT') });
  expect(again.data.rotateSigningKey.signingKeys).toEqual(keys);
  expect(states(keys)).toEqual(['STANDBY', 'CURRENT', 'PREVIOUS']);
  expect(idOf(keys, 'CURRENT')).toBe(standby);
  // Longer than it takes the gateway to notice.
  await delay(1_500);
  rotated.is = true;
  expect(await Promise.all(load)).toEqual(Array(4).fill(['200 0']));
  expect((await trellis.run(VIEWER, {}, before)).data.viewer.subject).toBe('tester');
  expect((await published())[0]).not.toHaveProperty('d');
});

test('a revoked key takes its tokens along, and those of the next one are taken', async () => {
  const before = await trellis.token();
  const { data } = await trellis.run(LIST);
  const current = idOf(data.signingKeys, 'CURRENT');
  const revoked = await trellis.run(REVOKE, { id: current });
  expect(revoked.errors).toEqual([]);
  expect(revoked.data.revokeSigningKey.signingKeys).toContainEqual({
    id: current,
    state: 'REVOKED',
    revokedAt: expect.any(String),
  });
  const refused = await eventually(
    () => trellis.run(VIEWER, {}, before),
    ({ status }) => status === 401,
  );
  expect(refused.errors[0]).toMatchObject({
    message: expect.stringMatching(/signed with a key that is not ours/),
    extensions: { code: 'UNAUTHENTICATED' },
  });
  expect((await published()).map(({ kid }) => kid)).not.toContain(current);
  expect((await trellis.run(VIEWER)).data.viewer.subject).toBe('tester');
});

test.each([
  ['no scope for keys', { scopes: ['admin:read', 'admin:data'] as const }],
  ['every scope in a tenant of its own', { tenant: 'rival' }],
])('who has %s does not touch them', async (_, who) => {
  const token = await trellis.token(who);
  for (const [operation, variables] of [
    [LIST, {}],
    [ROTATE, {}],
    [REVOKE, { id: 'x' }],
  ] as const) {
    const { errors } = await trellis.run(operation, variables, token);
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
  }
  const { errors } = await trellis.run(REVOKE, { id: 'nonsense' });
  expect(errors[0]).toMatchObject({
    message: expect.stringMatching(/"nonsense"/),
    extensions: { code: 'NOT_FOUND' },
  });
});
