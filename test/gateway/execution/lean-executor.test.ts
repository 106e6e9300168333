import { composeServices } from '@apollo/composition';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLeanExecutor } from '../../../gateway/execution/lean-executor.ts';
import type { SubgraphFetch } from '../../../gateway/execution/subgraph-fetch.ts';
import type { Data } from '../harness.ts';
import { randomFrom, randomOperation } from './random-operation.ts';

/** Lists in lists, nulls in both kinds of place, keys of two fields, a key that leads to a key, and an interface. */
const SHARED =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';
const SCHEMAS = {
  one: `${SHARED}
    scalar JSON
    enum Kind { A B }
    interface Named { name: String }
    type Query { items: [Item!]! item(id: ID!): Item maybe: [Item] nested: [[Item]!] named: Named json: JSON }
    type Item implements Named @key(fields: "id") { id: ID! name: String kind: Kind tags: [String!] owner: Owner part: Part! }
    type Part { size: Float! items: [Item!] }
    type Owner @key(fields: "id") { id: ID! }`,
  two: `${SHARED}
    type Query { owners: [Owner] }
    type Item @key(fields: "id") { id: ID! price: Int! rating: Float owner2: Owner }
    type Owner @key(fields: "id") @key(fields: "area { code } number") { id: ID! area: Area! number: Int! items: [Item!] }
    type Area { code: String! }`,
  three: `${SHARED}
    type Owner @key(fields: "area { code } number") { area: Area! @shareable number: Int! @shareable title: String! notes: [String] }
    type Area @shareable { code: String! }
    type Query { unused: Int }`,
};
type Name = keyof typeof SCHEMAS;

/** What the resolvers do is decided by the item asked about, so that both executors see the same. */
const item = (id: string) => ({
  __typename: 'Item',
  id,
  name: id === '2' ? null : `Item ${id}`,
  kind: id === '3' ? 'B' : 'A',
  tags: id === '1' ? [] : ['x', 'y'],
  owner: id === '4' ? null : { id },
  part: { size: Number(id), items: [{ id }] },
});
const owner = (id: string) => ({
  id,
  area: { code: `area-${id}` },
  number: Number(id),
  items: [item('1'), item('5')],
});
const fails = (message: string) => {
  throw new GraphQLError(message, { extensions: { code: 'CONFLICT' } });
};
const RESOLVERS = {
  one: {
    Query: {
      items: () => ['1', '2', '3', '4'].map(item),
      item: (_: unknown, { id }: { id: string }) => item(id),
      maybe: () => [item('1'), null, item('3')],
      nested: () => [[item('1'), null], [], [item('2')]],
      named: () => item('3'),
      json: () => ({ any: ['thing', null] }),
    },
    Item: { name: ({ id, name }: Data) => (id === '4' ? fails('no name') : name) },
    Named: { __resolveType: () => 'Item' },
  },
  two: {
    Query: { owners: () => [owner('1'), null, owner('2')] },
    Item: {
      __resolveReference: ({ id }: Data) =>
        id === '3' ? null : { id, price: Number(id) * 10, owner2: owner(id) },
      price: ({ id, price }: Data) => (id === '5' ? fails('no price') : price),
      rating: ({ id }: Data) => (id === '1' ? fails('no rating') : 4.5),
    },
    Owner: { __resolveReference: ({ id, number }: Data) => owner(id ?? String(number)) },
  },
  three: {
    Query: { unused: () => 1 },
    Owner: {
      __resolveReference: (representation: Data) => representation,
      title: ({ number }: Data) => (number === 2 ? fails('no title') : `Owner ${number}`),
      notes: () => ['a', null],
    },
  },
};

interface Peers {
  /** Runs an operation through our executor; `runs` times, because the first run is Apollo's. */
  lean(query: string, variables: Data): Promise<Data>;
  apollo(query: string, variables: Data): Promise<Data>;
  readonly schema: GraphQLSchema;
  /** Runs of our executor that Apollo's did not take over. */
  readonly leanRuns: () => number;
  close(): Promise<void>;
}

let peers: Peers;
beforeAll(async () => {
  peers = await startPeers();
});
afterAll(() => peers.close());

