/** Refusals outlast the rooms that they were asked of: a restore of the whole builds others. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AuditEvent } from '../../model/audit.ts';
import { FIRST_NAMESPACE } from '../../model/namespace.ts';
import { createOutlasting } from '../../parts/outlasting.ts';
import { createRooms } from '../../parts/rooms.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { ALL_PARTS } from '../../platform/placement.ts';
import { fixedSecrets } from '../../platform/secrets/secrets.ts';

const REFUSED: AuditEvent = {
  ...{ tenant: 'acme', actor: null, apiKey: null, address: '::1', action: 'authenticate', targets: [] },
  ...{ outcome: 'REFUSED', code: 'UNAUTHENTICATED', detail: 'no', requestId: null, count: 1 },
};
const QUERY = {
  ...{ since: null, until: null, actor: null, apiKey: null, action: null, outcome: null },
  ...{ before: '', limit: 10 },
};

test('what came when the rooms had closed is written by those after them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trellis-refusals-'));
  const log = createLog({ level: 'silent' });
  const config = readConfig({ TRELLIS_DATA_DIR: folder });
  const secrets = fixedSecrets(config);
  const outlasting = createOutlasting(config, { secrets, log });
  const build = () =>
    createRooms(config, {
      ...{ version: '0', parts: ALL_PARTS, secrets, log, outlasting },
      serving: { namespace: () => FIRST_NAMESPACE, look: () => undefined },
      renew: () => undefined,
    });
  const opened = async () => {
    const rooms = build();
    await rooms.engines.start();
    await rooms.auditing.audit.start();
    return rooms;
  };
  const closed = async ({ auditing, engines }: Awaited<ReturnType<typeof opened>>) => {
    await auditing.audit.close();
    await engines.close();
  };
  try {
    const former = await opened();
    former.auditing.audit.note(REFUSED);
    await closed(former);
    former.auditing.audit.note(REFUSED);
    await closed(await opened());
    const last = await opened();
    const entries = await last.auditing.auditReader.read('acme', QUERY);
    await closed(last);
    expect(entries.map(({ action, count }) => `${action} ${count}`)).toEqual([
      'authenticate 1',
      'authenticate 1',
    ]);
  } finally {
    await outlasting.refusals.close();
    await rm(folder, { recursive: true, force: true });
  }
});
