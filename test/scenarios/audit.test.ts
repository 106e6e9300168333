/** The audit log through the gateway: what is done and what is refused, by whom and from where, and that it is whole. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeApiKey } from '../../platform/auth/api-key.ts';
import { type Data, type Scenario, startScenario, TRANSPORTS } from './harness.ts';

const LOG = `query ($filter: AuditFilter, $first: Int, $after: String) {
  auditLog(filter: $filter, first: $first, after: $after) {
    nodes { actor apiKey address action targets outcome code count requestId }
    pageInfo { hasNextPage endCursor }
  }
}`;
const VERIFY = '{ auditVerification { intact faults { segment sequence reason } } }';
const COLLECTION =
  'mutation ($name: String!) { createCollection(input: { name: $name }) { collection { id } } }';

describe.each(TRANSPORTS)('the audit log, with subgraphs over %s', (transport) => {
  let trellis: Scenario;
  beforeAll(async () => {
    trellis = await startScenario({ transport, settings: { TRELLIS_OPERATOR_TENANT: 'operators' } });
  });
  afterAll(() => trellis?.close());

  const read = async (filter: Data = {}, tenant = 'acme'): Promise<readonly Data[]> => {
    const token = await trellis.token({ tenant, scopes: ['admin:audit'] });
    const { data, errors } = await trellis.run(LOG, { filter, first: 100 }, token);
    expect(errors).toEqual([]);
    return data.auditLog.nodes;
  };

  test('has a mutation as soon as it is answered: who, what, from where, and what came of it', async () => {
    await trellis.run(COLLECTION, { name: 'papers' });
    await trellis.run(COLLECTION, { name: 'papers' });
    const entries = await read({ action: 'Mutation.createCollection' });
    const entry = { actor: 'tester', apiKey: null, address: '127.0.0.1', targets: ['papers'], count: 1 };
    expect(entries).toMatchObject([
      { ...entry, outcome: 'FAILED', code: 'CONFLICT' },
      { ...entry, outcome: 'DONE', code: null },
    ]);
    expect(entries[0].requestId).toMatch(/^[\w-]{8,}$/);
  });

  test('has uploads, and what a key did, by the key', async () => {
    const { data } = await trellis.run(
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret key { id } } }',
      { input: { name: 'ci', scopes: ['documents:write'] } },
    );
    const { secret, key } = data.createApiKey;
    const response = await fetch(`${trellis.app.url()}/ingest?collection=papers&key=a`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'x-api-key': secret },
      body: 'Ada Lovelace wrote about the engine.',
    });
    expect(response.status).toBe(202);
    expect(await read({ apiKey: key.id })).toMatchObject([
      { action: 'POST /ingest', actor: `key:${key.id}`, targets: ['papers', 'a'], outcome: 'DONE' },
    ]);
    expect(await read({ action: 'Mutation.createApiKey' })).toMatchObject([{ targets: ['ci', key.id] }]);
    expect(JSON.stringify(await read())).not.toContain(secret);
  });

  test('has refusals: of fields, of mutations, and of credentials; a flood of them as one', async () => {
    const weak = await trellis.token({ scopes: ['graph:read'] });
    await trellis.run('{ health { state } }', {}, weak);
    await trellis.run(COLLECTION, { name: 'mine' }, weak);
    await Promise.all(Array.from({ length: 20 }, () => trellis.run('{ health { state } }', {}, weak)));
    await expect
      .poll(async () =>
        (await read({ outcome: 'REFUSED' })).map(({ action, code }) => `${action} ${code}`).toSorted(),
      )
      .toEqual(['Mutation.createCollection FORBIDDEN', 'Query.health FORBIDDEN']);
    for (const credentials of ['not.a.token', makeApiKey('LIVE')])
      await trellis.run('{ viewer { tenant } }', {}, credentials);
    // What belongs to no tenant is shown to those who run the installation, and to nobody else.
    await expect
      .poll(async () => (await read({ action: 'authenticate' }, 'operators')).length)
      .toBeGreaterThan(0);
    const [entry] = await read({ action: 'authenticate' }, 'operators');
    expect(entry).toMatchObject({
      actor: null,
      address: '127.0.0.1',
      outcome: 'REFUSED',
      code: 'UNAUTHENTICATED',
    });
    expect(await read({ action: 'authenticate' })).toEqual([]);
  });

  test('keeps tenants apart, and asks for a scope of its own', async () => {
    expect(await read({}, 'globex')).toEqual([]);
    const { errors } = await trellis.run(
      LOG,
      {},
      await trellis.token({ scopes: ['admin:read', 'admin:keys'] }),
    );
    expect(errors[0].extensions.code).toBe('FORBIDDEN');
  });

  test('is read page by page, the latest first', async () => {
    for (const name of ['p1', 'p2', 'p3']) await trellis.run(COLLECTION, { name });
    const filter = { action: 'Mutation.createCollection', outcome: 'DONE' };
    const first = await trellis.run(LOG, { filter, first: 2 });
    const { nodes, pageInfo } = first.data.auditLog;
    expect(nodes.map(({ targets }: Data) => targets[0])).toEqual(['p3', 'p2']);
    const second = await trellis.run(LOG, { filter, first: 2, after: pageInfo.endCursor });
    expect(second.data.auditLog.nodes.map(({ targets }: Data) => targets[0])).toEqual(['p1', 'papers']);
    expect(second.data.auditLog.pageInfo.hasNextPage).toBe(false);
  });

  test('is not led astray by a cursor that a client made up', async () => {
    const made = (moment: string) => Buffer.from(JSON.stringify([moment])).toString('base64url');
    await trellis.takeCalls();
    const future = await trellis.run(LOG, { first: 5, after: made('9999-12-31T00:00:00.000Z') });
    expect(future.errors).toEqual([]);
    // As many looks as the time between "since" and "until" needs, not as many as lie between now and then.
    const listed = (await trellis.takeCalls()).filter((name) => name === 'graph.audit.listed');
    expect(listed.length).toBeLessThan(20);
    const { errors } = await trellis.run(LOG, { first: 5, after: made('never') });
    expect(errors[0].extensions.code).toBe('BAD_INPUT');
  });

  test('is whole, also over a restart', async () => {
    const before = await read();
    await trellis.restart();
    await trellis.run(COLLECTION, { name: 'after' });
    expect((await trellis.run(VERIFY)).data).toEqual({ auditVerification: { intact: true, faults: [] } });
    expect((await read()).length).toBeGreaterThan(before.length);
  });
});
