/**
 * How many objects an operation may return, from the sizes it asks for: `first` and `limit` multiply down the
 * selection. An upper bound, known before anything runs.
 */

import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** Objects that one operation may ask for. */
export const OBJECTS_MAX = 50_000;

/** Arguments that say how many objects a field may hold. */
const SIZE_ARGUMENTS = ['first', 'limit'];

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
  /** Objects in one use of a fragment; a fragment that is used often is measured once. */
  readonly measured: Map<string, number>;
}

/** The most objects that the operation can return. The operation is valid. */
export function objectsOf({ schema, operation, document, variables }: MeasuredOperation): number {
  const root = schema.getRootType(operation.operation);
  if (root === null || root === undefined) return 0;
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
): number {
  return selections.reduce((sum, selection) => sum + inSelection(measure, parent, selection), 0);
}

function inSelection(measure: Measure, parent: GraphQLCompositeType, selection: SelectionNode): number {
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

function inField(measure: Measure, parent: GraphQLCompositeType, node: FieldNode): number {
  const field =
    isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
  const type = field === undefined ? undefined : getNamedType(field.type);
  if (field === undefined || !isCompositeType(type) || node.selectionSet === undefined) return 0;
  return sizeOf(measure, field, node) * (1 + inSelections(measure, type, node.selectionSet));
}

function inFragment(measure: Measure, parent: GraphQLCompositeType, name: string): number {
  const known = measure.measured.get(name);
  const fragment = measure.fragments.get(name);
  if (known !== undefined || fragment === undefined) return known ?? 0;
  const type = typeNamed(measure, fragment.typeCondition.name.value, parent);
  const objects = inSelections(measure, type, fragment.selectionSet);
  measure.measured.set(name, objects);
  return objects;
}

function typeNamed(
  { schema }: Measure,
  name: string | undefined,
  otherwise: GraphQLCompositeType,
): GraphQLCompositeType {
  const type = name === undefined ? undefined : schema.getType(name);
  return isCompositeType(type) ? type : otherwise;
}

/** What the field's size argument says, else its default; 1 for a field without one. */
function sizeOf(measure: Measure, field: GraphQLField<unknown, unknown>, node: FieldNode): number {
  const definition = field.args.find(({ name }) => SIZE_ARGUMENTS.includes(name));
  if (definition === undefined) return 1;
  const given = node.arguments?.find(({ name }) => name.value === definition.name)?.value;
  const size = (given === undefined ? undefined : argumentOf(measure, given)) ?? definition.defaultValue;
  return typeof size === 'number' && size > 0 ? size : 1;
}

function argumentOf({ variables }: Measure, node: ValueNode): unknown {
  if (node.kind === Kind.VARIABLE) return variables.get(node.name.value);
  return node.kind === Kind.INT ? Number(node.value) : undefined;
}
