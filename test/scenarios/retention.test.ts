import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Data, type Scenario, startScenario, TRANSPORTS } from './harness.ts';

describe.each(TRANSPORTS)('keeping, holding and erasing, with subgraphs over %s', (transport) => {
  let trellis: Scenario;
  beforeAll(async () => {
    trellis = await startScenario({ transport });
    await trellis.ingest('mail', [
      { key: 'a', content: 'Ada Lovelace met Charles Babbage.', metadata: { customer: '17' } },
      { key: 'b', content: 'Charles Babbage built an engine.' },
    ]);
  });
  afterAll(() => trellis?.close());

  test('a policy is set, told beforehand, listed and taken away', async () => {
    const { data, errors } = await trellis.run(
      `mutation ($input: RetentionPolicyInput!) { setRetentionPolicy(input: $input) {
        policy { name collection days deleted metadata { key in } lastRunAt } } }`,
      { input: { name: 'mail', collection: 'mail', days: 90, metadata: [{ key: 'customer', in: ['17'] }] } },
    );
    expect(errors).toEqual([]);
    expect(data.setRetentionPolicy.policy).toEqual({
      name: 'mail',
      collection: 'mail',
      days: 90,
      deleted: 0,
      metadata: [{ key: 'customer', in: ['17'] }],
      lastRunAt: null,
    });
    const told = await trellis.run(
      '{ retentionPolicies { name } retentionPreview(days: 1) { documents held documentIds } }',
    );
    expect(told.data).toEqual({
      retentionPolicies: [{ name: 'mail' }],
      retentionPreview: { documents: 0, held: 0, documentIds: [] },
    });
    const gone = await trellis.run('mutation { deleteRetentionPolicy(input: { name: "mail" }) { name } }');
    expect(gone.data.deleteRetentionPolicy.name).toBe('mail');
  });

  test('a hold keeps an erasure off; released, the receipt says what went and that nothing is left', async () => {
    const hold = await trellis.run(
      `mutation { placeLegalHold(input: { name: "case", reason: "a lawsuit", metadata: [{ key: "customer", in: ["17"] }] }) {
        hold { name reason metadata { key in } createdBy } } }`,
    );
    expect(hold.data.placeLegalHold.hold).toMatchObject({ name: 'case', reason: 'a lawsuit' });
    const plan = await trellis.run('{ erasurePlan(names: ["Ada Lovelace"]) { documentIds held { hold } } }');
    expect(plan.data.erasurePlan).toMatchObject({
      documentIds: [expect.any(String)],
      held: [{ hold: 'case' }],
    });
    const erase = `mutation { eraseSubject(input: { names: ["Ada Lovelace"], reason: "request 12" }) {
      id documentIds removed { chunks contents } left { documents contents entities chunks } } }`;
    const refused = await trellis.run(erase);
    expect(refused.errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
    await trellis.run('mutation { releaseLegalHold(input: { name: "case" }) { name } }');
    const { data } = await trellis.run(erase);
    expect(data.eraseSubject).toMatchObject({
      documentIds: plan.data.erasurePlan.documentIds,
      removed: { chunks: 1, contents: 2 },
      left: { documents: 0, contents: 0, entities: 0, chunks: 0 },
    });
    const entities = await trellis.run('{ entities(name: "Ada Lovelace") { nodes { id } } }');
    expect(entities.data.entities.nodes).toEqual([]);
    const log = await trellis.run('{ auditLog(first: 5) { nodes { action outcome targets } } }');
    expect(log.data.auditLog.nodes).toContainEqual(
      expect.objectContaining({
        action: 'Mutation.eraseSubject',
        outcome: 'DONE',
        targets: expect.arrayContaining([data.eraseSubject.id]),
      }),
    );
    expect(JSON.stringify(log.data as Data)).not.toMatch(/lovelace/i);
  });
});
