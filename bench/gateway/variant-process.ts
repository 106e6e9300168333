/** A process of one variant: says where it listens, and answers each message with the CPU time it has used. */

import { readFileSync } from 'node:fs';
import { createTokenAuthority } from '../../platform/auth/token-authority.ts';
import { adminSubgraph } from '../../subgraphs/admin/index.ts';
import { documentsSubgraph } from '../../subgraphs/documents/index.ts';
import { retrievalSubgraph } from '../../subgraphs/retrieval/index.ts';
import { traversalSubgraph } from '../../subgraphs/traversal/index.ts';
import { type Recording, recordedGraph, recordedRetrieval, unreached } from './recording.ts';
import { VARIANTS, type VariantName } from './variants.ts';

process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
const [variant = '', recordingPath = '', keys = ''] = process.argv.slice(2);
const recording = JSON.parse(readFileSync(recordingPath, 'utf8')) as Recording;
const authority = createTokenAuthority({ directory: keys });
await authority.open();
const graph = recordedGraph(recording);
const url = await VARIANTS[variant as VariantName]({
  supergraph: readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'),
  definitions: [
    documentsSubgraph({ graph, content: unreached(), ingestion: unreached() }),
    traversalSubgraph({ graph }),
    retrievalSubgraph({ retrieval: recordedRetrieval(recording), graph }),
    adminSubgraph({
      health: unreached(),
      apiKeys: unreached(),
      keyCheck: unreached(),
      signingKeys: unreached(),
      audit: unreached(),
      auditReader: unreached(),
      reembeddings: unreached(),
      migrations: unreached(),
      recovery: unreached(),
      policies: unreached(),
      holds: unreached(),
      erasures: unreached(),
      privacyPolicies: unreached(),
      pseudonyms: unreached(),
      privacyTreatments: unreached(),
      archives: unreached(),
      deadLetters: unreached(),
      checks: unreached(),
      backups: unreached(),
      restores: unreached(),
      users: unreached(),
      roles: unreached(),
      sessions: unreached(),
      openSessions: unreached(),
      signIn: unreached(),
      bootstrap: unreached(),
    }),
  ],
  authority,
});
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit(0));
process.send?.({ url });
