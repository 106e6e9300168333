/** On a real server: what was decided until the very switch holds in what is switched to, however late it came. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { DEFAULT_GENERALISATION, type PersonalDataAction, sameRules } from '../../../model/personal-data.ts';
import { NOTHING_RESTORED } from '../../../model/restore.ts';
import { type Kept, toNode } from '../../../operations/restores/on-servers/records.ts';
import { revertServed, switchServed } from '../../../operations/restores/on-servers/switch-served.ts';
import { openIn, REPLAY } from '../../../parts/restores.ts';
import { readConfig } from '../../../platform/config.ts';
import { createLog } from '../../../platform/log.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { createDocuments, documentsByIds } from '../../../stores/graph/statements/documents.ts';
import { privacyPoliciesOfTenant, putPrivacyPolicy } from '../../../stores/graph/statements/privacy.ts';
import { treatmentsOfTenant } from '../../../stores/graph/statements/privacy-treatments.ts';
import { erasuresOfAll, putErasure, putHold } from '../../../stores/graph/statements/retention.ts';
import {
  createServedRestore,
  servedNow,
  servedRestoreById,
} from '../../../stores/graph/statements/serving.ts';
import { boltStore, emptyGraph } from '../../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../../servers/describe-on-neo4j.ts';

const CUT_AT = '2026-01-02T03:00:00.000Z';
const NOW = '2026-01-02T04:00:00.000Z';
const log = createLog({ level: 'silent' });

const kept: Kept = {
  ...{ id: 'one', namespace: 'r1', old: '', drop: [], gone: [], attempts: 1, told: true },
  restore: {
    ...{ id: 'one', backup: 'b', cutAt: CUT_AT, requestedBy: 'ada', startedAt: CUT_AT, kept: 'there' },
    ...{ scope: { kind: 'INSTALLATION' }, mode: null, withAccess: true, state: 'SWITCHING' },
    ...{ finishedAt: CUT_AT, switchedAt: null, problem: null, progress: null },
    receipt: { ...NOTHING_RESTORED, treatments: ['ptr_staged'] },
  },
};
const policy = (action: PersonalDataAction, updatedAt: string) =>
  putPrivacyPolicy({
    ...{ id: 'pdp', tenant: 'acme', collectionId: null, rules: sameRules(action), confidenceMin: 0.5 },
    ...{ generalisation: DEFAULT_GENERALISATION, updatedAt, updatedBy: 'ada' },
  });

describeOnNeo4j('a switch', (server) => {
  let folder: string;
  let served: GraphStore;
  const open = (name: string) => openIn(readConfig({}), log)(join(folder, name), null);
  beforeAll(async () => {
    served = boltStore(server());
    await served.open();
  });
  beforeEach(async () => {
    await emptyGraph(server());
    folder = await mkdtemp(join(tmpdir(), 'trellis-switch-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  afterAll(() => served?.close());

  test('a policy that is set between the look and the switch holds behind it, and is treated once', async () => {
    await served.write([
      createServedRestore(toNode(kept)),
      policy('PSEUDONYMISE', '2026-01-02T03:10:00.000Z'),
    ]);
    let looks = 0;
    const since: typeof REPLAY.since = async (graph, at) => {
      const decided = await REPLAY.since(graph, at);
      // Behind the first look at what is served.
      if (looks++ === 0) await served.write([policy('REDACT', '2026-01-02T03:20:00.000Z')]);
      return decided;
    };
    const tools = { graph: served, namespace: '', now: () => new Date(NOW), log };
    await switchServed({ ...tools, open: () => open('restored'), replay: { ...REPLAY, since } }, kept);

    expect(await served.read(servedNow())).toEqual([{ namespace: 'r1', previous: '' }]);
    const restored = await open('restored');
    const [held] = await restored.graph.read(privacyPoliciesOfTenant('acme', 10));
    expect(held?.rules.PERSON).toBe('REDACT');
    const treatments = await restored.graph.read(treatmentsOfTenant('acme', 10));
    await restored.close();
    expect(treatments).toMatchObject([{ state: 'RUNNING' }]);
    const [record] = await served.read(servedRestoreById('one'));
    expect(record).toMatchObject({ state: 'SWITCHED', old: '', told: false });
    expect(JSON.parse(record?.report ?? '{}').receipt.treatments).toEqual(['ptr_staged', treatments[0]?.id]);
  });

  test('a policy that takes out less than the one there keeps nobody from switching', async () => {
    await served.write([createServedRestore(toNode(kept)), policy('KEEP', '2026-01-02T03:10:00.000Z')]);
    const before = await open('restored');
    await before.graph.write([policy('REDACT', '2026-01-02T02:00:00.000Z')]);
    await before.close();
    const tools = { graph: served, namespace: '', now: () => new Date(NOW), log };
    await switchServed({ ...tools, open: () => open('restored'), replay: REPLAY }, kept);
    const restored = await open('restored');
    const [held] = await restored.graph.read(privacyPoliciesOfTenant('acme', 10));
    await restored.close();
    expect(held?.rules.PERSON).toBe('REDACT');
  });

  test('the way back leads to data in which holds what was decided since the switch, however late', async () => {
    const back: Kept = {
      ...kept,
      restore: { ...kept.restore, state: 'REVERTING', switchedAt: '2026-01-02T03:30:00.000Z' },
    };
    const erasure = (id: string, at: string) =>
      putErasure({
        ...{ id, tenant: 'acme', at, erasedBy: 'ada', reason: 'asked for' },
        ...{ documentIds: ['doc_held'], subjects: [], selection: null },
      });
    // Placed in the old data behind the cut, so that nobody had to release it in what was restored.
    const before = await open('old');
    await before.graph.write([
      createDocuments([
        {
          ...{ id: 'doc_held', tenant: 'acme', collectionId: 'col_1', key: 'a', title: 'a', metadata: {} },
          ...{ mediaType: 'text/plain', status: 'READY', contentHash: 'sha256:00' },
          ...{ createdAt: CUT_AT, updatedAt: CUT_AT },
        },
      ]),
      putHold({
        ...{ id: 'hld_1', tenant: 'acme', name: 'lawsuit', reason: 'a lawsuit', createdBy: 'ada' },
        ...{ selection: { collection: null, metadata: [] }, createdAt: '2026-01-02T03:20:00.000Z' },
      }),
    ]);
    await before.close();
    await served.write([
      createServedRestore(toNode(back)),
      policy('REDACT', '2026-01-02T03:40:00.000Z'),
      erasure('era_before', '2026-01-02T02:00:00.000Z'),
      erasure('era_since', '2026-01-02T03:40:00.000Z'),
    ]);
    let looks = 0;
    const since: typeof REPLAY.since = async (graph, at) => {
      const decided = await REPLAY.since(graph, at);
      if (looks++ === 0) await served.write([erasure('era_late', '2026-01-02T03:50:00.000Z')]);
      return decided;
    };
    const tools = { graph: served, now: () => new Date(NOW), log };
    await revertServed({ ...tools, open: () => open('old'), replay: { ...REPLAY, since } }, back);

    expect(await served.read(servedNow())).toEqual([{ namespace: '', previous: null }]);
    const old = await open('old');
    const [held] = await old.graph.read(privacyPoliciesOfTenant('acme', 10));
    const erasures = await old.graph.read(erasuresOfAll('', 10));
    expect(await old.graph.read(documentsByIds('acme', ['doc_held']))).toHaveLength(1);
    await old.close();
    expect(held?.rules.PERSON).toBe('REDACT');
    expect(erasures.map(({ id }) => id)).toEqual(['era_late', 'era_since']);
    const [record] = await served.read(servedRestoreById('one'));
    expect(record).toMatchObject({ state: 'REVERTED', drop: ['r1'], told: false });
    const { treatments, held: keptByHolds } = JSON.parse(record?.report ?? '{}').receipt;
    expect(treatments).toHaveLength(2);
    expect(keptByHolds).toBeGreaterThan(0);
  });
});
