/** One subscription as a client wrote it, and the two operations it becomes: the source's and the twin's. */

import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getOperationAST,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  type SelectionNode,
  specifiedRules,
  type ValidationRule,
  type VariableDefinitionNode,
  validate,
  visit,
} from 'graphql';
import { getArgumentValues, getVariableValues } from 'graphql/execution/values.js';
import { invariant, type Problem } from '../../platform/errors.ts';
import { clientMistake, nestsTooDeep, nodeOf, readProblem } from '../error-format.ts';
import { demandOf } from '../limits/breadth.ts';
import { refuseTooMuch, TOKENS_MAX } from '../limits/operation-limits.ts';
import { costOf } from '../limits/spending.ts';
import { refuseDeepValues } from '../limits/value-depth.ts';
import { TWINS, type Twin } from './twins.ts';

type Values = Readonly<Record<string, unknown>>;

export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Values | null | undefined;
}

export interface Operation {
  readonly query: string;
  readonly variables: Values;
}

export interface LiveOperation {
  /** The subscription field's name in the schema, and in the client's results. */
  readonly field: string;
  readonly responseName: string;
  readonly twin: Twin;
  /** Whether the schema promises that a result is never null. */
  readonly nonNull: boolean;
  /** What the owning subgraph is asked. */
  readonly source: Operation;
  /** What opening it costs. */
  readonly cost: number;
  /** What is run for an event of the source. */
  twinOf(event: Values): Operation;
}

export interface ReadOptions {
  readonly schema: GraphQLSchema;
  /** Beside those of GraphQL. */
  readonly rules: readonly ValidationRule[];
}

/** The parsed operation; BAD_INPUT with what is wrong. Not yet validated. */
export function parseOperation(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens: TOKENS_MAX });
  } catch (error) {
    if (error instanceof RangeError) throw nestsTooDeep();
    throw error instanceof GraphQLError ? clientMistake(error.message) : error;
  }
}

/** Which kind of operation will run; undefined where the document does not say. */
export function kindOf(document: DocumentNode, operationName: OperationRequest['operationName']) {
  return getOperationAST(document, operationName)?.operation;
}

/** Checks a subscription as a query would be checked. Throws the first problem. */
export function readLiveOperation(
  document: DocumentNode,
  { operationName, variables }: OperationRequest,
  { schema, rules }: ReadOptions,
): LiveOperation {
  const [error] = validate(schema, document, [...specifiedRules, ...rules]);
  if (error !== undefined) throw error.originalError ?? problemOf(error);
  const operation = getOperationAST(document, operationName);
  invariant(operation?.operation === OperationTypeNode.SUBSCRIPTION, 'only subscriptions are read here');
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const node = rootField(operation.selectionSet.selections, fragments);
  const field = schema.getSubscriptionType()?.getFields()[node.name.value];
  const twin = TWINS[node.name.value];
  invariant(field !== undefined && twin !== undefined, 'a valid subscription names a field that has a twin');
  refuseDeepValues(variables ?? {});
  const coerced = coerce(schema, operation, variables ?? {});
  const demand = demandOf({ schema, operation, document, variables: variables ?? {} });
  refuseTooMuch(demand);
  const rerun = compileTwin(operation, node, fragments, twin);
  return {
    field: field.name,
    responseName: node.alias?.value ?? field.name,
    twin,
    nonNull: isNonNullType(field.type),
    cost: costOf(demand),
    source: sourceOf(field, getArgumentValues(field, node, coerced), twin),
    twinOf: (event) => rerun(variables ?? {}, event),
  };
}

function problemOf(error: GraphQLError): Problem {
  return typeof error.extensions['type'] === 'string'
    ? readProblem(error.toJSON())
    : clientMistake(error.message, nodeOf(error));
}

/** A valid subscription has one root field, which may stand in a fragment. */
function rootField(
  selections: readonly SelectionNode[],
  fragments: readonly FragmentDefinitionNode[],
): FieldNode {
  const [selection] = selections;
  if (selection?.kind === Kind.FIELD) return selection;
  const inner =
    selection?.kind === Kind.INLINE_FRAGMENT
      ? selection
      : fragments.find(({ name }) => name.value === selection?.name.value);
  invariant(inner, 'a valid subscription has a root field');
  return rootField(inner.selectionSet.selections, fragments);
}

