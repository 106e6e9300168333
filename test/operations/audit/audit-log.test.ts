/** The audit log over a real graph: chains, what tampering leaves behind, retention, and writes that fail. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../model/audit.ts';
import { createAuditLog } from '../../../operations/audit/audit-log.ts';
import { createGatheredRefusals } from '../../../operations/audit/gathered-refusals.ts';
import { createAuditReader } from '../../../operations/audit/read-log.ts';
import { pruneAuditLog } from '../../../operations/audit/retention.ts';
import { Problem } from '../../../platform/errors.ts';
import { createLog } from '../../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import { type GraphStore, statement } from '../../../stores/graph/graph-store.ts';
import { auditSegments } from '../../../stores/graph/statements/audit.ts';

const log = createLog({ level: 'silent' });
const DAY_MS = 86_400_000;

let directory: string;
let graph: GraphStore;
let clock: number;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-audit-'));
  graph = createEmbeddedGraphStore({ directory, log });
  await graph.open();
  clock = Date.parse('2026-03-01T00:00:00Z');
});
afterEach(async () => {
  await graph.close();
  await rm(directory, { recursive: true });
});

const now = () => new Date(clock);
/** As another process would write it: a segment of its own. */
const process = (store: GraphStore = graph, refusals = createGatheredRefusals()) =>
  createAuditLog({ graph: store, refusals, now, log });
const event = (action: string, rest: Partial<AuditEvent> = {}): AuditEvent => ({
  tenant: 'acme',
  actor: 'ada',
  apiKey: null,
  address: '::1',
  action,
  targets: [],
  outcome: 'DONE',
  code: null,
  detail: null,
  requestId: null,
  count: 1,
  ...rest,
});
const reader = () => createAuditReader({ graph, operatorTenant: 'ops', now });
const QUERY = {
  since: null,
  until: null,
  actor: null,
  apiKey: null,
  action: null,
  outcome: null,
  before: '',
  limit: 1_000,
};
const actions = async (tenant = 'acme') => (await reader().read(tenant, QUERY)).map(({ action }) => action);
const reasons = async () =>
  (await reader().verify()).faults.map(({ sequence, reason }) => `${sequence} ${reason}`);
const tamper = (cypher: string, parameters = {}) =>
  graph.write([statement('test.tamper', cypher, parameters, (row) => row)]);

