/** What every graph store guarantees, whatever engine is behind it. */

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type GraphStore, statement, type Value } from '../../stores/graph/graph-store.ts';

type Properties = { readonly [name: string]: Value };

const upsert = (id: string, properties: Properties = {}) =>
  statement(
    'test.upsert',
    'MERGE (n:Entity {id: $id}) SET n += $properties',
    { id, properties },
    (row) => row,
  );

const upsertAll = (rows: readonly { readonly id: string; readonly properties: Properties }[]) =>
  statement(
    'test.upsertAll',
    'UNWIND $rows AS r MERGE (n:Entity {id: r.id}) SET n += r.properties',
    { rows },
    (row) => row,
  );

const link = (pairs: readonly { readonly a: string; readonly b: string }[]) =>
  statement(
    'test.link',
    'UNWIND $pairs AS p MATCH (a:Entity {id: p.a}) MATCH (b:Entity {id: p.b}) MERGE (a)-[r:RELATES]->(b)',
    { pairs },
    (row) => row,
  );

const property = (id: string) =>
  statement(
    'test.property',
    'MATCH (n:Entity {id: $id}) RETURN n.value AS value',
    { id },
    (row) => row.value,
  );

const ids = () =>
  statement('test.ids', 'MATCH (n:Entity) RETURN n.id AS id ORDER BY id', {}, (row) => String(row.id));

const linked = (from: readonly string[]) =>
  statement(
    'test.linked',
    'UNWIND $from AS x MATCH (a:Entity {id: x})-[:RELATES]->(b:Entity) RETURN a.id AS a, b.id AS b ORDER BY a, b',
    { from },
    (row) => `${row.a}>${row.b}`,
  );

const broken = () => statement('test.broken', 'THIS IS NOT CYPHER', {}, (row) => row);

export interface GraphStoreHarness {
  /** An empty store, not yet open. */
  create(): Promise<GraphStore>;
}

