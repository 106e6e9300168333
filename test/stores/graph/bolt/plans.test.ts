import neo4j, { type Driver } from 'neo4j-driver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inNamespace } from '../../../../stores/graph/bolt/in-namespace.ts';
import { toBoltParameters } from '../../../../stores/graph/bolt/values.ts';
import type { Statement } from '../../../../stores/graph/graph-store.ts';
import { boltStore, emptyGraph } from '../../../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../../../servers/describe-on-neo4j.ts';
import { SPOKEN } from '../statements/catalogue.ts';

/** Ways of finding where to start that read a whole label, a whole type or everything. */
const SCANS = /AllNodesScan|LabelScan|LabelsScan|TypeScan|TypesScan|AllRelationshipsScan|NodeIndexScan/;

/** All but the counts of whole labels, which the server keeps, and what is asked of engines that number nodes. */
const OTHERWISE = ['transfer.countNodes', 'transfer.places'];
const LOOKING_UP = SPOKEN.filter(({ name }) => !OTHERWISE.includes(name));

interface Plan {
  readonly operatorType: string;
  readonly children: readonly Plan[];
}

const operatorsOf = (plan: Plan): readonly string[] => [
  plan.operatorType,
  ...plan.children.flatMap(operatorsOf),
];

describeOnNeo4j('the plans of Neo4j', (server) => {
  let driver: Driver;
  const explain = async ({ cypher, parameters }: Statement<unknown>) => {
    const { summary } = await driver.executeQuery(`EXPLAIN ${cypher}`, toBoltParameters(parameters));
    return operatorsOf(summary.plan as Plan);
  };

  beforeAll(async () => {
    await emptyGraph(server());
    for (const namespace of ['', 'r1']) {
      const store = boltStore(server(), { namespace });
      await store.open();
      await store.close();
    }
    driver = neo4j.driver(server().url, neo4j.auth.basic(server().user, server().password));
  }, 240_000);
  afterAll(() => driver?.close());

  describe.each([
    ['the first namespace', inNamespace('')],
    ['another namespace', inNamespace('r1')],
  ])('start at an index and read no whole label, in %s', (_, placing) => {
    test.each(LOOKING_UP.map((statement, at) => [statement.name, at, statement] as const))(
      '%s (%i)',
      async (_, __, statement) => {
        const operators = await explain({ ...statement, cypher: placing.text(statement.cypher) });
        expect(operators.filter((operator) => SCANS.test(operator))).toEqual([]);
        expect(operators.some((operator) => /IndexSeek/.test(operator))).toBe(true);
      },
    );
  });

  test('a scan would be seen', async () => {
    const scan = {
      name: 'scan',
      cypher: 'MATCH (n:Chunk) RETURN n.text',
      parameters: {},
      decode: () => null,
    };
    expect((await explain(scan)).some((operator) => SCANS.test(operator))).toBe(true);
  });
});
