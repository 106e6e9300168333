/** API keys: made, shown once, rotated, revoked; and checked for gateways, which have no store. */

import type { ApiKey } from '../../model/api-key.ts';
import { collectionId } from '../../model/ids.ts';
import type { Principal } from '../../model/principal.ts';
import type { Announcements } from '../../platform/announcements.ts';
import { makeApiKey, readApiKey } from '../../platform/auth/api-key.ts';
import type { ApiKeySecret } from '../../platform/auth/api-key-secret.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import type { CallOptions, GraphStore } from '../../stores/graph/graph-store.ts';
import {
  apiKeyCount,
  apiKeysByIds,
  apiKeysListed,
  createApiKey,
  revokeApiKey,
  rotateApiKey,
} from '../../stores/graph/statements/api-keys.ts';
import { collectionsExisting } from '../../stores/graph/statements/search-scope.ts';
import { checkKeyRequest, type KeyRequest, refuseMore } from './key-request.ts';
import { ownKeyOf, requireKey } from './own-key.ts';

/** A key with its secret: the only time that anybody sees it. */
export interface ShownKey {
  readonly key: ApiKey;
  readonly secret: string;
}

export interface ApiKeys {
  /** Rejects with FORBIDDEN where the key would have more than the principal. */
  create(principal: Principal, request: KeyRequest): Promise<ShownKey>;
  byIds(tenant: string, ids: readonly string[], options?: CallOptions): Promise<readonly ApiKey[]>;
  /** By id, from behind `after`. */
  list(
    tenant: string,
    page: { readonly after: string; readonly limit: number },
    options?: CallOptions,
  ): Promise<readonly ApiKey[]>;
  /**
   * A new secret for a key; the present one is taken for `graceSeconds` more, one before that no longer. Rejects with
   * FORBIDDEN where the key may do more than the principal.
   */
  rotate(principal: Principal, id: string, graceSeconds: number): Promise<ShownKey>;
  /** Ends a key for good. A second time changes nothing. */
  revoke(principal: Principal, id: string): Promise<ApiKey>;
}

export interface ApiKeysOptions {
  readonly graph: GraphStore;
  readonly secret: ApiKeySecret;
  /** Hears the id of each key that is not what it was. */
  readonly changes: Announcements;
  /** Whether `TEST` keys are taken here. */
  readonly development: boolean;
  readonly now: () => Date;
}

/** Keys of one tenant that are not revoked. */
const KEYS_MAX = 10_000;
/** A week. */
const GRACE_SECONDS_MAX = 604_800;

export function createApiKeys(options: ApiKeysOptions): ApiKeys {
  const { graph, secret, changes, now } = options;
  const hashesOf = (text: string) => ({
    hash: secret.hashOf(readApiKey(text).digest),
    madeWith: secret.name(),
  });

  return {
    create: async (principal, request) => {
      const { tenant, subject } = principal;
      const createdAt = now().toISOString();
      const { limits, ...asked } = checkKeyRequest(request, createdAt);
      if (asked.kind === 'TEST' && !options.development)
        throw badInput('input.kind', 'is TEST, and a server in production takes no such keys. Use LIVE.');
      refuseMore(principal, await ownKeyOf(graph, principal), { ...asked, limits });
      await requireCollections(graph, tenant, asked.collections ?? []);
      await requireRoom(graph, tenant);
      const text = makeApiKey(asked.kind);
      const key: ApiKey = {
        ...asked,
        id: readApiKey(text).id,
        tenant,
        limits,
        createdAt,
        createdBy: subject,
        lastUsedAt: null,
        rotatedAt: null,
        previousUntil: null,
        revokedAt: null,
      };
      await graph.write([createApiKey({ ...key, ...hashesOf(text), previousHash: null })]);
      return { key, secret: text };
    },
    byIds: (tenant, ids, call) => graph.read(apiKeysByIds(tenant, ids), call),
    list: (tenant, { after, limit }, call) => graph.read(apiKeysListed(tenant, after, limit), call),
    rotate: async (principal, id, graceSeconds) => {
      const { tenant } = principal;
      if (graceSeconds < 0 || graceSeconds > GRACE_SECONDS_MAX)
        throw badInput(
          'input.graceSeconds',
          `is ${graceSeconds} and must be from 0 to ${GRACE_SECONDS_MAX}.`,
        );
      const present = requireKey(await graph.read(apiKeysByIds(tenant, [id])), id);
      refuseMore(principal, await ownKeyOf(graph, principal), present);
      const text = makeApiKey(present.kind, present.id);
      const at = now();
      const [rotated] = await graph.write([
        rotateApiKey(tenant, id, {
          ...hashesOf(text),
          rotatedAt: at.toISOString(),
          previousUntil: new Date(at.getTime() + graceSeconds * 1_000).toISOString(),
        }),
      ]);
      changes.tell(id);
      return { key: requireActive(rotated as readonly ApiKey[], id), secret: text };
    },
    revoke: async ({ tenant, collections }, id) => {
      if (collections !== undefined)
        throw new Problem('FORBIDDEN', 'Credentials that are bound to collections revoke no keys.');
      const [revoked] = await graph.write([revokeApiKey(tenant, id, now().toISOString())]);
      changes.tell(id);
      return requireKey(revoked as readonly ApiKey[], id);
    },
  };
}

function requireActive([key]: readonly ApiKey[], id: string): ApiKey {
  if (key !== undefined) return key;
  throw new Problem('CONFLICT', `The API key ${id} is revoked, and stays so. Make a new one.`);
}

async function requireCollections(
  graph: GraphStore,
  tenant: string,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  const ids = names.map((name) => collectionId(tenant, name));
  const existing = new Set(await graph.read(collectionsExisting(tenant, ids)));
  const missing = ids.findIndex((id) => !existing.has(id));
  if (missing < 0) return;
  const message = `there is no collection "${names[missing]?.slice(0, 100)}". Make it first, with createCollection.`;
  throw badInput(`input.collections.${missing}`, message);
}

async function requireRoom(graph: GraphStore, tenant: string): Promise<void> {
  const [count = 0] = await graph.read(apiKeyCount(tenant));
  if (count < KEYS_MAX) return;
  throw new Problem(
    'CONFLICT',
    `The tenant has ${KEYS_MAX} API keys already. Revoke those that nobody uses.`,
  );
}