export function describeGraphStore(engine: string, harness: GraphStoreHarness): void {
  describe(`a graph store on ${engine}`, () => {
    let store: GraphStore;

    beforeEach(async () => {
      store = await harness.create();
      await store.open();
    });
    afterEach(() => store.close());

    test('reads what was written before', async () => {
      await store.write([upsert('a', { value: 'first' })]);
      expect(await store.read(property('a'))).toEqual(['first']);
    });

    test('writes all statements of a transaction or none', async () => {
      await expect(store.write([upsert('a'), broken()])).rejects.toThrow();
      expect(await store.read(ids())).toEqual([]);
      await store.write([upsert('b')]);
      expect(await store.read(ids())).toEqual(['b']);
    });

    test('gives the rows of each statement in order', async () => {
      const [, rows] = await store.write([upsert('a', { value: 1 }), property('a')]);
      expect(rows).toEqual([1]);
    });

    test('shows the statements of a transaction to those behind them', async () => {
      await store.write([
        upsertAll([
          { id: 'a', properties: {} },
          { id: 'b', properties: {} },
        ]),
        link([{ a: 'a', b: 'b' }]),
      ]);
      expect(await store.read(linked(['a']))).toEqual(['a>b']);
    });

    test('merges the same thing once, however often and from however many writers it comes', async () => {
      await store.write([upsert('a'), upsert('b')]);
      await Promise.all(
        Array.from({ length: 20 }, () => store.write([upsert('a'), link([{ a: 'a', b: 'b' }])])),
      );
      expect(await store.read(ids())).toEqual(['a', 'b']);
      expect(await store.read(linked(['a']))).toEqual(['a>b']);
    });

    test('loses no write of many at once, and counts each', async () => {
      const before = await store.revision();
      const names = Array.from({ length: 50 }, (_, at) => `n${String(at).padStart(2, '0')}`);
      await Promise.all(names.map((id) => store.write([upsert(id)])));
      expect(await store.read(ids())).toEqual(names);
      expect(await store.revision()).toBe(before + 50);
    });

    test('a failed write does not count', async () => {
      const before = await store.revision();
      await store.write([broken()]).catch(() => undefined);
      expect(await store.revision()).toBe(before);
    });

    test.each<[string, Value]>([
      ['text in any script', 'Erdős Pál 🌿 東京 \u0000\u2028'],
      ['an empty text', ''],
      ['a long text', 'long '.repeat(50_000)],
      ['a large whole number', Number.MAX_SAFE_INTEGER],
      ['a fraction', 0.1],
      ['a boolean', false],
      ['a list', ['b', 'a', 'b']],
      ['a list of numbers', [3, 1, 2]],
      ['an empty list', []],
    ])('keeps %s as it is', async (_, value) => {
      await store.write([upsert('a', { value })]);
      expect(await store.read(property('a'))).toEqual([value]);
    });

    test('takes null as the absence of a property', async () => {
      await store.write([upsert('a', { value: 'there' })]);
      await store.write([upsert('a', { value: null })]);
      expect(await store.read(property('a'))).toEqual([null]);
    });

    test.each([`'}) DETACH DELETE (n) //`, `" OR 1=1`, '$id', '\\', '`', '#{x}', '\n\r\t'])(
      'takes a hostile value as a value: %j',
      async (hostile) => {
        await store.write([upsert('victim'), upsert(hostile, { value: hostile })]);
        expect(await store.read(property(hostile))).toEqual([hostile]);
        expect(await store.read(ids())).toContain('victim');
      },
    );

    test('refuses a call that is cancelled already, and says so', async () => {
      await expect(store.read(ids(), { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'CANCELLED',
      });
    });

    test('cuts a call loose at its time limit', async () => {
      const rows = Array.from({ length: 3_000 }, (_, at) => ({ id: `n${at}`, properties: {} }));
      await store.write([upsertAll(rows)]);
      const cartesian = statement(
        'test.slow',
        'MATCH (a:Entity), (b:Entity) WHERE a.id + b.id = $none RETURN count(*) AS n',
        { none: '' },
        (row) => row.n,
      );
      await expect(store.read(cartesian, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'TIMEOUT' });
      expect(await store.read(property('n1'))).toEqual([null]);
    });

    test('answers UNAVAILABLE once it is closed, however often', async () => {
      await store.close();
      await store.close();
      await expect(store.read(ids())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await expect(store.write([upsert('a')])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(await store.health()).toMatchObject({ state: 'DOWN' });
    });

    test('says that it is up, and what it is', async () => {
      expect(await store.health()).toMatchObject({
        name: 'graph',
        state: 'UP',
        engine: expect.stringMatching(/\d/),
      });
    });

    test('holds the same graph as a plain map after any writes', async () => {
      const key = fc.constantFrom('a', 'b', 'c', 'd');
      const operation = fc.oneof(
        fc.record({ kind: fc.constant('upsert' as const), id: key, value: fc.integer() }),
        fc.record({ kind: fc.constant('link' as const), a: key, b: key }),
        fc.record({ kind: fc.constant('delete' as const), id: key }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(operation, { maxLength: 12 }), async (operations) => {
          await store.write([statement('test.clear', 'MATCH (n:Entity) DETACH DELETE n', {}, (row) => row)]);
          const nodes = new Map<string, number>();
          const edges = new Set<string>();
          for (const step of operations) {
            if (step.kind === 'upsert') {
              nodes.set(step.id, step.value);
              await store.write([upsertAll([{ id: step.id, properties: { value: step.value } }])]);
            } else if (step.kind === 'link') {
              if (nodes.has(step.a) && nodes.has(step.b)) edges.add(`${step.a}>${step.b}`);
              await store.write([link([step])]);
            } else {
              nodes.delete(step.id);
              for (const edge of edges) if (edge.split('>').includes(step.id)) edges.delete(edge);
              const remove = 'UNWIND $ids AS x MATCH (n:Entity {id: x}) DETACH DELETE n';
              await store.write([statement('test.delete', remove, { ids: [step.id] }, (row) => row)]);
            }
          }
          expect(await store.read(ids())).toEqual([...nodes.keys()].sort());
          expect(await store.read(linked(['a', 'b', 'c', 'd']))).toEqual([...edges].sort());
        }),
        { numRuns: 15 },
      );
    });

    test('what is written beside the others is there, whole, and of no revision that a view could have', async () => {
      await store.write([upsertAll([{ id: 'a', properties: { value: 'old' } }])], { beside: true });
      const refusal = new Error('refused');
      const refuse = () => {
        throw refusal;
      };
      const refused = { ...upsertAll([{ id: 'a', properties: { value: 'new' } }]), decode: refuse };
      await store.write([refused], { beside: true }).catch((error) => expect(error).toBe(refusal));
      expect(await store.read(ids())).toEqual(['a']);
    });

    describe('a snapshot', () => {
      const value = (id: string, name = 'value') =>
        statement(
          'test.of',
          `MATCH (n:Entity {id: $id}) RETURN n.${name} AS value`,
          { id },
          (row) => row.value,
        );

      test('shows the graph as it was, whatever is written, linked and deleted meanwhile', async () => {
        await store.write([
          upsertAll(['a', 'b', 'c'].map((id) => ({ id, properties: { value: `old ${id}` } }))),
        ]);
        await store.write([link([{ a: 'a', b: 'b' }])]);
        const snapshot = await store.openSnapshot();
        expect(snapshot.revision).toBe(await store.revision());
        const writing = (async () => {
          await store.write([upsertAll([{ id: 'a', properties: { value: 'new', more: 'new' } }])]);
          await store.write([upsertAll([{ id: 'd', properties: {} }]), link([{ a: 'b', b: 'c' }])]);
          await store.write([
            statement('test.delete', 'MATCH (n:Entity {id: $id}) DETACH DELETE n', { id: 'b' }, (row) => row),
          ]);
        })();
        if (!snapshot.isBrief) await writing;
        expect(await snapshot.read(ids())).toEqual(['a', 'b', 'c']);
        expect(await snapshot.read(value('a'))).toEqual(['old a']);
        expect(await snapshot.read(value('a', 'more'))).toEqual([null]);
        expect(await snapshot.read(linked(['a', 'b', 'c']))).toEqual(['a>b']);
        await snapshot.confirm();
        await snapshot.close();
        await writing;
        expect(await store.read(ids())).toEqual(['a', 'c', 'd']);
        expect(await store.read(linked(['a', 'b', 'c', 'd']))).toEqual([]);
      });

      test('shows what was acknowledged at one moment while others write without a pause', async () => {
        const stop = new AbortController();
        const writing = (async () => {
          for (let turn = 1; !stop.signal.aborted; turn++)
            await store.write([
              upsertAll(['a', 'b', 'c', 'd'].map((id) => ({ id, properties: { value: String(turn) } }))),
            ]);
        })();
        try {
          for (let round = 0; round < 20; round++) {
            const snapshot = await store.openSnapshot();
            const seen: unknown[] = [];
            for (const id of ['a', 'b', 'c', 'd']) seen.push(...(await snapshot.read(value(id))));
            expect(new Set(seen).size).toBeLessThanOrEqual(1);
            await snapshot.confirm();
            await snapshot.close();
          }
        } finally {
          stop.abort();
          await writing;
        }
      });

      test('that is closed answers nothing more', async () => {
        const snapshot = await store.openSnapshot();
        await snapshot.close();
        await snapshot.close();
        await expect(snapshot.read(ids())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      });
    });
  });
}
