/** Lists are read one at a time, brought up to date in parts, and what is dropped under a page is no verdict on it. */

import grafeo, { type GrafeoDB } from '@grafeo-db/js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHeldIds, type HeldIds } from '../../../../stores/graph/embedded/held-ids.ts';
import { createIdPages } from '../../../../stores/graph/embedded/id-pages.ts';
import { rowsOf, type Transaction } from '../../../../stores/graph/embedded/run-statements.ts';

const ofTenant = (value: string) => ({ label: 'Document', property: 'tenant', value }) as const;
const ids = (count: number) => Array.from({ length: count }, (_, at) => `doc_${String(at).padStart(5, '0')}`);

let database: GrafeoDB;
/** Views that are open, and the most that were at once. */
let views: { open: number; most: number };
/** How many ids each look-up was of. */
let lookedUp: number[];
let held: HeldIds;

/** The engine's own, watched. */
function watched(view: Transaction): Transaction {
  views.open += 1;
  views.most = Math.max(views.most, views.open);
  return {
    executeCypher: (cypher: string, parameters: { ids?: readonly string[] }) => {
      if (parameters.ids !== undefined) lookedUp.push(parameters.ids.length);
      return view.executeCypher(cypher, parameters);
    },
    rollback: () => {
      views.open -= 1;
      view.rollback();
    },
  } as unknown as Transaction;
}
const begin = () => watched(database.beginTransaction('snapshot'));

beforeEach(async () => {
  database = grafeo.GrafeoDB.create();
  await database.executeCypher('CREATE INDEX document_id FOR (n:Document) ON (n.id)', {});
  views = { open: 0, most: 0 };
  lookedUp = [];
  const engine = { beginTransaction: begin } as unknown as GrafeoDB;
  held = createHeldIds(() => engine);
  await put(ids(5_000));
});
afterEach(async () => {
  await held.close();
  database.close();
});

const put = async (some: readonly string[]) => {
  const cypher = "UNWIND $ids AS id CREATE (n:Document {id: id, tenant: 'acme'})";
  await database.executeCypher(cypher, { ids: some });
};

test('one list is read at a time', async () => {
  for (const tenant of ['acme', 'b', 'c']) held.want(ofTenant(tenant));
  await held.settled();
  expect(views).toEqual({ open: 0, most: 1 });
});

test('a list is brought up to date in parts, each id once', async () => {
  await database.executeCypher("CREATE (n:Document {id: 'a', tenant: 'acme'})", {});
  held.want(ofTenant('acme'));
  await held.settled();
  const made = ids(7_000).slice(5_000);
  await put(made);
  for (let at = 0; at < 3; at++)
    held.note({ nodes: [{ label: 'Document', ids: [...made, ...ids(1_000)] }], isUnclear: false }, []);
  const view = begin();
  expect((await held.upTo(view, ofTenant('acme')))?.size).toBe(7_001);
  view.rollback();
  expect(lookedUp).toEqual([2_000, 1_000]);
});

test('a list that is dropped under a page is read anew, and the next page goes along it', async () => {
  let drops = true;
  const restless = createHeldIds(() => database, { scopeRestMs: 0 });
  const pages = createIdPages(
    () => database,
    {
      ...restless,
      upTo: async (view, scope) => {
        const list = await restless.upTo(view, scope);
        if (list !== null && drops) restless.forget(scope);
        return list;
      },
    },
    { lookedAtMin: 0 },
  );
  const query = {
    cypher:
      'MATCH (n:Document {tenant: $tenant}) WHERE n.id > $after RETURN n.id AS id ORDER BY id LIMIT $limit',
    parameters: { tenant: 'acme', after: '', limit: 2 },
    page: {
      ...ofTenant('acme'),
      ...{ after: '', limit: 2 },
      ofIds: 'UNWIND $ids AS i MATCH (n:Document {id: i}) RETURN n.id AS id ORDER BY id LIMIT $limit',
    },
  };
  const read = async () => {
    const { isAlongIds, rows } = await pages.read(query);
    await restless.settled();
    expect(rows).toEqual(rowsOf(await database.executeCypher(query.cypher, query.parameters)));
    return isAlongIds;
  };
  expect([await read(), await read()]).toEqual([false, false]);
  drops = false;
  expect(await read()).toBe(true);
  await restless.close();
});
