/** What tests of re-embedding share: embedders that can be held up, and what an index must hold in the end. */

import { readyDocuments } from '../../stores/graph/ready-documents.ts';
import { chunksOfDocuments } from '../../stores/graph/statements/chunks.ts';
import type { Embedder } from '../../text/embedder.ts';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { toUnitLength } from '../../text/embedders/unit-length.ts';
import { TextsRefused } from '../../text/texts-refused.ts';
import type { Rooms } from './harness.ts';

export interface TestModel extends Embedder {
  /** Texts that it was asked for as passages, in order. */
  readonly asked: readonly string[];
}

/** A model of its own: the lexical vectors, folded together to `dimensions` numbers. */
export function testModel(
  name: string,
  {
    dimensions = 32,
    before = async () => undefined,
    refuses = '',
  }: {
    readonly dimensions?: number;
    /** Runs before each answer to passages. */
    readonly before?: (texts: readonly string[]) => Promise<unknown>;
    /** Texts with this in them are refused. */
    readonly refuses?: string;
  } = {},
): TestModel {
  const lexical = createLexicalEmbedder();
  const asked: string[] = [];
  return {
    ...lexical,
    name,
    semantic: true,
    asked,
    open: async () => ({ fingerprint: name, dimensions }),
    embed: async (texts, input, signal) => {
      if (input === 'passage') {
        asked.push(...texts);
        await before(texts);
      }
      signal?.throwIfAborted();
      if (refuses !== '' && texts.some((text) => text.includes(refuses)))
        throw new TextsRefused('The model does not take this text.');
      const vectors = await lexical.embed(texts, input, signal);
      return vectors.map((vector) => toUnitLength(folded(vector, dimensions)));
    },
  };
}

function folded(vector: Float32Array, dimensions: number): Float32Array {
  const result = new Float32Array(dimensions);
  vector.forEach((value, at) => {
    result[at % dimensions] = (result[at % dimensions] ?? 0) + value;
  });
  // Never all zeros, whatever cancels out.
  result[0] = (result[0] ?? 0) + 1e-3;
  return result;
}

/** Stops whoever passes until it is opened. */
export function gate() {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  return {
    reached,
    open,
    pass: async () => {
      reach();
      await opened;
    },
  };
}

/** Chunks of the graph whose vector in an index is not this embedder's of the chunk as it is now. */
export async function wrongVectors(
  { graph, vectors }: Pick<Rooms, 'graph' | 'vectors'>,
  embedder: Embedder,
  index?: string,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for await (const documents of readyDocuments(graph, { limit: 100 })) {
    for (const { id, tenant, title } of documents) {
      const chunks = await graph.read(chunksOfDocuments(tenant, [id], { after: -1, limit: 1_000 }));
      const expected = await embedder.embed(
        chunks.map(({ text }) => `${title}\n${text}`),
        'query',
      );
      const found = await vectors.vectors(
        chunks.map((chunk) => chunk.id),
        tenant,
        index,
      );
      chunks.forEach((chunk, at) => {
        if (!isNear(found[at] ?? null, expected[at]))
          wrong.push(`${tenant} ${title}: ${chunk.text.slice(0, 40)}`);
      });
    }
  }
  return wrong;
}

function isNear(left: Float32Array | null, right: Float32Array | undefined): boolean {
  return (
    left !== null &&
    left.length === right?.length &&
    left.every((value, at) => Math.abs(value - (right[at] ?? Number.NaN)) < 1e-5)
  );
}
