/** The public schema as a whole: what clients see of the subgraphs. */

import { readdirSync, readFileSync } from 'node:fs';
import {
  type ASTNode,
  buildASTSchema,
  type DefinitionNode,
  type GraphQLSchema,
  getDirectiveValues,
  Kind,
  parse,
  type StringValueNode,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { composeSupergraph, isSupergraphCurrent } from '../../schema/compose.ts';

const OPERATIONS = new URL('../../schema/operations/', import.meta.url);
const document = parse(composeSupergraph());
const schema = buildASTSchema(document);

test('the committed supergraph is what the subgraphs’ schemas compose to, without a warning', () => {
  expect(isSupergraphCurrent()).toBe(true);
});

describe('every part of the schema is described', () => {
  const parts = describable();

  test('types, fields, arguments, enum values and input fields', () => {
    expect(parts.length).toBeGreaterThan(300);
    expect(parts.filter(({ text }) => text === undefined).map(({ name }) => name)).toEqual([]);
  });

  test('in sentences', () => {
    const fragments = parts.filter(({ text = '.' }) => !/^[\p{Lu}`0-9]/u.test(text) || !/[.`]$/.test(text));
    expect(fragments.map(({ name, text }) => `${name}: ${text}`)).toEqual([]);
  });

  test('with the most that a page may have', () => {
    const pages = parts.filter(({ name }) => /\(first\)$/.test(name));
    expect(pages.length).toBeGreaterThan(5);
    expect(pages.filter(({ text = '' }) => !/\b100\b/.test(text)).map(({ name }) => name)).toEqual([]);
  });
});

describe('a mutation', () => {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

  test.each(mutations.map((field) => [field.name, field] as const))('takes one input: %s', (_, field) => {
    expect(field.args.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      expect.stringMatching(/^input: \w+Input!$/),
    ]);
  });
});

describe('the operations of the journeys', () => {
  const files = readdirSync(OPERATIONS).filter((name) => name.endsWith('.graphql'));

  test.each(files)('fit the schema and use nothing deprecated: %s', (file) => {
    const operation = parse(readFileSync(new URL(file, OPERATIONS), 'utf8'));
    expect(validate(schema, operation)).toEqual([]);
    expect(deprecatedFields(schema, operation)).toEqual([]);
  });
});

test('fields that another subgraph answers may be null, so that one that is down costs no others', () => {
  const promises = document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || ROOTS.has(definition.name.value)) return [];
    const graphs = new Set(definition.directives?.map(graphOf).filter(Boolean));
    return (definition.fields ?? [])
      .filter((field) => graphs.size > 1 && field.directives?.some((directive) => graphOf(directive)))
      .filter(
        (field) =>
          field.type.kind === Kind.NON_NULL_TYPE &&
          !field.directives?.some(({ name }) => name.value === 'deprecated'),
      )
      .map((field) => `${definition.name.value}.${field.name.value}: ${graphOf(field.directives?.[0])}`);
  });
  expect(promises.length).toBeGreaterThan(10);
  const owners: Readonly<Record<string, string>> = {
    Document: 'DOCUMENTS',
    Chunk: 'DOCUMENTS',
    Entity: 'TRAVERSAL',
  };
  const foreign = promises.filter(
    (promise) => owners[promise.split('.')[0] ?? ''] !== promise.split(': ')[1],
  );
  expect(foreign).toEqual([]);
});

const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);

interface Part {
  readonly name: string;
  readonly text: string | undefined;
}

/** Everything that can have a description but the roots, whose fields speak for themselves. */
function describable(): readonly Part[] {
  const parts: Part[] = [];
  const path: string[] = [];
  for (const definition of document.definitions.filter(isOurs)) {
    visit(definition, {
      enter: (node: ASTNode) => {
        if (!('name' in node) || !node.name || !DESCRIBED.has(node.kind)) return;
        const own = node.name.value;
        const isArgument = path.length === 2 && node.kind === Kind.INPUT_VALUE_DEFINITION;
        path.push(own);
        const name = isArgument ? `${path.slice(0, 2).join('.')}(${own})` : path.join('.');
        if (!ROOTS.has(name)) parts.push({ name, text: textOf(node) });
      },
      leave: (node: ASTNode) => {
        if (DESCRIBED.has(node.kind)) path.pop();
      },
    });
  }
  return parts;
}

const DESCRIBED: ReadonlySet<string> = new Set([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.INPUT_OBJECT_TYPE_DEFINITION,
  Kind.SCALAR_TYPE_DEFINITION,
  Kind.FIELD_DEFINITION,
  Kind.INPUT_VALUE_DEFINITION,
  Kind.ENUM_VALUE_DEFINITION,
]);

/** Not of the machinery that composition adds. */
function isOurs(definition: DefinitionNode): boolean {
  if (!DESCRIBED.has(definition.kind)) return false;
  return 'name' in definition && !/^(join|link)__/.test(definition.name?.value ?? '');
}

function textOf(node: ASTNode): string | undefined {
  const { description } = node as { readonly description?: StringValueNode };
  return description?.value.trim();
}

/** The subgraph that a `@join__field` or `@join__type` names. */
function graphOf(
  directive:
    | { readonly name: { readonly value: string }; readonly arguments?: readonly unknown[] }
    | undefined,
) {
  if (directive === undefined || !/^join__(field|type)$/.test(directive.name.value)) return undefined;
  const definition = schema.getDirective(directive.name.value);
  const values = definition && getDirectiveValues(definition, { directives: [directive] as never });
  return values?.['graph'] as string | undefined;
}

function deprecatedFields(within: GraphQLSchema, operation: ASTNode): readonly string[] {
  const types = new TypeInfo(within);
  const found: string[] = [];
  visit(
    operation,
    visitWithTypeInfo(types, {
      Field: ({ name }) => {
        if (types.getFieldDef()?.deprecationReason) found.push(name.value);
      },
    }),
  );
  return found;
}
