/** How much one operation may ask: each limit has a name, and a refusal says what was found and what is allowed. */

import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { GraphQLError, type ValidationContext, type ValidationRule } from 'graphql';
import { Problem, problemDetails } from '../platform/errors.ts';

/** Tokens of an operation's text; more are not even parsed. */
export const TOKENS_MAX = 3_000;
const ALIASES_MAX = 30;
const DIRECTIVES_MAX = 30;
const ROOT_FIELDS_MAX = 20;

export function limitRules(depthMax: number): readonly ValidationRule[] {
  const rejecting = (name: string, max: number) => ({
    n: max,
    propagateOnRejection: false,
    onReject: [
      (context: ValidationContext | null) => {
        context?.reportError(tooComplex(`${name} are more than the ${max} that an operation may have.`));
      },
    ],
  });
  return [
    maxDepthRule({ ...rejecting('Levels of nesting', depthMax), ignoreIntrospection: true }),
    maxAliasesRule(rejecting('Aliases', ALIASES_MAX)),
    maxDirectivesRule(rejecting('Directives', DIRECTIVES_MAX)),
    rootFieldsRule,
  ] as readonly ValidationRule[];
}

/** Each root field is a piece of work of its own. */
function rootFieldsRule(context: ValidationContext) {
  return {
    OperationDefinition: ({
      selectionSet,
    }: {
      readonly selectionSet: { readonly selections: readonly unknown[] };
    }) => {
      const found = selectionSet.selections.length;
      if (found <= ROOT_FIELDS_MAX) return;
      context.reportError(
        tooComplex(`${found} root fields are more than the ${ROOT_FIELDS_MAX} that an operation may have.`),
      );
    },
  };
}

function tooComplex(detail: string): GraphQLError {
  const problem = new Problem('QUERY_TOO_COMPLEX', `${detail} Ask in several operations.`);
  return new GraphQLError(problem.message, { extensions: { ...problemDetails(problem) } });
}
