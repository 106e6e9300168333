/** Who may read what in the retrieval subgraph. */

import type { BoundTable, PermissionTable } from '../subgraph.ts';

export const permissions: PermissionTable = {
  Query: { search: 'retrieval:read', ask: 'retrieval:read', answerEvent: 'retrieval:read' },
  Subscription: { answer: 'retrieval:read' },
  SearchResult: { hits: 'PARENT', seeds: 'PARENT', tookMs: 'PARENT', degraded: 'PARENT' },
  Hit: { score: 'PARENT', rank: 'PARENT', chunk: 'PARENT', explanation: 'PARENT' },
  Explanation: { arms: 'PARENT', path: 'PARENT' },
  ArmScore: { arm: 'PARENT', rank: 'PARENT', score: 'PARENT', share: 'PARENT' },
  PathStep: { entity: 'PARENT', chunk: 'PARENT', direction: 'PARENT', description: 'PARENT' },
  Answer: {
    text: 'PARENT',
    citations: 'PARENT',
    grounded: 'PARENT',
    generator: 'PARENT',
    hits: 'PARENT',
    degraded: 'PARENT',
  },
  Citation: { chunk: 'PARENT', start: 'PARENT', end: 'PARENT', quote: 'PARENT' },
  AnswerEvent: { id: 'PARENT', delta: 'PARENT', done: 'PARENT', answer: 'PARENT' },
  // A chunk is another subgraph's; what it has of retrieval asks for its scope.
  Chunk: { __entity: 'AUTHENTICATED', id: 'PARENT', similar: 'retrieval:read' },
  Entity: { id: 'PARENT' },
};

/** Searches and answers keep to the collections, with all that is counted and scored on the way. */
export const bounded: BoundTable = Object.fromEntries(
  Object.entries(permissions).map(([type, row]) => [type, Object.keys(row)]),
);
