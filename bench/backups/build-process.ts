/** A process that makes an installation of so many chunks in a folder: one tenant is ingested, the others are copies. */

import { join } from 'node:path';
import { createLog } from '../../platform/log.ts';
import { createEmbeddedContentStore } from '../../stores/content/embedded/embedded-content-store.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import { countNodes } from '../../stores/graph/statements/transfer.ts';
import { createEmbeddedVectorStore } from '../../stores/vectors/embedded/embedded-vector-store.ts';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { createEmbedders } from '../../text/embedders.ts';
import { ingestPassages, startApp } from '../running-app.ts';
import { copyTemplate, readTemplate } from './copy-tenants.ts';
import { createPassages } from './texts.ts';

export interface Built {
  readonly chunks: number;
  readonly tenants: number;
}

const [directory = '', wanted = '10000'] = process.argv.slice(2);
const CHUNKS = Number(wanted);
/** Of the tenant that is ingested. */
const INGESTED = Math.min(1_000, CHUNKS);
const TENANT = 'default';

const passageAt = await createPassages();
const running = await startApp({ TRELLIS_DATA_DIR: directory });
await ingestPassages(
  running.client,
  'bench',
  Array.from({ length: INGESTED }, (_, at) => passageAt(at)),
);
await running.app.close();

const log = createLog({ level: 'error' });
const graph = createEmbeddedGraphStore({ directory: join(directory, 'graph'), log });
const content = createEmbeddedContentStore({ directory: join(directory, 'content') });
const vectors = createEmbeddedVectorStore({ directory: join(directory, 'vectors'), log });
const embedders = createEmbedders(createLexicalEmbedder());
await Promise.all([graph.open(), content.open(), vectors.open(await embedders.open())]);
const installation = { graph, content, vectors };
const template = await readTemplate(installation, TENANT);
const each = template.nodes.get('Chunk')?.length ?? 1;
const tenants = Math.max(1, Math.ceil(CHUNKS / each));
for (let at = 1; at < tenants; at++) {
  await copyTemplate(installation, template, `tenant-${String(at).padStart(4, '0')}`);
  if (at % 10 === 0) process.stderr.write(`built ${at} of ${tenants} tenants\n`);
}
const [chunks = 0] = await graph.read(countNodes('Chunk'));
await Promise.all([graph.close(), content.close(), vectors.close()]);
process.send?.({ chunks, tenants } satisfies Built, () => process.disconnect());