describe('what was recorded', () => {
  test('is there, the latest first, and whole, whichever of several processes wrote it', async () => {
    const [one, two] = [process(), process()];
    for (let at = 0; at < 5; at++) {
      clock += 1_000;
      await one.record([event(`one ${at}`)]);
      clock += 1_000;
      await two.record([event(`two ${at}`)]);
    }
    expect(await actions()).toEqual([4, 3, 2, 1, 0].flatMap((at) => [`two ${at}`, `one ${at}`]));
    expect(await reader().verify()).toEqual({ entries: 10, segments: 2, faults: [] });
  });

  test('at the same moment goes together into few writes, in the order it came', async () => {
    const one = process();
    await Promise.all(
      Array.from({ length: 100 }, (_, at) => one.record([event(`e${String(at).padStart(2, '0')}`)])),
    );
    expect((await actions()).toReversed()).toEqual(
      Array.from({ length: 100 }, (_, at) => `e${String(at).padStart(2, '0')}`),
    );
    expect(await reader().verify()).toMatchObject({ entries: 100, faults: [] });
  });

  test('is found over months, by what is asked', async () => {
    const one = process();
    for (let month = 0; month < 10; month++) {
      await one.record([event(`m${month}`, { outcome: month % 2 ? 'DONE' : 'FAILED' })]);
      clock += 30 * DAY_MS;
    }
    const since = new Date(clock - 400 * DAY_MS).toISOString();
    const found = await reader().read('acme', {
      ...QUERY,
      since,
      until: new Date(clock).toISOString(),
      outcome: 'FAILED',
    });
    expect(found.map(({ action }) => action)).toEqual(['m8', 'm6', 'm4', 'm2', 'm0']);
    expect(await actions()).toEqual(['m9']);
    await expect(
      reader().read('acme', { ...QUERY, since: '2000-01-01T00:00:00.000Z' }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('by nobody that is known is shown to those who run the installation alone', async () => {
    await process().record([
      event('mine'),
      event('nobody', { tenant: '' }),
      event('theirs', { tenant: 'ops' }),
    ]);
    expect(await actions()).toEqual(['mine']);
    expect(await actions('ops')).toEqual(['theirs', 'nobody']);
    expect(await actions('')).toEqual(['nobody']);
  });
});

describe('tampering is found', () => {
  beforeEach(async () => {
    const first = process();
    for (const action of ['a', 'b', 'c', 'd']) await first.record([event(action)]);
    clock += 1_000;
    await process().record([event('later')]);
  });

  test.each([
    ['an entry that says something else', "SET a.actor = 'mallory'", '2 It is not what was written.'],
    ['an entry that is gone', 'DETACH DELETE a', '2 The entry is missing.'],
    [
      'an entry of another hash',
      "SET a.hash = 'x', a.previous = a.previous",
      '2 It is not what was written.',
    ],
    [
      'an entry that follows another one',
      "SET a.previous = 'x'",
      '2 It does not follow the entry before it.',
    ],
  ])('%s', async (_, change, fault) => {
    await tamper(`MATCH (a:AuditEntry) WHERE a.action = 'b' ${change}`);
    expect(await reasons()).toEqual([fault]);
  });

  test('the end of a segment cut off, whether or not its head is set back', async () => {
    await tamper("MATCH (a:AuditEntry) WHERE a.action = 'd' DETACH DELETE a");
    expect(await reasons()).toEqual(['4 Entries are missing at the end.']);
    const [third] = await reader().read('acme', { ...QUERY, action: 'c' });
    const head = { segment: third?.segment, sequence: 3, hash: third?.hash };
    await tamper('MATCH (s:AuditSegment {id: $segment}) SET s.sequence = $sequence, s.hash = $hash', head);
    expect(await reasons()).toEqual(['4 A later segment remembers more entries.']);
  });

  test('a whole segment that is gone', async () => {
    const segment = (await reader().read('acme', { ...QUERY, action: 'a' }))[0]?.segment;
    await tamper('MATCH (a:AuditEntry {segment: $segment}) DETACH DELETE a', { segment });
    await tamper('MATCH (s:AuditSegment {id: $segment}) DETACH DELETE s', { segment });
    expect(await reasons()).toEqual(['4 The whole segment is missing.']);
  });
});

describe('retention', () => {
  test('takes what is too old, says so, and what is left is whole', async () => {
    const [old, young] = [process(), process()];
    for (const action of ['a', 'b']) await old.record([event(action)]);
    clock += 10 * DAY_MS;
    for (const action of ['c', 'd']) await old.record([event(action)]);
    clock += 25 * DAY_MS;
    const options = { graph, audit: young, days: 30, now, log };
    expect(await pruneAuditLog(options)).toBe(2);
    expect(await actions()).toEqual(['d', 'c']);
    expect((await reader().read('ops', QUERY))[0]).toMatchObject({ action: 'retention', count: 2 });
    expect(await reasons()).toEqual([]);
    clock += 31 * DAY_MS;
    expect(await pruneAuditLog(options)).toBe(3);
    expect(await reasons()).toEqual([]);
    await old.record([event('e')]);
    expect(await reasons()).toEqual([]);
  });

  test.each([
    ['some of it', 20, 1],
    ['all of it', 1, 2],
  ])('takes %s while the log is verified, which is no fault', async (_, days, count) => {
    const [old, young] = [process(), process()];
    await old.record([event('a')]);
    clock += 10 * DAY_MS;
    await old.record([event('b')]);
    clock += 15 * DAY_MS;
    const pruned: number[] = [];
    const meanwhile: GraphStore = {
      ...graph,
      read: async (wanted, options) => {
        if (wanted.name === 'audit.ofSegment' && pruned.length === 0)
          pruned.push(await pruneAuditLog({ graph, audit: young, days, now, log }));
        return graph.read(wanted, options);
      },
    };
    const looking = createAuditReader({ graph: meanwhile, operatorTenant: 'ops', now });
    expect((await looking.verify()).faults).toEqual([]);
    expect(pruned).toEqual([count]);
    await tamper("MATCH (a:AuditEntry) WHERE a.action = 'retention' DETACH DELETE a");
    expect((await looking.verify()).faults).toHaveLength(1);
  });

  test('of 0 days keeps everything', async () => {
    const audit = process();
    await audit.record([event('a')]);
    clock += 10_000 * DAY_MS;
    expect(await pruneAuditLog({ graph, audit, days: 0, now, log })).toBe(0);
  });
});

describe('a write that fails', () => {
  /** A graph whose writes fail on demand, before they are made or after. */
  const failing = (when: { before: boolean; after: boolean }): GraphStore => ({
    ...graph,
    write: async (statements, options) => {
      if (when.before) throw new Problem('UNAVAILABLE', 'gone');
      const rows = await graph.write(statements, options);
      if (when.after) throw new Problem('UNAVAILABLE', 'gone before it was said');
      return rows;
    },
  });

  test('is told to whoever waits for it, and the log stays whole, whether or not it came through', async () => {
    const when = { before: false, after: false };
    const audit = process(failing(when));
    await audit.record([event('a')]);
    when.before = true;
    await expect(audit.record([event('b')])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    Object.assign(when, { before: false, after: true });
    await expect(audit.record([event('c')])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    when.after = false;
    clock += 1_000;
    await audit.record([event('d')]);
    expect(await reasons()).toEqual([]);
    expect((await actions()).toSorted()).toEqual(['a', 'c', 'd']);
    expect((await graph.read(auditSegments('', 10))).length).toBe(3);
  });

  test('keeps refusals for later: none that was noted is lost when the process stops in order', async () => {
    const when = { before: true, after: false };
    const audit = process(failing(when));
    await audit.start();
    for (let at = 0; at < 50; at++) audit.note(event('Query.health', { outcome: 'REFUSED' }));
    await expect(audit.record([event('a')])).rejects.toThrow();
    when.before = false;
    await audit.close();
    expect(await reader().read('acme', QUERY)).toMatchObject([{ action: 'Query.health', count: 50 }]);
  });

  test('leaves refusals to the log after it, with those that came between the two', async () => {
    const refusals = createGatheredRefusals();
    const when = { before: true, after: false };
    const former = process(failing(when), refusals);
    await former.start();
    for (let at = 0; at < 20; at++) former.note(event('Query.health', { outcome: 'REFUSED' }));
    await former.close();
    former.note(event('Query.health', { outcome: 'REFUSED' }));
    expect(await actions()).toEqual([]);
    const next = process(graph, refusals);
    await next.start();
    next.note(event('Query.health', { outcome: 'REFUSED' }));
    await next.close();
    await refusals.close();
    expect(await reader().read('acme', QUERY)).toMatchObject([{ action: 'Query.health', count: 22 }]);
  });

  test('writes what it was asked before it closes, so that the log after it has none of that', async () => {
    const refusals = createGatheredRefusals();
    const other = createEmbeddedGraphStore({ directory: join(directory, 'other'), log });
    await other.open();
    try {
      const former = process(graph, refusals);
      await former.start();
      former.note(event('Query.health', { outcome: 'REFUSED' }));
      await former.close();
      const next = process(other, refusals);
      await next.start();
      await next.close();
      expect(await actions()).toEqual(['Query.health']);
      expect(
        await createAuditReader({ graph: other, operatorTenant: 'ops', now }).read('acme', QUERY),
      ).toEqual([]);
    } finally {
      await other.close();
    }
  });
});
