/** Where a value stands among the arguments of an operation: graphql-js says what is wrong with one, and not which it is. */

import { type ASTNode, BREAK, type DocumentNode, Kind, visit } from 'graphql';

/** A dotted path such as `input.documents.3.content`; undefined for what stands in no argument. */
export function argumentPath(document: DocumentNode, wanted: ASTNode): string | undefined {
  let found: string | undefined;
  visit(document, {
    enter: (node, _key, parent, path, ancestors) => {
      if (!isSame(node, wanted)) return undefined;
      found = parent === undefined ? undefined : pathOf(path, [...ancestors, parent]);
      return BREAK;
    },
  });
  return found;
}

/** The same node, or the one in its place where the text was parsed again. */
function isSame(node: ASTNode, wanted: ASTNode): boolean {
  if (node === wanted) return true;
  const { loc } = node;
  return (
    node.kind === wanted.kind &&
    loc !== undefined &&
    loc.start === wanted.loc?.start &&
    loc.end === wanted.loc.end
  );
}

type Ancestors = readonly (ASTNode | readonly ASTNode[])[];

function pathOf(path: readonly (string | number)[], ancestors: Ancestors): string | undefined {
  const names = path.flatMap((key, at) => {
    if (path[at - 1] === 'values') return [String(key)];
    const node = (ancestors[at] as unknown as Readonly<Record<string | number, ASTNode>>)[key];
    return node?.kind === Kind.ARGUMENT || node?.kind === Kind.OBJECT_FIELD ? [node.name.value] : [];
  });
  return names.length === 0 ? undefined : names.join('.');
}
