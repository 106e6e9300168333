/** Where an error is, by the names that fields have in the schema: those in its path are the client's to choose. */

import {
  type DocumentNode,
  type FieldNode,
  getOperationAST,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Fragments within fragments that are followed; validation has refused those that lead back to themselves. */
const FRAGMENTS_DEEP_MAX = 100;
const UNKNOWN = '?';

export function fieldNamesAt(
  document: DocumentNode,
  operationName: string | null | undefined,
  path: readonly (string | number)[],
): readonly string[] {
  let sets = setsOf([getOperationAST(document, operationName)?.selectionSet]);
  return path
    .filter((step) => typeof step === 'string')
    .map((responseName) => {
      const fields = sets
        .flatMap(({ selections }) => fieldsIn(document, selections))
        .filter(({ name, alias }) => (alias ?? name).value === responseName);
      sets = setsOf(fields.map(({ selectionSet }) => selectionSet));
      return fields[0]?.name.value ?? UNKNOWN;
    });
}

function setsOf(sets: readonly (SelectionSetNode | undefined)[]): readonly SelectionSetNode[] {
  return sets.filter((set) => set !== undefined);
}

function fieldsIn(
  document: DocumentNode,
  selections: readonly SelectionNode[],
  deep = 0,
): readonly FieldNode[] {
  if (deep > FRAGMENTS_DEEP_MAX) return [];
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    const inside =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragmentNamed(document, selection.name.value);
    return inside === undefined ? [] : fieldsIn(document, inside.selections, deep + 1);
  });
}

function fragmentNamed({ definitions }: DocumentNode, name: string): SelectionSetNode | undefined {
  const found = definitions.find(
    (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
  );
  return found?.kind === Kind.FRAGMENT_DEFINITION ? found.selectionSet : undefined;
}
