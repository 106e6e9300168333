/**
 * Mentions that were written before they kept what their chunk calls the entity get its name, where no place in the text
 * spells it: without it, who may read this chunk and not its neighbours has no name for the entity. Other spellings
 * that a caller declared come back when the document is ingested again.
 */

import { sayUnplaced, silentMentions } from '../../stores/graph/statements/migrations.ts';
import { readPlaces } from '../../stores/graph/statements/places.ts';
import { countNodes } from '../../stores/graph/statements/transfer.ts';
import { writeUnplaced } from '../../stores/graph/statements/unplaced.ts';
import type { Migration } from './migration.ts';

const CHUNKS_AT_ONCE = 500;

export const mentionsSayNames: Migration = {
  number: 1,
  name: 'mentions-say-names',
  description: 'Mentions keep what their chunk calls the entity, for readers of that chunk alone.',
  text: 'MENTIONS.unplaced = the name of the entity, where no place spells it and none is kept yet',
  count: async (graph, options) => {
    const [chunks = 0] = await graph.read(countNodes('Chunk'), options);
    return chunks;
  },
  label: 'Chunk',
  piece: async (graph, after, { cursor, ...options }) => {
    const ids = await cursor.behind(after, CHUNKS_AT_ONCE, options);
    const last = ids.at(-1);
    if (last === undefined) return null;
    const chunks = await graph.read(silentMentions(ids), options);
    const said = chunks.flatMap(({ chunkId, mentions }) =>
      mentions.flatMap(({ entityId, name, places }) => {
        const unplaced = writeUnplaced({ name, others: [] }, readPlaces(places ?? undefined));
        return unplaced === null ? [] : [{ chunkId, entityId, unplaced }];
      }),
    );
    return {
      after: last,
      looked: ids.length,
      statements: said.length === 0 ? [] : [sayUnplaced(said)],
    };
  },
  revert: 'FORGET',
};
