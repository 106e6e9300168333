/**
 * How much an operation asks for: objects, characters of text, and searching. `first` and `limit` multiply down the
 * selection, `length` says how long a text may be. An upper bound, known before anything runs.
 */

import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** What an operation may ask for, all in all. */
export interface Demand {
  /** Objects, and values in lists of plain values. */
  readonly objects: number;
  /** UTF-16 code units of texts whose length is known beforehand. */
  readonly characters: number;
  /** Units of searching; see {@link WORK}. */
  readonly work: number;
}

/** What one operation may ask for at most. */
export const DEMAND_MAX: Demand = { objects: 50_000, characters: 30_000_000, work: 200 };

/** Arguments that say how many objects a field may hold, and how long a text. */
const SIZE_ARGUMENTS = ['first', 'limit'];
const LENGTH_ARGUMENTS = ['length'];
/** Values that a list of plain values is taken to hold. */
const VALUES_OF_A_LIST = 10;
/** Texts without an argument for their length, in UTF-16 code units: as long as ingestion lets them be. */
const TEXTS: ReadonlyMap<string, number> = new Map([['Chunk.text', 2_000]]);
/** Fields that search or walk: what each costs, whatever it finds. The schema tells clients the same numbers. */
const WORK: ReadonlyMap<string, number> = new Map([
  ['Query.search', 20],
  ['Query.ask', 20],
  ['Subscription.answer', 20],
  ['Query.path', 20],
  ['Query.neighborhood', 20],
  ['Chunk.similar', 1],
  // Reads every entry that there is.
  ['Query.auditVerification', 100],
]);

const NOTHING: Demand = { objects: 0, characters: 0, work: 0 };

export interface MeasuredOperation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  /** Holds the operation's fragments. */
  readonly document: DocumentNode;
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Measure {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: ReadonlyMap<string, unknown>;
  /** What one use of a fragment asks for; a fragment that is used often is measured once. */
  readonly measured: Map<string, Demand>;
}

/** The most that the operation can ask for. The operation is valid. */
export function demandOf({ schema, operation, document, variables }: MeasuredOperation): Demand {
  const root = schema.getRootType(operation.operation);
  if (root === null || root === undefined) return NOTHING;
  const measure: Measure = {
    schema,
    fragments: fragmentsOf(document),
    variables: withDefaults(operation, variables),
    measured: new Map(),
  };
  return inSelections(measure, root, operation.selectionSet);
}

function fragmentsOf({ definitions }: DocumentNode): Measure['fragments'] {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}

function withDefaults(
  operation: OperationDefinitionNode,
  variables: MeasuredOperation['variables'],
): ReadonlyMap<string, unknown> {
  const defaults = (operation.variableDefinitions ?? []).map(
    ({ variable, defaultValue }) =>
      [
        variable.name.value,
        defaultValue?.kind === Kind.INT ? Number(defaultValue.value) : undefined,
      ] as const,
  );
  return new Map([...defaults, ...Object.entries(variables)]);
}

function inSelections(
  measure: Measure,
  parent: GraphQLCompositeType,
  { selections }: SelectionSetNode,
): Demand {
  return selections.reduce((sum, selection) => plus(sum, inSelection(measure, parent, selection)), NOTHING);
}

function plus(left: Demand, right: Demand): Demand {
  return {
    objects: left.objects + right.objects,
    characters: left.characters + right.characters,
    work: left.work + right.work,
  };
}

function inSelection(measure: Measure, parent: GraphQLCompositeType, selection: SelectionNode): Demand {
  switch (selection.kind) {
    case Kind.FIELD:
      return inField(measure, parent, selection);
    case Kind.INLINE_FRAGMENT:
      return inSelections(
        measure,
        typeNamed(measure, selection.typeCondition?.name.value, parent),
        selection.selectionSet,
      );
    case Kind.FRAGMENT_SPREAD:
      return inFragment(measure, parent, selection.name.value);
  }
}

function inField(measure: Measure, parent: GraphQLCompositeType, node: FieldNode): Demand {
  const field =
    isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
  if (field === undefined) return NOTHING;
  const place = `${parent.name}.${field.name}`;
  const work = WORK.get(place) ?? 0;
  const type = getNamedType(field.type);
  if (!isCompositeType(type) || node.selectionSet === undefined) {
    const isList = isListType(getNullableType(field.type));
    const characters = argumentOf(measure, field, node, LENGTH_ARGUMENTS) ?? TEXTS.get(place) ?? 0;
    return { objects: isList ? VALUES_OF_A_LIST : 0, characters, work };
  }
  const size = argumentOf(measure, field, node, SIZE_ARGUMENTS) ?? 1;
  const each = inSelections(measure, type, node.selectionSet);
  return {
    objects: size * (1 + each.objects),
    characters: size * each.characters,
    work: work + size * each.work,
  };
}

function inFragment(measure: Measure, parent: GraphQLCompositeType, name: string): Demand {
  const known = measure.measured.get(name);
  const fragment = measure.fragments.get(name);
  if (known !== undefined || fragment === undefined) return known ?? NOTHING;
  const type = typeNamed(measure, fragment.typeCondition.name.value, parent);
  const demand = inSelections(measure, type, fragment.selectionSet);
  measure.measured.set(name, demand);
  return demand;
}

function typeNamed(
  { schema }: Measure,
  name: string | undefined,
  otherwise: GraphQLCompositeType,
): GraphQLCompositeType {
  const type = name === undefined ? undefined : schema.getType(name);
  return isCompositeType(type) ? type : otherwise;
}

/** The number that one of these arguments of the field says, else its default; undefined without such an argument. */
function argumentOf(
  measure: Measure,
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  names: readonly string[],
): number | undefined {
  const definition = field.args.find(({ name }) => names.includes(name));
  if (definition === undefined) return undefined;
  const given = node.arguments?.find(({ name }) => name.value === definition.name)?.value;
  const value = (given === undefined ? undefined : givenValue(measure, given)) ?? definition.defaultValue;
  return typeof value === 'number' && value > 0 ? value : undefined;
}

function givenValue({ variables }: Measure, node: ValueNode): unknown {
  if (node.kind === Kind.VARIABLE) return variables.get(node.name.value);
  return node.kind === Kind.INT ? Number(node.value) : undefined;
}
