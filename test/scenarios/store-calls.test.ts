import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operation, type Scenario, sampleDocuments, startScenario } from './harness.ts';

/** What each journey costs, whatever `first` is. */
const CALLS = {
  search: {
    variables: { query: 'Who was the adviser of Larry Page?' },
    graph: 14,
    vectors: 3,
  },
  ask: { variables: { question: 'Who was the adviser of Larry Page?' }, graph: 8, vectors: 3 },
  documents: { variables: {}, graph: 5, vectors: 0 },
  entities: { variables: {}, graph: 14, vectors: 0 },
  neighborhood: { variables: {}, graph: 4, vectors: 0 },
} as const;

describe('the number of store calls', () => {
  let trellis: Scenario;
  let entity: string;
  beforeAll(async () => {
    trellis = await startScenario();
    await trellis.ingest('samples', await sampleDocuments());
    entity = (await trellis.run('{ entities(name: "Alan Turing") { nodes { id } } }')).data.entities.nodes[0]
      .id;
  });
  afterAll(() => trellis?.close());

  const callsOf = async (name: string, variables: Readonly<Record<string, unknown>>, key?: string) => {
    await trellis.takeCalls();
    const { errors } = await trellis.run(await operation(name), variables, key);
    expect(errors).toEqual([]);
    return trellis.takeCalls();
  };

  test.each(Object.entries(CALLS))('of %s is fixed', async (name, { variables, graph, vectors }) => {
    const given = name === 'neighborhood' ? { entities: [entity] } : variables;
    const calls = await callsOf(name, given);
    const counted = {
      graph: calls.filter((call) => call.startsWith('graph.')).length,
      vectors: calls.filter((call) => call.startsWith('vectors.')).length,
    };
    expect({ ...counted, calls }).toMatchObject({ graph, vectors });
  });

  test('is the same for a reader who is bound to collections', async () => {
    const { data, errors } = await trellis.run(
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
      {
        input: {
          name: 'bound',
          scopes: ['documents:read', 'retrieval:read', 'graph:read'],
          collections: ['samples'],
        },
      },
    );
    expect(errors).toEqual([]);
    // A name is read with its entity here, and alone there.
    const own = (calls: readonly string[]) =>
      calls
        .filter((call) => !/apiKeys|audit/.test(call))
        .map((call) => call.replace(/Within$/, '').replace('searchScope.entityNames', 'entities.byIds'))
        .toSorted();
    for (const [name, { variables }] of Object.entries(CALLS)) {
      const given = name === 'neighborhood' ? { entities: [entity] } : variables;
      const bound = await callsOf(name, given, data.createApiKey.secret);
      expect(own(bound), name).toEqual(own(await callsOf(name, given)));
    }
  });

  test.each(['search', 'documents', 'entities'] as const)('of %s does not grow with first', async (name) => {
    const { variables } = CALLS[name];
    const few = await callsOf(name, { ...variables, first: 2 });
    const many = await callsOf(name, { ...variables, first: 40 });
    expect(many.toSorted()).toEqual(few.toSorted());
  });
});
