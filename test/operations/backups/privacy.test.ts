import { afterEach, beforeEach, expect, test } from 'vitest';
import { confirmationFor, createPseudonymDesk } from '../../../ingestion/privacy/pseudonym-desk.ts';
import { openTenantKey } from '../../../ingestion/privacy/tenant-key.ts';
import type { Principal } from '../../../model/principal.ts';
import { createKeyFolder } from '../../../platform/tenant-keys/key-folder.ts';
import { CARRIED_LABELS, nodesAfter } from '../../../stores/graph/statements/transfer.ts';
import { pseudonymPattern } from '../../../text/pseudonyms.ts';
import { TENANT } from '../../ingestion/harness.ts';
import { type Desk, openDesk, type Scratch } from './harness.ts';

const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data', 'privacy:reveal'] };

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

test('a backup holds nothing plain, and once the key is destroyed none brings anything back', {
  timeout: 120_000,
}, async () => {
  const { rooms } = desk;
  await rooms.privacyPolicies.set(ADA, {
    ...{ collection: null, otherwise: 'PSEUDONYMISE', rules: [], confidenceMin: 0.5 },
  });
  const { jobId, accepted } = await rooms.ingestion.submit(TENANT, 'letters', [
    {
      key: 'quastenberg@canary.example',
      title: 'From Wilhelmina Quastenberg',
      content: 'Wilhelmina Quastenberg wrote from 10.77.88.99.',
      metadata: { author: 'Wilhelmina Quastenberg' },
    },
  ]);
  await rooms.finished(jobId);
  const backup = await desk.backUp();
  const restored = await desk.restored(backup.id);
  const all = await everythingIn(restored);
  expect(all).toMatch(pseudonymPattern());
  for (const canary of ['Quastenberg', 'quastenberg', '10.77.88.99']) expect(all).not.toContain(canary);

  const tenantKeys = createKeyFolder({
    ...{ directory: `${rooms.directory}/tenant-keys`, wrapper: null, now: () => new Date() },
  });
  const tools = { graph: restored.graph, tenantKeys, now: () => new Date() };
  const asked = {
    document: accepted[0]?.documentId ?? '',
    pseudonyms: [all.match(/PERSON[a-z2-7]{16}/)?.[0] ?? ''],
    reason: 'a complaint',
  };
  const ofBackup = createPseudonymDesk(tools);
  expect(await ofBackup.reveal(ADA, asked)).toMatchObject([{ value: 'Wilhelmina Quastenberg' }]);
  await rooms.pseudonyms.destroyKey(ADA, confirmationFor(TENANT));
  await expect(ofBackup.reveal(ADA, asked)).rejects.toMatchObject({ code: 'CONFLICT' });
  // The backup is from before, and still says that there is a key: no other one takes its place unseen.
  await expect(openTenantKey(tools, TENANT)).rejects.toMatchObject({ code: 'CONFLICT' });
});

/** All nodes and contents, as text. */
async function everythingIn({ graph, content }: Scratch): Promise<string> {
  let text = '';
  for (const label of CARRIED_LABELS) text += JSON.stringify(await graph.read(nodesAfter(label, '', 1_000)));
  const { contents } = await content.list(TENANT, { after: null, limit: 1_000 });
  expect(contents.length).toBeGreaterThan(1);
  for (const bytes of await content.get(contents.map(({ hash }) => ({ tenant: TENANT, hash }))))
    for (const encoding of ['utf8', 'utf16le'] as const) text += Buffer.from(bytes ?? []).toString(encoding);
  return text;
}
