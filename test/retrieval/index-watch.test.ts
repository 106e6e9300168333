/** What a search says while the indexes are rebuilt from the graph, in the process that does it and in any other. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { createIndexWatch } from '../../retrieval/index-watch.ts';
import { createRetrieval } from '../../retrieval/retrieval.ts';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { openRooms, TENANT } from '../ingestion/harness.ts';
import { gate } from '../ingestion/reembedding-harness.ts';

const log = createLog({ level: 'silent' });

test('a search names the arms whose index is rebuilt, until it has everything', async () => {
  const first = await openRooms();
  const { directory } = first;
  await first.finished((await first.ingestion.submit(TENANT, 'notes', [{ content: 'Zanzibar.' }])).jobId);
  await first.close();
  await rm(join(directory, 'vectors'), { recursive: true });

  const held = gate();
  const lexical = createLexicalEmbedder();
  const rooms = await openRooms({
    directory,
    embedder: {
      ...lexical,
      embed: async (texts, input) => {
        if (input === 'passage') await held.pass();
        return lexical.embed(texts, input);
      },
    },
  });
  const watch = createIndexWatch({ ...rooms, log, everyMs: 20 });
  await watch.start();
  const { isBehind } = watch;
  const retrieval = createRetrieval({ ...rooms, languageModel: null, log, isBehind });
  const search = async () => {
    const signal = new AbortController().signal;
    const { hits, degraded } = await retrieval.search(
      { tenant: TENANT, query: 'Zanzibar', first: 5 },
      signal,
    );
    const found = hits.flatMap((hit) => hit.arms.map(({ arm }) => arm));
    return { byWords: found.includes('KEYWORD'), degraded: degraded.map(({ arm }) => arm).toSorted() };
  };
  await held.reached;
  expect(await search()).toEqual({ byWords: false, degraded: ['DENSE', 'KEYWORD'] });
  held.open();
  await expect.poll(search).toEqual({ byWords: true, degraded: [] });
  await watch.close();
  await rooms.close();
});
