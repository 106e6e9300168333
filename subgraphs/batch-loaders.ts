/** The three shapes a loader of any subgraph has: one row a key, many rows a key, and either with arguments. */

import DataLoader from 'dataloader';

/** Keys in one store call; more are split over several. */
export const BATCH_MAX = 1_000;

/** Loads at most one row a key. */
export function one<Row>(
  read: (keys: readonly string[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
) {
  return new DataLoader<string, Row | null>(
    async (keys) => {
      const byKey = new Map((await read(keys)).map((row) => [keyOf(row), row]));
      return keys.map((key) => byKey.get(key) ?? null);
    },
    { maxBatchSize: BATCH_MAX },
  );
}

/** Loads any number of rows a key, in the statement's order. */
export function many<Row>(
  read: (keys: readonly string[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
) {
  return new DataLoader<string, readonly Row[]>(
    async (keys) => {
      const byKey = Map.groupBy(await read(keys), keyOf);
      return keys.map((key) => byKey.get(key) ?? []);
    },
    { maxBatchSize: BATCH_MAX },
  );
}

/** A loader for each distinct set of field arguments, so that equal fields of many objects share one batch. */
export function withArguments<Arguments, Loader>(
  create: (args: Arguments) => Loader,
): (args: Arguments) => Loader {
  const loaders = new Map<string, Loader>();
  return (args) => {
    const key = JSON.stringify(args);
    const loader = loaders.get(key) ?? create(args);
    loaders.set(key, loader);
    return loader;
  };
}
