import { readdirSync } from 'node:fs';
import {
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subgraphAudience } from '../../platform/auth/token-authority.ts';
import { createLog } from '../../platform/log.ts';
import { adminSubgraph } from '../../subgraphs/admin/index.ts';
import { documentsSubgraph } from '../../subgraphs/documents/index.ts';
import { unguardedFields } from '../../subgraphs/permission-table.ts';
import { retrievalSubgraph } from '../../subgraphs/retrieval/index.ts';
import { createSubgraph, type Subgraph, subgraphSchema } from '../../subgraphs/serve-subgraph.ts';
import { ENTITY_ACCESS, type SubgraphDefinition } from '../../subgraphs/subgraph.ts';
import { traversalSubgraph } from '../../subgraphs/traversal/index.ts';
import { type Scenario, startScenario } from '../scenarios/harness.ts';

/** Rooms that must never be reached: whoever is refused touches nothing behind the rules. */
const unreachable = new Proxy(
  {},
  {
    get: (_, name) => {
      throw new Error(`${String(name)} was reached past the rules`);
    },
  },
) as never;

const DEFINITIONS: readonly SubgraphDefinition[] = [
  documentsSubgraph({
    graph: unreachable,
    content: unreachable,
    ingestion: unreachable,
  }) as SubgraphDefinition,
  { ...(traversalSubgraph({ graph: {} as never }) as SubgraphDefinition), createLoaders: () => unreachable },
  retrievalSubgraph({ retrieval: unreachable, graph: unreachable }) as SubgraphDefinition,
  adminSubgraph({ health: unreachable }) as SubgraphDefinition,
];

test('every subgraph there is takes part in these tests', () => {
  const folders = readdirSync(new URL('../../subgraphs', import.meta.url), { withFileTypes: true }).filter(
    (entry) => entry.isDirectory(),
  );
  expect(DEFINITIONS.map(({ name }) => name).sort()).toEqual(folders.map(({ name }) => name).sort());
});

describe.each(DEFINITIONS.map((definition) => [definition.name, definition] as const))(
  'the subgraph %s',
  (_, definition) => {
    const schema = subgraphSchema(definition);

    test('has a rule for every field of every type', () => {
      expect(unguardedFields(schema, definition.permissions)).toEqual([]);
    });

    test('says of every type that can be reached by reference who may reach it', () => {
      const union = schema.getType('_Entity');
      const types = union !== undefined && 'getTypes' in union ? union.getTypes() : [];
      expect(
        types
          .map(({ name }) => name)
          .filter((name) => definition.permissions[name]?.[ENTITY_ACCESS] === undefined),
      ).toEqual([]);
    });

    test('describes every type, field, argument and value', () => {
      expect(undescribed(schema)).toEqual([]);
    });
  },
);

describe('whoever may not', () => {
  let trellis: Scenario;
  let subgraphs: readonly Subgraph[];
  beforeAll(async () => {
    trellis = await startScenario();
    subgraphs = DEFINITIONS.map((definition) =>
      createSubgraph(definition, { authority: trellis.app.authority, log: createLog({ level: 'silent' }) }),
    );
  });
  afterAll(() => trellis?.close());

  const CASES = DEFINITIONS.flatMap((definition) => {
    const schema = subgraphSchema(definition);
    const roots = [schema.getQueryType(), schema.getMutationType()].filter(
      (type) => type !== undefined && type !== null,
    );
    const operations = roots.flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => !field.name.startsWith('_'))
        .map((field) => operationFor(type, field.name)),
    );
    const union = schema.getType('_Entity');
    const entities = (union !== undefined && 'getTypes' in union ? union.getTypes() : []).map(
      ({ name }) =>
        [
          `_entities ${name}`,
          `{ _entities(representations: [{ __typename: "${name}", id: "x" }]) { ... on ${name} { ${guardedField(definition, name)} } } }`,
        ] as const,
    );
    return [...operations, ...entities].map(([what, query]) => [definition.name, what, query] as const);
  });

  const run = async (name: string, query: string, token: string) => {
    const subgraph = subgraphs.find((one) => one.name === name);
    const result = await subgraph?.execute({
      query,
      token,
      requestId: 'test-request',
      deadline: Date.now() + 5_000,
    });
    return result?.errors?.map(({ extensions }) => extensions?.code);
  };
  const tokenFor = (name: string, scopes: readonly string[] = []) =>
    trellis.app.authority.issue({
      principal: { subject: 's', tenant: 't', scopes: scopes as never },
      audience: subgraphAudience(name),
      lifetimeSeconds: 60,
    });

  test(`is refused at each of ${CASES.length} ways in, whatever the token lacks`, async () => {
    const unsigned = new UnsecuredJWT({ tenant: 't', scope: 'admin:* documents:read' })
      .setIssuer('trellis')
      .setSubject('s')
      .setIssuedAt()
      .setExpirationTime('1h');
    const secret = new TextEncoder().encode('secret');
    const foreign = await new SignJWT({ tenant: 't', scope: 'admin:*' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('trellis')
      .setSubject('s')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(secret);
    const wrong: string[] = [];
    for (const [name, what, query] of CASES) {
      const tokens = {
        none: '',
        unsigned: unsigned.setAudience(subgraphAudience(name)).encode(),
        foreign,
        client: await trellis.token(),
        other: await tokenFor(name === 'admin' ? 'documents' : 'admin', ['admin:*']),
      };
      for (const [kind, token] of Object.entries(tokens)) {
        const codes = await run(name, query, token);
        if (codes?.[0] !== 'UNAUTHENTICATED') wrong.push(`${name} ${what} with ${kind}: ${codes}`);
      }
      const codes = await run(name, query, await tokenFor(name));
      const open = what === 'Query.viewer';
      if (open ? codes !== undefined : codes?.[0] !== 'FORBIDDEN')
        wrong.push(`${name} ${what} without scopes: ${codes}`);
    }
    expect(wrong).toEqual([]);
  });

  test('two subgraphs in one process never share a verdict', async () => {
    const reader = await trellis.token({ scopes: ['documents:read'] });
    await trellis.ingest('c', [{ key: 'a', content: 'Ada Lovelace wrote notes.' }]);
    const { data, errors } = await trellis.run(
      '{ documents { nodes { key entities { name } } } }',
      {},
      reader,
    );
    expect(data.documents.nodes).toEqual([{ key: 'a', entities: null }]);
    expect(errors.map((error) => error.extensions.code)).toEqual(['FORBIDDEN']);
  });
});

