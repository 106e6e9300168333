/** The real stores, with the calls that read or write data noted; not those by the clock, which belong to no request. */

import type { Stores } from '../../app.ts';

/** What processes do from time to time: signs of life, a look for jobs and for removals that somebody left. */
const BY_THE_CLOCK = /^leases\.|^jobs\.unfinished$|^removals\.left$/;

export function countCalls(stores: Stores, calls: string[]): Stores {
  const { graph, vectors } = stores;
  return {
    ...stores,
    graph: {
      ...graph,
      read: (statement, options) => {
        if (!BY_THE_CLOCK.test(statement.name)) calls.push(`graph.${statement.name}`);
        return graph.read(statement, options);
      },
      write: (statements, options) => {
        const all = [...statements];
        if (!all.every(({ name }) => BY_THE_CLOCK.test(name))) calls.push('graph.write');
        return graph.write(all, options);
      },
    },
    vectors: {
      ...vectors,
      searchDense: (...args) => {
        calls.push('vectors.searchDense');
        return vectors.searchDense(...args);
      },
      searchKeyword: (...args) => {
        calls.push('vectors.searchKeyword');
        return vectors.searchKeyword(...args);
      },
      countPhrases: (...args) => {
        calls.push('vectors.countPhrases');
        return vectors.countPhrases(...args);
      },
      matching: (...args) => {
        calls.push('vectors.matching');
        return vectors.matching(...args);
      },
      vectors: (...args) => {
        calls.push('vectors.vectors');
        return vectors.vectors(...args);
      },
    },
  };
}
