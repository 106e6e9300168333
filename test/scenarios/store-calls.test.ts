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

  const callsOf = async (name: string, variables: Readonly<Record<string, unknown>>) => {
    await trellis.takeCalls();
    const { errors } = await trellis.run(await operation(name), variables);
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

  test.each(['search', 'documents', 'entities'] as const)('of %s does not grow with first', async (name) => {
    const { variables } = CALLS[name];
    const few = await callsOf(name, { ...variables, first: 2 });
    const many = await callsOf(name, { ...variables, first: 40 });
    expect(many.toSorted()).toEqual(few.toSorted());
  });
});
