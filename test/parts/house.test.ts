/** What comes and goes with the rooms, and what is left of them: on real ones, over embedded engines. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createSystemHealth } from '../../operations/system-health.ts';
import { createHouse } from '../../parts/house.ts';
import { createOutlasting } from '../../parts/outlasting.ts';
import { createRooms, type Rooms } from '../../parts/rooms.ts';
import { createSubgraphs } from '../../parts/subgraphs.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { ALL_PARTS } from '../../platform/placement.ts';
import { fixedSecrets } from '../../platform/secrets/secrets.ts';
import { VERSION } from '../../platform/version.ts';
import { serveSubgraph } from '../../subgraphs/serve-http.ts';
import { openAuthority } from '../subgraphs/harness.ts';

const SLOW_MS = 240_000;
const log = createLog({ level: 'silent' });

/** Until it holds; whoever waits in vain is stopped by the time limit of the test. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate();
}

test('nothing of the first rooms is left in memory once others have taken their place', {
  timeout: SLOW_MS,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trellis-house-'));
  const config = readConfig({ TRELLIS_DATA_DIR: folder });
  const secrets = fixedSecrets(config);
  const outlasting = createOutlasting(config, { secrets, log });
  const authority = await openAuthority();
  let served = '';
  const house = createHouse({
    namespace: () => served,
    log,
    build: (renew) => {
      const serving = { namespace: () => served, look: () => undefined };
      const tools = { version: VERSION, parts: ALL_PARTS, secrets, outlasting, serving, renew, log };
      const rooms = createRooms(config, tools);
      const health = createSystemHealth({ version: VERSION, probes: rooms.probes });
      return {
        rooms,
        subgraphs: createSubgraphs(config, rooms, { parts: ALL_PARTS, authority, health, log }),
      };
    },
  });
  // As in a process without a gateway: these servers last as long as it does.
  const servers = house.subgraphs.map((subgraph) => serveSubgraph(subgraph, { timeoutMs: 1_000, log }));
  await house.start();
  const first: WeakRef<Rooms> = new WeakRef(house.rooms());
  served = 'r1';
  house.follow();
  await until(() => house.rooms() !== first.deref());

  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await until(() => {
    collect();
    return first.deref() === undefined;
  });
  expect(servers.map(({ name }) => name)).toEqual(house.subgraphs.map(({ name }) => name));
  await house.close();
  await rm(folder, { recursive: true, force: true });
});
