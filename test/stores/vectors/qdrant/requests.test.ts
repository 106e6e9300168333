import { describe, expect, test } from 'vitest';
import type { Boundary, MetadataCondition } from '../../../../model/filter.ts';
import { boundaryConditions } from '../../../../stores/vectors/qdrant/boundary-filter.ts';
import { chunkPoint } from '../../../../stores/vectors/qdrant/changes.ts';
import { creationOf } from '../../../../stores/vectors/qdrant/collection.ts';
import { nearestTo } from '../../../../stores/vectors/qdrant/dense-search.ts';
import { documentFacts } from '../../../../stores/vectors/qdrant/document-facts.ts';
import { payloadIndexes } from '../../../../stores/vectors/qdrant/fields.ts';
import { candidatesOf } from '../../../../stores/vectors/qdrant/keyword-search.ts';
import { OPENAPI_FILE, openApiJudge } from './openapi.ts';

const BOUNDARY: Boundary = {
  tenant: 'acme',
  collectionIds: ['people'],
  filter: {
    documentIds: ['d1', 'd2'],
    mediaTypes: ['text/plain'],
    updatedAfter: '2026-01-01T00:00:00+01:00',
    updatedBefore: '2026-02-01T00:00:00Z',
    metadata: [
      { key: 'o"q\\\n', in: ['a', 1, true] },
      { key: 'year', atLeast: 1700, atMost: 1800 },
      { key: 'date', atLeast: '2026-01-01', atMost: '2026-12-31T23:59:59Z' },
      { key: 'gone', exists: false },
    ],
  },
};
const conditions = boundaryConditions(BOUNDARY) ?? [];

/** What Qdrant and strict mode must never get from us: a question that reaches over tenants. */
describe('a request to Qdrant', () => {
  test('names the tenant, whatever else is asked', () => {
    const tenant = { key: 'tenant', match: { value: 'acme' } };
    expect(boundaryConditions({ tenant: 'acme' })).toEqual([tenant]);
    expect(conditions).toContainEqual(tenant);
    const vector = Float32Array.of(1, 0);
    const dense = nearestTo(vector, conditions, { limit: 5, isQuantized: true, isExact: false });
    const words = candidatesOf({ terms: ['a'], rarities: [1] }, conditions, 5);
    for (const { filter } of [dense, words]) expect(filter).toEqual({ must: conditions });
  });

  test('is not made at all where nothing can match', () => {
    const empty: readonly Boundary[] = [
      { tenant: 'acme', collectionIds: [] },
      { tenant: 'acme', filter: { documentIds: [] } },
      ...(
        [
          { key: 'k', in: [] },
          { key: 'k', in: ['a'], atLeast: 'b' },
          { key: 'k', in: [true], atMost: 1 },
          { key: 'k', atLeast: 1, atMost: 'b' },
          { key: 'k', atLeast: 'b', atMost: 'a' },
        ] satisfies MetadataCondition[]
      ).map((condition) => ({ tenant: 'acme', filter: { metadata: [condition] } })),
    ];
    for (const boundary of empty) expect(boundaryConditions(boundary)).toBeNull();
  });

  test('filters on indexed fields only, as strict mode wants it', () => {
    const indexed = new Set(payloadIndexes('pinned').map(({ field }) => field));
    const keys = [...JSON.stringify(conditions).matchAll(/"key":"([^"]*)"/g)].map(([, key]) => key);
    expect(keys.length).toBeGreaterThan(10);
    for (const key of keys) {
      const names = ['under', 'value'].includes(String(key)) ? `document.ordered[].${key}` : key;
      expect(names === 'document.ordered' || indexed.has(String(names)), String(key)).toBe(true);
    }
  });

  test.skipIf(OPENAPI_FILE === undefined)('is as Qdrant’s OpenAPI file describes it (QDRANT_OPENAPI)', () => {
    const judge = openApiJudge(String(OPENAPI_FILE));
    for (const quantization of ['none', 'scalar', 'binary'] as const)
      for (const onDisk of [false, true])
        judge.check(
          'PUT',
          '/collections/c',
          creationOf({ quantization, onDisk, shards: 2, replicas: 2 }, 256),
        );
    judge.check(
      'PUT',
      '/collections/c',
      creationOf({ quantization: 'none', onDisk: false, shards: 1, replicas: 1 }, null),
    );
    for (const { field, schema } of payloadIndexes('cold'))
      judge.check('PUT', '/collections/c/index', { field_name: field, field_schema: schema });
    const searches = [
      nearestTo(Float32Array.of(1, 0), conditions, { limit: 5, isQuantized: true, isExact: false }),
      nearestTo(Float32Array.of(1, 0), conditions, { limit: 5, isQuantized: false, isExact: false }),
      nearestTo(Float32Array.of(1, 0), conditions, { limit: 5, isQuantized: true, isExact: true }),
    ];
    judge.check('POST', '/collections/c/points/query/batch', { searches });
    judge.check(
      'POST',
      '/collections/c/points/query',
      candidatesOf({ terms: ['a', 'b'], rarities: [1, 2] }, conditions, 5),
    );
    const document = documentFacts({
      documentId: 'd',
      collectionId: 'c',
      mediaType: 'text/plain',
      metadata: { year: 1707, tags: ['a', null, { b: 1 }], author: { name: 'Ada' } },
      updatedAt: '2026-01-01T00:00:00Z',
    });
    const chunk = { chunkId: 'k', documentId: 'd', collectionId: 'c' };
    const points = [null, Float32Array.of(1, 0)].map((vector) =>
      chunkPoint('acme', { ...chunk, vector }, { words: 'a | | b c', document }),
    );
    judge.check('PUT', '/collections/c/points', { points });
    expect(() => judge.check('PUT', '/collections/c/points', { points: [{ vector: {} }] })).toThrow();
    expect(() => judge.check('POST', '/collections/c/points/query', { limt: 5 })).toThrow();
    expect(() =>
      judge.check('POST', '/collections/c/points/query', { filter: { must: [{ kee: 'a' }] } }),
    ).toThrow();
  });
});
