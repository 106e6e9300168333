/** The gateway's own questions to the admin subgraph, under a token that says that it is the gateway who asks. */

import { randomUUID } from 'node:crypto';
import type { FormattedExecutionResult } from 'graphql';
import type { Principal } from '../../model/principal.ts';
import type { TokenAuthority } from '../../platform/auth/token-authority.ts';
import { Problem, toProblem } from '../../platform/errors.ts';
import type { SubgraphEndpoint } from '../subgraph-endpoint.ts';

/** Rejects with UNAVAILABLE where the admin subgraph cannot be reached, or does not answer in time. */
export type AskAdmin = (
  query: string,
  variables: Readonly<Record<string, unknown>>,
) => Promise<FormattedExecutionResult>;

/** It belongs to no tenant; a token has to name one. */
const GATEWAY: Principal = { subject: 'gateway', tenant: 'gateway', scopes: [], isGateway: true };
/** How long an answer is waited for, in ms. */
const ASK_MS_MAX = 10_000;

export function createAskAdmin(admin: SubgraphEndpoint, authority: TokenAuthority): AskAdmin {
  return async (query, variables) => {
    const answer = await admin
      .execute({
        query,
        variables,
        token: await authority.issueFor(GATEWAY, admin.name),
        requestId: randomUUID(),
        deadline: Date.now() + ASK_MS_MAX,
      })
      .catch((error: unknown) => {
        throw toProblem(error).code === 'TIMEOUT' ? tooLate(error) : error;
      });
    if (answer.errors?.[0]?.extensions?.['code'] === 'TIMEOUT') throw tooLate(answer.errors[0]);
    return answer;
  };
}

/** The client asked for nothing that took long: to ask for less would not help it. */
function tooLate(cause: unknown): Problem {
  return new Problem(
    'UNAVAILABLE',
    `The part that knows who may do what did not answer within ${ASK_MS_MAX / 1_000} s. Try again.`,
    { cause },
  );
}
