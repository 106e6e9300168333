/** What ingestion asks of models, and what becomes of a document that one of them refuses. */

import { afterEach, describe, expect, test } from 'vitest';
import { Problem } from '../../platform/errors.ts';
import { entitiesNamed } from '../../stores/graph/statements/entities.ts';
import type { Embedder } from '../../text/embedder.ts';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { entityKey } from '../../text/entity-key.ts';
import type { Extractor } from '../../text/extractor.ts';
import { TextsRefused } from '../../text/texts-refused.ts';
import { openRooms, type Rooms, TENANT } from './harness.ts';

let rooms: Rooms;
afterEach(() => rooms.close());

const refusing = (word: string, refusal: () => Problem): Embedder => {
  const lexical = createLexicalEmbedder();
  return {
    ...lexical,
    embed: async (texts, input) => {
      if (texts.some((text) => text.includes(word))) throw refusal();
      return lexical.embed(texts, input);
    },
  };
};

describe('an embedder that refuses one text', () => {
  test.each([
    ['by the endpoint', () => new TextsRefused('It is too long.'), 'UNPROCESSABLE_DOCUMENT'],
    ['by itself', () => new Problem('PAYLOAD_TOO_LARGE', 'It is too long.'), 'PAYLOAD_TOO_LARGE'],
  ])('fails its document alone: %s', async (_, refusal, code) => {
    rooms = await openRooms({ embedder: refusing('Zanzibar', refusal) });
    const documents = Array.from({ length: 7 }, (__, at) => ({
      key: `k${at}`,
      content: at === 4 ? 'Zanzibar.' : `Madagascar ${at}.`,
    }));
    const { jobId } = await rooms.ingestion.submit(TENANT, 'notes', documents);
    expect(await rooms.finished(jobId)).toMatchObject({
      state: 'PARTIAL',
      progress: { documentsDone: 7, documentsTotal: 7 },
      failures: [{ key: 'k4', step: 'EMBED', code, message: 'It is too long.' }],
    });
    const [hits] = await rooms.vectors.searchKeyword([{ text: 'madagascar', limit: 50 }], { tenant: TENANT });
    expect(hits).toHaveLength(6);
    expect(await rooms.counts()).toMatchObject({ Chunk: 6, Document: 7 });
  });
});

describe('a model that finds knowledge', () => {
  /** Says of each passage what no rule says: an entity named after the passage's first word. */
  const countingExtractor = () => {
    const asked: string[] = [];
    const extractor: Extractor = {
      name: 'test',
      extract: async (passages) =>
        passages.map(({ text }) => {
          asked.push(text);
          const word = /section (\w+)/.exec(text)?.[1] ?? 'none';
          return {
            entities: [
              { name: `said of ${word}`, type: 'CONCEPT', description: `About ${word}.`, aliases: [] },
            ],
            mentions: [],
            relationships: [],
          };
        }),
    };
    return { asked, extractor };
  };
  const section = (name: string) =>
    `## ${name}\n\n${`the words of section ${name} stand here. `.repeat(30)}\n\n`;
  const document = (names: readonly string[], more: object = {}) => ({
    key: 'a',
    mediaType: 'text/markdown',
    content: `# T\n\n${names.map(section).join('')}`,
    ...more,
  });
  const named = (name: string) => rooms.graph.read(entitiesNamed(TENANT, [entityKey(name)]));
  const ingest = async (input: ReturnType<typeof document>) => {
    const plan = await rooms.ingestion.plan(TENANT, 'notes', [input]);
    const { jobId } = await rooms.ingestion.submit(TENANT, 'notes', [input]);
    expect(await rooms.finished(jobId)).toMatchObject({ state: 'SUCCEEDED' });
    return plan;
  };

  test('is asked only about what changed, and the rest of what it said stays', async () => {
    const { asked, extractor } = countingExtractor();
    rooms = await openRooms({ extractor });
    const first = await ingest(document(['alpha', 'beta', 'gamma']));
    expect(asked).toHaveLength(first.modelCalls);
    expect(first.modelCalls).toBe(first.chunks);
    const before = await named('said of alpha');
    expect(before).toMatchObject([{ type: 'CONCEPT', description: 'About alpha.' }]);

    asked.length = 0;
    const second = await ingest(document(['alpha', 'beta', 'delta']));
    expect(asked).toHaveLength(second.modelCalls);
    expect(second.modelCalls).toBeLessThan(second.chunks);
    expect(asked.every((text) => text.includes('section delta'))).toBe(true);
    expect(await named('said of alpha')).toEqual(before);
    expect(await named('said of gamma')).toEqual([]);
    expect(await named('said of delta')).toHaveLength(1);
  });

  test('is not asked when metadata alone change, and asked again where the caller says something else', async () => {
    const { asked, extractor } = countingExtractor();
    rooms = await openRooms({ extractor });
    await ingest(document(['alpha', 'beta']));
    const counts = await rooms.counts();
    asked.length = 0;
    expect(await ingest(document(['alpha', 'beta'], { metadata: { year: 2026 } }))).toMatchObject({
      modelCalls: 0,
    });
    expect(asked).toEqual([]);
    expect(await rooms.counts()).toEqual(counts);

    const knowledge = { entities: [{ name: 'section alpha', type: 'THING' }], triples: [] };
    const third = await ingest(document(['alpha', 'beta'], { knowledge }));
    expect(asked).toHaveLength(third.modelCalls);
    expect(third.modelCalls).toBeGreaterThan(0);
    expect(third.modelCalls).toBeLessThan(third.chunks);
    expect(await named('said of beta')).toHaveLength(1);
    expect(await named('said of alpha')).toHaveLength(1);
  });

  test('is not asked again where a new title changes nothing that rules find', async () => {
    const { asked, extractor } = countingExtractor();
    rooms = await openRooms({ extractor });
    await ingest(document(['alpha', 'beta'], { title: 'one' }));
    const said = await named('said of beta');
    asked.length = 0;
    const again = await ingest(document(['alpha', 'beta'], { title: 'two' }));
    expect(asked).toHaveLength(again.modelCalls);
    expect(await named('said of beta')).toEqual(said);
  });
});
