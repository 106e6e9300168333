/** Which engines the whole is restored into while they run; where not, the reason says what to do. */

import { expect, test } from 'vitest';
import { isReplaceable, whyNotBeside } from '../../parts/restores.ts';
import { readConfig } from '../../platform/config.ts';

const GRAPH = {
  TRELLIS_GRAPH: 'bolt',
  TRELLIS_GRAPH_URL: 'bolt://graph:7687',
  TRELLIS_GRAPH_USER: 'neo4j',
  TRELLIS_GRAPH_PASSWORD: 'secret',
};
const VECTORS = { TRELLIS_VECTORS: 'qdrant', TRELLIS_VECTORS_URL: 'http://vectors:6333' };
const REDIS = { TRELLIS_REDIS_URL: 'redis://redis:6379' };

test.each([
  ['the graph alone', GRAPH],
  ['the graph, and contents in a folder', { ...GRAPH, TRELLIS_CONTENT: 'folder' }],
  ['all of them', { ...GRAPH, ...VECTORS, TRELLIS_CONTENT: 'folder', TRELLIS_CONTENT_DIR: '/shared' }],
])('on servers: %s', (_, settings) => {
  const config = readConfig(settings);
  expect(isReplaceable(config)).toBe(false);
  expect(whyNotBeside(config)).toBeNull();
});

test.each([
  ['an embedded graph beside Qdrant', VECTORS, /trellis move/],
  [
    'a graph with a standby',
    {
      ...{ ...GRAPH, ...REDIS },
      ...{ TRELLIS_GRAPH_STANDBY_URL: 'bolt://second:7687', TRELLIS_GRAPH_STANDBY_USER: 'neo4j' },
      TRELLIS_GRAPH_STANDBY_PASSWORD: 'secret',
    },
    /without TRELLIS_GRAPH_STANDBY_URL/,
  ],
  [
    'a mirrored index',
    { ...GRAPH, ...VECTORS, TRELLIS_VECTORS_STANDBY_URL: 'http://second:6333' },
    /without TRELLIS_VECTORS_STANDBY_URL/,
  ],
])('refused, and told why: %s', (_, settings, reason) => {
  expect(whyNotBeside(readConfig(settings))).toMatch(reason);
});