function coerce(
  schema: GraphQLSchema,
  { variableDefinitions }: OperationDefinitionNode,
  variables: Values,
): Values {
  const { coerced, errors } = getVariableValues(schema, variableDefinitions ?? [], variables, {
    maxErrors: 1,
  });
  if (coerced !== undefined) return coerced;
  throw clientMistake(errors?.[0]?.message ?? 'The variables are not valid.');
}

function sourceOf({ name, args }: GraphQLField<unknown, unknown>, values: Values, twin: Twin): Operation {
  const given = args.filter((argument) => argument.name in values);
  const variables = given.map((argument) => `$${argument.name}: ${argument.type}`).join(', ');
  const passed = given.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  const field = `${name}${passed === '' ? '' : `(${passed})`} ${twin.event}`;
  return {
    query: `subscription Source${variables === '' ? '' : `(${variables})`} { ${field} }`,
    variables: values,
  };
}

/** Variables of ours, for fields of the event: no client's variable may have such a name by accident. */
const eventVariable = (argument: string) => `trellisEvent_${argument}`;

/** The client's operation as a query on the twin: same selection, same fragments, same key in the result. */
function compileTwin(
  operation: OperationDefinitionNode,
  node: FieldNode,
  fragments: readonly FragmentDefinitionNode[],
  twin: Twin,
): (variables: Values, event: Values) => Operation {
  const fromEvent = twin.arguments === 'CLIENT' ? {} : twin.arguments;
  const field: FieldNode = {
    ...node,
    alias: node.alias ?? node.name,
    name: nameNode(twin.field),
    ...(twin.arguments === 'CLIENT' ? {} : { arguments: Object.keys(fromEvent).map(eventArgument) }),
  };
  const kept = fragmentsUsedBy(field, fragments);
  const used = variablesIn([field, ...kept]);
  const query: OperationDefinitionNode = {
    ...operation,
    operation: OperationTypeNode.QUERY,
    selectionSet: { kind: Kind.SELECTION_SET, selections: [field] },
    variableDefinitions: [
      ...(operation.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value)),
      ...Object.keys(fromEvent).map(eventVariableDefinition),
    ],
  };
  const text = print({ kind: Kind.DOCUMENT, definitions: [query, ...kept] });
  return (variables, event) => {
    const own = Object.entries(variables).filter(([name]) => used.has(name));
    const events = Object.entries(fromEvent).map(([argument, name]) => [
      eventVariable(argument),
      event[name],
    ]);
    return { query: text, variables: Object.fromEntries([...own, ...events]) };
  };
}

/** Fragments on the subscription itself are not part of the query. */
function fragmentsUsedBy(
  field: FieldNode,
  fragments: readonly FragmentDefinitionNode[],
): readonly FragmentDefinitionNode[] {
  const used = new Set<string>();
  const follow = (node: FieldNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.find((candidate) => candidate.name.value === name.value);
        if (used.has(name.value) || fragment === undefined) return;
        used.add(name.value);
        follow(fragment);
      },
    });
  };
  follow(field);
  return fragments.filter(({ name }) => used.has(name.value));
}

function variablesIn(nodes: readonly (FieldNode | FragmentDefinitionNode)[]): ReadonlySet<string> {
  const used = new Set<string>();
  for (const node of nodes) visit(node, { Variable: ({ name }) => void used.add(name.value) });
  return used;
}

function nameNode(value: string) {
  return { kind: Kind.NAME, value } as const;
}

function eventArgument(argument: string): ArgumentNode {
  const value = { kind: Kind.VARIABLE, name: nameNode(eventVariable(argument)) } as const;
  return { kind: Kind.ARGUMENT, name: nameNode(argument), value };
}

function eventVariableDefinition(argument: string): VariableDefinitionNode {
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: nameNode(eventVariable(argument)) },
    type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: nameNode('ID') } },
  };
}
