import { describe, expect, test } from 'vitest';
import { readConfig } from '../../platform/config.ts';
import { PART_NAMES } from '../../platform/part.ts';
import { ALL_PARTS, checkPlacement, readParts } from '../../platform/placement.ts';

const ROOMS = PART_NAMES.filter((name) => name !== 'gateway');
const URLS = ROOMS.map((name) => `${name}=http://${name}:4000`).join(',');

const check = (parts: readonly string[], settings: Record<string, string> = {}) =>
  checkPlacement(readConfig(settings), readParts(parts));

describe('the parts of a process', () => {
  test('are all of them where none is named', () => {
    expect(readParts([])).toBe(ALL_PARTS);
    expect(() => check([])).not.toThrow();
  });

  test('are known by name, and a name that is none is told the names', () => {
    expect(() => readParts(['worker', 'gatway'])).toThrow(
      'There is no part gatway. There are: gateway, documents, traversal, retrieval, admin, worker',
    );
  });

  test('may leave the gateway out, and the gateway may leave out all others', () => {
    expect(() => check(ROOMS)).not.toThrow();
    expect(() => check(['gateway'], { TRELLIS_PART_URLS: URLS })).not.toThrow();
  });

  test.each([
    [['documents']],
    [['worker']],
    [['documents', 'traversal', 'retrieval', 'admin']],
    [['gateway', 'documents']],
  ])('that share an embedded engine are not torn apart: %j', (parts) => {
    expect(() => check(parts, { TRELLIS_PART_URLS: URLS })).toThrow(
      /TRELLIS_GRAPH, TRELLIS_VECTORS, TRELLIS_CONTENT\) can be open in one process only: start documents, traversal, retrieval, admin, worker together/,
    );
    expect(() => check(parts, { TRELLIS_CONTENT: 'folder', TRELLIS_PART_URLS: URLS })).toThrow(
      /\(TRELLIS_GRAPH, TRELLIS_VECTORS\)/,
    );
  });

  test('may be apart from an engine that they do not touch, though it is embedded', () => {
    const settings = {
      TRELLIS_GRAPH: 'bolt',
      TRELLIS_GRAPH_URL: 'bolt://graph',
      TRELLIS_CONTENT: 'folder',
    };
    const withVectors = ['documents', 'retrieval', 'admin', 'worker'];
    for (const parts of [['traversal'], withVectors, [...withVectors, 'traversal']])
      expect(() => check(parts, settings)).not.toThrow();
    for (const parts of [['retrieval'], ['traversal', 'retrieval'], withVectors.slice(1)])
      expect(() => check(parts, { ...settings, TRELLIS_REDIS_URL: 'redis://queue' })).toThrow(
        /\(TRELLIS_VECTORS\) can be open in one process only: start documents, retrieval, admin, worker together, or/,
      );
    const sharedVectors = { TRELLIS_VECTORS: 'qdrant', TRELLIS_VECTORS_URL: 'http://vectors' };
    expect(() => check(['retrieval'], { ...settings, ...sharedVectors })).not.toThrow();
  });

  test('include a gateway only where it knows its subgraphs', () => {
    expect(() => check(['gateway'], { TRELLIS_PART_URLS: 'documents=http://a:1,admin=http://b:2' })).toThrow(
      'The gateway does not know where traversal, retrieval is. Say so in TRELLIS_PART_URLS, as in traversal=http://traversal:4000,retrieval=http://retrieval:4000.',
    );
  });
});

describe('TRELLIS_PART_URLS', () => {
  const read = (text: string) => [...readConfig({ TRELLIS_PART_URLS: text }).PART_URLS];

  test('says where parts are', () => {
    expect(read('')).toEqual([]);
    expect(read('documents=http://a:4000, worker=https://b/')).toEqual([
      ['documents', 'http://a:4000'],
      ['worker', 'https://b'],
    ]);
  });

  test.each([
    ['nothing=http://a', /names no part\. There are: gateway/],
    ['documents', /has no address behind "="/],
    ['documents=', /has no address behind "="/],
    ['documents=a:4000', /not http or https/],
    ['documents=http://a/graphql', /with a path/],
  ])('that is wrong stops the start: %s', (text, reason) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        errors: [{ field: 'TRELLIS_PART_URLS', message: expect.stringMatching(reason) }],
      }),
    );
  });
});
