/** Counts what a generated suite has looked at, and says it at the end, so that nothing drops out unseen. */

import { afterAll } from 'vitest';

export interface Cells {
  count(kind: string, cells?: number): void;
  readonly total: number;
}

/** Prints one line a kind when the file's tests are over. */
export function countCells(title: string): Cells {
  const counts = new Map<string, number>();
  const total = () => [...counts.values()].reduce((sum, count) => sum + count, 0);
  afterAll(() => {
    const lines = [...counts].map(([kind, count]) => `  ${String(count).padStart(6)}  ${kind}`);
    process.stdout.write(`\n${title}: ${total()} cells\n${lines.join('\n')}\n`);
  });
  return {
    count: (kind, cells = 1) => counts.set(kind, (counts.get(kind) ?? 0) + cells),
    get total() {
      return total();
    },
  };
}
