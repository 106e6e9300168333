/** The gateway's own questions to the admin subgraph, under a token that says that it is the gateway who asks. */

import { randomUUID } from 'node:crypto';
import type { FormattedExecutionResult } from 'graphql';
import type { Principal } from '../../model/principal.ts';
import type { TokenAuthority } from '../../platform/auth/token-authority.ts';
import type { SubgraphEndpoint } from '../subgraph-endpoint.ts';

/** Rejects where the admin subgraph cannot be reached. */
export type AskAdmin = (
  query: string,
  variables: Readonly<Record<string, unknown>>,
) => Promise<FormattedExecutionResult>;

/** It belongs to no tenant; a token has to name one. */
const GATEWAY: Principal = { subject: 'gateway', tenant: 'gateway', scopes: [], isGateway: true };
/** How long an answer is waited for, in ms. */
const ASK_MS_MAX = 5_000;

export function createAskAdmin(admin: SubgraphEndpoint, authority: TokenAuthority): AskAdmin {
  return async (query, variables) =>
    admin.execute({
      query,
      variables,
      token: await authority.issueFor(GATEWAY, admin.name),
      requestId: randomUUID(),
      deadline: Date.now() + ASK_MS_MAX,
    });
}