/** A field of an entity type that asks for a scope of its own, else any field. */
function guardedField(definition: SubgraphDefinition, type: string): string {
  const row = definition.permissions[type] ?? {};
  const needy = Object.entries(row).find(
    ([field, permission]) => field !== ENTITY_ACCESS && permission.includes(':'),
  );
  const field = row[ENTITY_ACCESS] === 'AUTHENTICATED' ? needy?.[0] : 'id';
  const object = subgraphSchema(definition).getType(type);
  if (field === undefined || !isObjectType(object)) return 'id';
  return withSelection(object, field);
}

function operationFor(type: GraphQLObjectType, field: string): readonly [string, string] {
  const keyword = type.name === 'Query' ? 'query' : 'mutation';
  return [`${type.name}.${field}`, `${keyword} { ${withSelection(type, field)} }`];
}

function withSelection(type: GraphQLObjectType, name: string): string {
  const field = type.getFields()[name];
  if (field === undefined) return '__typename';
  const required = field.args.filter((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined);
  const args =
    required.length === 0
      ? ''
      : `(${required.map((arg) => `${arg.name}: ${valueFor(arg.type)}`).join(', ')})`;
  return `${name}${args}${isLeafType(getNamedType(field.type)) ? '' : ' { __typename }'}`;
}

function valueFor(type: GraphQLInputType): string {
  if (isNonNullType(type)) return valueFor(type.ofType);
  if (isListType(type)) return `[${valueFor(type.ofType)}]`;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) && field.defaultValue === undefined,
    );
    return `{ ${fields.map((field) => `${field.name}: ${valueFor(field.type)}`).join(', ')} }`;
  }
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  return isScalarType(type) && ['Int', 'Float'].includes(type.name) ? '1' : '"x"';
}

function undescribed(schema: ReturnType<typeof subgraphSchema>): readonly string[] {
  const own = Object.values(schema.getTypeMap()).filter(
    ({ name }) =>
      !name.startsWith('_') &&
      !/^(Query|Mutation|Subscription|ID|Int|Float|String|Boolean|link__|federation__|DateTime|JSONObject)/.test(
        name,
      ),
  );
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return [...own, ...roots].flatMap((type) => {
    if (type === null || type === undefined) return [];
    // A type of another subgraph is described where it is owned.
    const extended = ['Chunk', 'Document', 'Entity'].includes(type.name);
    const missing =
      extended || roots.includes(type as GraphQLObjectType) || type.description ? [] : [type.name];
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const values = isEnumType(type) ? type.getValues() : [];
    for (const field of fields) {
      if (field.name.startsWith('_')) continue;
      if (!field.description) missing.push(`${type.name}.${field.name}`);
      if ('args' in field)
        for (const arg of field.args)
          if (!arg.description) missing.push(`${type.name}.${field.name}(${arg.name})`);
    }
    for (const value of values) if (!value.description) missing.push(`${type.name}.${value.name}`);
    return missing;
  });
}
