/**
 * Queries that come again and again, run as functions that graphql-jit compiles of them: graphql-js reads an
 * operation anew for every object of its answer. graphql-js has the first runs and the last word: what does not go
 * well compiled is run by it once more, so that every error that a client sees is graphql-js's own.
 */

import {
  BREAK,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';

/** Compiling takes as long as some runs, and what was asked once is mostly not asked again. */
const RUNS_BEFORE = 3;
/** After a failure: so rarely is a failing query run twice. */
const RUNS_BEFORE_AGAIN = 100;
/** Compiled queries kept. */
const COMPILED_MAX = 500;
/** Fields of a query that is compiled; compiling one of these takes a few ms. */
const FIELDS_MAX = 200;

export interface Execution {
  readonly args: Omit<ExecutionArgs, 'contextValue'>;
  /** Makes the context anew: none serves two executions. */
  readonly contextFor: (signal: AbortSignal) => unknown;
  readonly signal: AbortSignal;
}

export type Execute = (execution: Execution) => ExecutionResult | Promise<ExecutionResult>;

interface Standing {
  /** Runs by graphql-js until it is compiled. */
  runsLeft: number;
}

/** Runs operations of one schema, as `execute` of graphql-js does. */
export function createExecute(): Execute {
  const standings = new WeakMap<DocumentNode, Standing | null>();
  const compiled = new LRUCache<DocumentNode, CompiledQuery>({ max: COMPILED_MAX });
  const standingOf = (document: DocumentNode): Standing | null => {
    const known = standings.get(document);
    if (known !== undefined) return known;
    const standing = isCompilable(document) ? { runsLeft: RUNS_BEFORE } : null;
    standings.set(document, standing);
    return standing;
  };
  const compiledOf = (args: Execution['args']): CompiledQuery | null => {
    const known = compiled.get(args.document);
    if (known !== undefined) return known;
    const query = compile(args);
    if (query !== null) compiled.set(args.document, query);
    return query;
  };

  return (execution) => {
    const { document, variableValues, rootValue } = execution.args;
    const standing = standingOf(document);
    if (standing === null) return interpret(execution);
    if (standing.runsLeft > 0) {
      standing.runsLeft--;
      return interpret(execution);
    }
    const query = compiledOf(execution.args);
    if (query === null) {
      standings.set(document, null);
      return interpret(execution);
    }
    const settle = (result: ExecutionResult) => {
      if (result.errors === undefined || execution.signal.aborted) return result;
      // Variables that do not fit are the caller's affair: nothing has run.
      if (result.data !== undefined) standing.runsLeft = RUNS_BEFORE_AGAIN;
      return interpret(execution);
    };
    const running = query.query(rootValue, execution.contextFor(execution.signal), variableValues ?? {});
    return running instanceof Promise ? running.then(settle) : settle(running);
  };
}

function interpret({ args, contextFor, signal }: Execution) {
  return execute({ ...args, contextValue: contextFor(signal) });
}

/** Null where graphql-jit cannot. */
function compile({ schema, document, operationName }: Execution['args']): CompiledQuery | null {
  const query = compileQuery(schema, document, operationName ?? undefined);
  return isCompiledQuery(query) ? query : null;
}

/**
 * One query that is not too long and whose text holds nothing but names, numbers and variables: the function is made
 * of source code, in which no text that a client has written may stand. Names that every object inherits would be read
 * as what they are elsewhere.
 */
function isCompilable(document: DocumentNode): boolean {
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operations.length !== 1 || operations[0]?.operation !== OperationTypeNode.QUERY) return false;
  let fields = 0;
  let fits = true;
  const refuse = () => {
    fits = false;
    return BREAK;
  };
  visit(document, {
    [Kind.STRING]: refuse,
    [Kind.NAME]: ({ value }) => (value in Object.prototype ? refuse() : undefined),
    [Kind.FIELD]: () => (++fields > FIELDS_MAX ? refuse() : undefined),
  });
  return fits;
}
