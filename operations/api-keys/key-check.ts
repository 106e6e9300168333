/** Whether keys that were shown to a gateway are taken, and for what; and when they were last used. */

import type { ApiKeyGrant, ApiKeyRefusal } from '../../model/api-key.ts';
import { collectionId } from '../../model/ids.ts';
import type { ApiKeySecret } from '../../platform/auth/api-key-secret.ts';
import { badInput } from '../../platform/errors.ts';
import type { CallOptions, GraphStore } from '../../stores/graph/graph-store.ts';
import { type ApiKeyNode, apiKeysToCheck, noteKeyUses } from '../../stores/graph/statements/api-keys.ts';

/** A key as a gateway hands it on: its name, and a digest in place of the secret. */
export interface PresentedKey {
  readonly id: string;
  readonly digest: string;
}

export interface KeyUse {
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
}

export interface KeyCheck {
  /** In the order asked; null where there is no such key. */
  grants(presented: readonly PresentedKey[], options?: CallOptions): Promise<readonly (ApiKeyGrant | null)[]>;
  noteUses(uses: readonly KeyUse[]): Promise<void>;
}

/** Keys in one call. */
const KEYS_AT_ONCE_MAX = 1_000;

export function createKeyCheck(options: {
  readonly graph: GraphStore;
  readonly secret: ApiKeySecret;
  readonly now: () => Date;
}): KeyCheck {
  const { graph, secret, now } = options;
  return {
    grants: async (presented, call) => {
      requireFew(presented.length);
      const nodes = await graph.read(apiKeysToCheck(presented.map(({ id }) => id)), call);
      const byId = new Map(nodes.map((node) => [node.id, node]));
      const at = now().toISOString();
      return presented.map(({ id, digest }) => grantOf(byId.get(id), digest, secret, at));
    },
    noteUses: async (uses) => {
      requireFew(uses.length);
      await graph.write([noteKeyUses(uses)]);
    },
  };
}

function requireFew(count: number): void {
  if (count > KEYS_AT_ONCE_MAX) throw badInput('keys', `are ${count} and may be ${KEYS_AT_ONCE_MAX}.`);
}

/** Only whoever shows a secret that was once right hears what became of its key. */
function grantOf(
  node: ApiKeyNode | undefined,
  digest: string,
  secret: ApiKeySecret,
  now: string,
): ApiKeyGrant | null {
  if (node === undefined) return null;
  if (node.madeWith !== secret.name()) return toGrant(node, 'FOREIGN', null);
  if (secret.matches(digest, node.hash)) return toGrant(node, refusalOf(node, now), node.expiresAt);
  if (node.previousHash === null || !secret.matches(digest, node.previousHash)) return null;
  const until = earlier(node.expiresAt, node.previousUntil ?? '');
  return toGrant(node, refusalOf(node, now) ?? (until <= now ? 'REPLACED' : null), until);
}

function refusalOf({ revokedAt, expiresAt }: ApiKeyNode, now: string): ApiKeyRefusal | null {
  if (revokedAt !== null) return 'REVOKED';
  return expiresAt !== null && expiresAt <= now ? 'EXPIRED' : null;
}

function earlier(left: string | null, right: string): string {
  return left !== null && left < right ? left : right;
}

function toGrant(
  { id, tenant, scopes, collections, limits }: ApiKeyNode,
  refusal: ApiKeyRefusal | null,
  expiresAt: string | null,
): ApiKeyGrant {
  const bound = collections?.map((name) => collectionId(tenant, name)) ?? null;
  return { id, tenant, refusal, scopes, collections: bound, limits, expiresAt };
}
