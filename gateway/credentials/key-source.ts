/** What gateways ask of the admin subgraph about API keys: they have no store, and no secret that keys hang on. */

import type { FormattedExecutionResult } from 'graphql';
import type { ApiKeyGrant } from '../../model/api-key.ts';
import type { ApiKeyText } from '../../platform/auth/api-key.ts';
import { readProblem } from '../error-format.ts';
import type { AskAdmin } from './ask-admin.ts';

export type PresentedKey = Pick<ApiKeyText, 'id' | 'digest'>;

export interface KeySource {
  /** In the order asked; null where there is no such key. Rejects where nobody can say. */
  grants(keys: readonly PresentedKey[]): Promise<readonly (ApiKeyGrant | null)[]>;
  noteUses(uses: readonly { readonly id: string; readonly at: string }[]): Promise<void>;
}

const GRANTS = `query KeyGrants($keys: [PresentedKey!]!) {
  keyGrants(keys: $keys) {
    id tenant refusal scopes collections requestsPerMinute costPerMinute expiresAt
  }
}`;
const NOTE_USES = 'mutation NoteKeyUses($uses: [KeyUse!]!) { noteKeyUses(input: { uses: $uses }) }';

type SentGrant = Omit<ApiKeyGrant, 'limits'> & ApiKeyGrant['limits'];

export function createKeySource(ask: AskAdmin): KeySource {
  return {
    grants: async (keys) => {
      const asked = keys.map(({ id, digest }) => ({ id, digest }));
      const { keyGrants } = await dataOf<{ readonly keyGrants: readonly (SentGrant | null)[] }>(
        ask(GRANTS, { keys: asked }),
      );
      return keyGrants.map((grant) => (grant === null ? null : toGrant(grant)));
    },
    noteUses: async (uses) => {
      await dataOf(ask(NOTE_USES, { uses }));
    },
  };
}

function toGrant({ requestsPerMinute, costPerMinute, ...grant }: SentGrant): ApiKeyGrant {
  return { ...grant, limits: { requestsPerMinute, costPerMinute } };
}

async function dataOf<Data>(answer: Promise<FormattedExecutionResult>): Promise<Data> {
  const { data, errors = [] } = await answer;
  const [error] = errors;
  if (error !== undefined) throw readProblem(error);
  return data as Data;
}