describe("our executor answers as Apollo's does", () => {
  test('three hundred random operations, over nulls, errors and lists in every place', async () => {
    let compared = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const { query, variables } = randomOperation(peers.schema, randomFrom(seed));
      if (validate(peers.schema, parse(query)).length > 0) continue;
      compared += 1;
      const [ours, theirs] = [await peers.lean(query, variables), await peers.apollo(query, variables)];
      expect(comparable(ours), `seed ${seed}: ${query}`).toEqual(comparable(theirs));
    }
    expect(compared).toBeGreaterThan(250);
    expect(peers.leanRuns()).toBeGreaterThan(150);
  });

  test.each([
    ['names that every object has', '{ item(id: "1") { constructor: name toString: id __proto__: kind } }'],
    ['an interface', '{ named { __typename name ... on Item { kind price } } }'],
    ['introspection beside data', '{ __schema { queryType { name } } item(id: "1") { id } }'],
    ['a key that leads to a key', '{ item(id: "1") { owner { title notes } } }'],
    ['a field whose subgraph has nothing', '{ items { rating owner2 { number } } }'],
    ['a mutation that is not there', 'query Q { __typename }'],
  ])('%s', async (_, query) => {
    expect(comparable(await peers.lean(query, {}))).toEqual(comparable(await peers.apollo(query, {})));
  });

  test('wrong variables', async () => {
    const query = 'query Q($id: ID!) { item(id: $id) { id } }';
    for (const variables of [{}, { id: null }, { id: { a: 1 } }, { id: '1', more: 2 }]) {
      expect(comparable(await peers.lean(query, variables))).toEqual(
        comparable(await peers.apollo(query, variables)),
      );
    }
  });
});

test("where a subgraph gives null against its promise, our executor says so and Apollo's is silent", async () => {
  const query = '{ items { id price } }';
  const [ours, theirs] = [await peers.lean(query, {}), await peers.apollo(query, {})];
  expect(theirs).toEqual({ data: null, errors: undefined, extensions: expect.anything() });
  expect(ours.data).toBeNull();
  expect(ours.errors[0].message).toContain('Item.price has no value');
});

/** Errors in any order; Apollo tells of nulls that no error explains in an extension, which is not for clients. */
function comparable({ data, errors }: Data) {
  const told = (errors ?? []).map(({ message, path }: Data) => `${message} at ${path?.join('.')}`);
  const unexplained = told.length === 1 && told[0].includes('has no value');
  return { data, errors: unexplained ? [] : told.sort() };
}

async function startPeers(): Promise<Peers> {
  const typeDefs = (name: Name) => parse(SCHEMAS[name]);
  const names = Object.keys(SCHEMAS) as Name[];
  const services = names.map((name) => ({ name, url: `http://${name}`, typeDefs: typeDefs(name) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors?.join('\n'));
  const schemas = Object.fromEntries(
    names.map((name) => [
      name,
      buildSubgraphSchema({ typeDefs: typeDefs(name), resolvers: RESOLVERS[name] as Data }),
    ]),
  );
  const call = async ({ subgraph, query, variables }: SubgraphFetch) => {
    const schema = schemas[subgraph] as GraphQLSchema;
    const result = await execute({ schema, document: parse(query), variableValues: { ...variables } });
    return JSON.parse(JSON.stringify(result)) as FormattedExecutionResult;
  };
  const buildService = ({ name }: { readonly name: string }) => ({
    process: ({ request }: Data) => call({ subgraph: name, ...request }) as Data,
  });

  let apolloRuns = 0;
  let runs = 0;
  const lean = createLeanExecutor(call);
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService,
    experimental_didResolveQueryPlan: lean.remember,
  });
  const ours = await serve({
    load: async (options: Data) => {
      const { executor } = await gateway.load(options);
      const wrapped = lean.wrap((request) => {
        apolloRuns += 1;
        return executor(request);
      });
      return { executor: wrapped };
    },
    onSchemaLoadOrUpdate: (listener: Data) => gateway.onSchemaLoadOrUpdate(listener),
    stop: () => gateway.stop(),
  });
  const plain = new ApolloGateway({ supergraphSdl, buildService });
  const theirs = await serve(plain);
  const run = async (server: ApolloServer, query: string, variables: Data) => {
    const operationName = query.includes('query Q') ? 'Q' : undefined;
    const { body } = await server.executeOperation({
      query,
      variables,
      ...(operationName ? { operationName } : {}),
    });
    return body.kind === 'single' ? JSON.parse(JSON.stringify(body.singleResult)) : null;
  };
  return {
    lean: async (query, variables) => {
      await run(ours, query, variables);
      const before = apolloRuns;
      const answer = await run(ours, query, variables);
      if (apolloRuns === before) runs += 1;
      return answer;
    },
    apollo: (query, variables) => run(theirs, query, variables),
    schema: plain.schema as GraphQLSchema,
    leanRuns: () => runs,
    close: async () => {
      await ours.stop();
      await theirs.stop();
    },
  };
}

async function serve(gateway: Data): Promise<ApolloServer> {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  const server = new ApolloServer({
    gateway,
    includeStacktraceInErrorResponses: false,
    plugins: [ApolloServerPluginLandingPageDisabled(), ApolloServerPluginUsageReportingDisabled()],
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  await server.start();
  return server;
}
