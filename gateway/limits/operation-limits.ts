/**
 * How much one operation may ask. Each limit is named in its refusal, with what was found. What the text alone
 * decides is checked once, with the operation's validation; what the variables decide, in `breadth.ts`.
 */

import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  type ASTVisitor,
  type DefinitionNode,
  type FloatValueNode,
  type GraphQLError,
  type IntValueNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { Problem } from '../../platform/errors.ts';
import { refusal } from '../error-format.ts';
import { DEMAND_MAX, type Demand } from './breadth.ts';

/** Tokens of an operation's text; more are not even parsed. */
export const TOKENS_MAX = 5_000;
const ALIASES_MAX = 30;
const DIRECTIVES_MAX = 50;

export function limitRules(depthMax: number): readonly ValidationRule[] {
  // The rules' own types are those of another package of theirs; they are rules of graphql-js.
  return [
    maxDepthRule({
      ...refusing('levels of nesting', depthMax),
      ignoreIntrospection: true,
      flattenFragments: true,
    }),
    maxAliasesRule(refusing('aliases', ALIASES_MAX)),
    maxDirectivesRule(refusing('directives', DIRECTIVES_MAX)),
    finiteNumbersRule,
    unconditionalRootsRule,
  ] as unknown as readonly ValidationRule[];
}

/** JavaScript has no number for `1e400`, and the query planner none to write it with. */
function finiteNumbersRule(context: ValidationContext): ASTVisitor {
  const refuse = (node: FloatValueNode | IntValueNode) => {
    if (Number.isFinite(Number(node.value))) return;
    const detail = 'A number of the operation is larger than any that can be kept. Give it as a text.';
    context.reportError(refusal(new Problem('BAD_INPUT', detail)));
  };
  return { FloatValue: refuse, IntValue: refuse };
}

/**
 * The specification (September 2025, 5.2.4.1) has no `@skip` and `@include` on the root field of a subscription. graphql-js
 * throws where its value is a variable, which would be answered with 500, so such operations are hidden from the rest.
 */
function unconditionalRootsRule(context: ValidationContext): ASTVisitor {
  return {
    Document: (document) => {
      const conditional = document.definitions.filter(
        (node) => isSubscription(node) && hasConditionalRoot(node.selectionSet, context, new Set()),
      );
      if (conditional.length === 0) return undefined;
      const detail =
        'A subscription cannot have @skip or @include on its root field. Leave the directive out, or do not subscribe.';
      context.reportError(refusal(new Problem('BAD_INPUT', detail)));
      return { ...document, definitions: document.definitions.filter((node) => !conditional.includes(node)) };
    },
  };
}

function isSubscription(node: DefinitionNode): node is OperationDefinitionNode {
  return node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.SUBSCRIPTION;
}

function hasConditionalRoot(
  { selections }: SelectionSetNode,
  context: ValidationContext,
  seen: Set<string>,
): boolean {
  return selections.some((selection) => {
    if (selection.directives?.some(({ name }) => name.value === 'skip' || name.value === 'include'))
      return true;
    if (selection.kind === Kind.FIELD) return false;
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return hasConditionalRoot(selection.selectionSet, context, seen);
    const fragment = context.getFragment(selection.name.value);
    if (fragment == null || seen.has(selection.name.value)) return false;
    seen.add(selection.name.value);
    return hasConditionalRoot(fragment.selectionSet, context, seen);
  });
}

/** The rules' own way is to throw, which Apollo Server would answer with 500. */
function refusing(what: string, max: number) {
  return {
    n: max,
    propagateOnRejection: false,
    onReject: [
      (context: ValidationContext | null, error: GraphQLError) => {
        const found = /found (\d+)/.exec(error.message)?.[1] ?? 'more';
        context?.reportError(refusal(tooComplex(what, found, max)));
      },
    ],
  };
}

/** What is counted, as a refusal names it. */
const DEMANDS: { readonly [what in keyof Demand]: string } = {
  objects: 'objects to return',
  characters: 'characters of text to return',
  work: 'units of searching (search, ask, path and neighborhood count 20 each, similar 1, auditVerification 100)',
};

/** Throws the refusal of the first limit that is passed. */
export function refuseTooMuch(demand: Demand): void {
  for (const what of ['objects', 'characters', 'work'] as const) {
    if (demand[what] > DEMAND_MAX[what]) throw tooComplex(DEMANDS[what], demand[what], DEMAND_MAX[what]);
  }
}

/** The refusal of an operation: which limit, what was found, what is allowed. */
function tooComplex(what: string, found: number | string, max: number): Problem {
  const detail = `The operation has ${found} ${what}, and the limit is ${max}. Ask for less, or in several operations.`;
  return new Problem('QUERY_TOO_COMPLEX', detail);
}
