import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLeader, type Duty, type Leader } from '../../operations/leader.ts';
import { Problem } from '../../platform/errors.ts';
import { createLog } from '../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { createGraphLeases } from '../../stores/graph/leases/graph-leases.ts';
import { createLocalLeases } from '../../stores/graph/leases/local-leases.ts';

const log = createLog({ level: 'silent' });
const eventually = (expectation: () => void | Promise<void>) =>
  vi.waitFor(expectation, { timeout: 20_000, interval: 10 });

/** A duty that goes on until it is told to end, and says who does it. */
function duty(name: string, doing: Set<string>): Duty {
  return {
    name,
    run: (signal) =>
      new Promise((resolve) => {
        doing.add(name);
        signal.addEventListener('abort', () => {
          doing.delete(name);
          resolve();
        });
      }),
  };
}

describe('the leader', () => {
  let graph: GraphStore;
  const leaders: Leader[] = [];
  const start = async (options: Omit<Parameters<typeof createLeader>[0], 'log'>) => {
    const leader = createLeader({ log, askEveryMs: 20, ...options });
    leaders.push(leader);
    await leader.start();
    return leader;
  };
  beforeEach(async () => {
    graph = createEmbeddedGraphStore({ directory: await mkdtemp(join(tmpdir(), 'trellis-leader-')), log });
    await graph.open();
  });
  afterEach(async () => {
    await Promise.all(leaders.splice(0).map((leader) => leader.close()));
    await graph.close();
  });

  test('is one of all, does every duty, and is followed when it closes', async () => {
    const doing = new Set<string>();
    const leases = createLocalLeases({ graph });
    const first = await start({ leases, duties: [duty('a1', doing), duty('b1', doing)] });
    await eventually(() => expect(doing).toEqual(new Set(['a1', 'b1'])));
    const second = await start({ leases, duties: [duty('a2', doing)] });
    expect([first.leads(), second.leads()]).toEqual([true, false]);
    await first.close();
    await eventually(() => expect(doing).toEqual(new Set(['a2'])));
    expect([first.leads(), second.leads()]).toEqual([false, true]);
  });

  test('goes on with the others when a duty fails', async () => {
    const doing = new Set<string>();
    const failing: Duty = { name: 'failing', run: () => Promise.reject(new Error('no')) };
    const leader = await start({
      leases: createLocalLeases({ graph }),
      duties: [failing, duty('other', doing)],
    });
    await eventually(() => expect(doing).toEqual(new Set(['other'])));
    expect(leader.leads()).toBe(true);
  });

  test('that loses the graph ends its duties, and another one leads', async () => {
    const doing = new Set<string>();
    let cutOff = false;
    const unsteady: GraphStore = {
      ...graph,
      write: (statements, options) =>
        cutOff ? Promise.reject(new Problem('UNAVAILABLE', 'Cut off.')) : graph.write(statements, options),
    };
    const first = await start({
      leases: createGraphLeases({ graph: unsteady, log, lifeMs: 600 }),
      duties: [duty('first', doing)],
    });
    await eventually(() => expect(doing).toEqual(new Set(['first'])));
    const second = await start({
      leases: createGraphLeases({ graph, log, lifeMs: 600 }),
      duties: [duty('second', doing)],
    });
    expect(second.leads()).toBe(false);
    cutOff = true;
    await eventually(() => expect(doing).toEqual(new Set(['second'])));
    expect([first.leads(), second.leads()]).toEqual([false, true]);
  });
});
