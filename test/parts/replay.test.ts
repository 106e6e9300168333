/** What a restore must not undo begins shortly before the backup's cut: what was under way then is in it, and not done. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_GENERALISATION, sameRules } from '../../model/personal-data.ts';
import { REPLAY } from '../../parts/restores.ts';
import { createLog } from '../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import { putPrivacyPolicy } from '../../stores/graph/statements/privacy.ts';
import { putErasure } from '../../stores/graph/statements/retention.ts';

const CUT_AT = '2026-01-02T03:00:00.000Z';

const erasure = (id: string, at: string) =>
  putErasure({
    ...{ id, tenant: 'acme', at, erasedBy: 'ada', reason: 'asked for', documentIds: ['d'], subjects: [] },
    selection: null,
  });
const policy = (id: string, updatedAt: string) =>
  putPrivacyPolicy({
    ...{ id, tenant: 'acme', collectionId: null, rules: sameRules('REDACT'), confidenceMin: 0.5 },
    ...{ generalisation: DEFAULT_GENERALISATION, updatedAt, updatedBy: 'ada' },
  });

test('an erasure that was noted, and waited for the cut with its documents, is done again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-replay-'));
  const graph = createEmbeddedGraphStore({ directory, log: createLog({ level: 'silent' }) });
  await graph.open();
  await graph.write([
    ...[erasure('era_hour', '2026-01-02T02:00:00.000Z'), erasure('era_noted', '2026-01-02T02:59:30.000Z')],
    ...[policy('pdp_hour', '2026-01-02T02:00:00.000Z'), policy('pdp_set', '2026-01-02T02:59:59.900Z')],
  ]);
  const { erasures, policies } = await REPLAY.since(graph, CUT_AT);
  await graph.close();
  await rm(directory, { recursive: true, force: true });
  expect(erasures.map(({ id }) => id)).toEqual(['era_noted']);
  expect(policies.map(({ id }) => id)).toEqual(['pdp_set']);
});
