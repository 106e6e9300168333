/** Who may know what stands behind pseudonyms, and how nobody ever will again. */

import { type Principal, reachesCollection } from '../../model/principal.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import { noteTenantKeysDestroyed, sealedPseudonyms } from '../../stores/graph/statements/privacy.ts';
import type { Revealed } from '../../text/personal-data/protect.ts';
import { kindOfPseudonym } from '../../text/pseudonyms.ts';
import { keyOfPseudonyms, openPseudonyms } from './envelope.ts';
import { type KeyTools, keySealedWith } from './tenant-key.ts';

/** Asked for at once. */
const PSEUDONYMS_MAX = 100;
const REASON_CHARS_MAX = 2_000;

export interface RevealRequest {
  readonly document: string;
  readonly pseudonyms: readonly string[];
  readonly reason: string;
}

export interface Revelation extends Revealed {
  readonly pseudonym: string;
}

export interface PseudonymDesk {
  /** Those of the document that were asked for; others are left out. NOT_FOUND, and CONFLICT once the key is gone. */
  reveal(principal: Principal, request: RevealRequest): Promise<readonly Revelation[]>;
  /** For good. `confirmation` is the sentence of {@link confirmationFor}; ids of the keys that are gone. */
  destroyKey(principal: Principal, confirmation: string): Promise<readonly string[]>;
}

/** To be typed, so that nobody destroys a key by accident, or that of another tenant. */
export function confirmationFor(tenant: string): string {
  return `destroy the key of ${tenant} for good`;
}

export function createPseudonymDesk({ graph, tenantKeys, now }: KeyTools): PseudonymDesk {
  return {
    reveal: async (principal, { document, pseudonyms, reason }) => {
      checkRequest(pseudonyms, reason);
      const { tenant } = principal;
      const [found] = await graph.read(sealedPseudonyms(tenant, document));
      if (found === undefined || !reachesCollection(principal, found.collectionId))
        throw new Problem('NOT_FOUND', `There is no document ${document.slice(0, 100)}.`);
      if (found.sealed === '') return [];
      const key = await keySealedWith(tenantKeys, tenant, keyOfPseudonyms(found.sealed));
      const known = await openPseudonyms(key, found.sealed);
      return pseudonyms.flatMap((pseudonym) => {
        const revealed = known.get(pseudonym);
        return revealed === undefined ? [] : [{ pseudonym, ...revealed }];
      });
    },
    destroyKey: async ({ tenant, subject }, confirmation) => {
      const expected = confirmationFor(tenant);
      if (confirmation.trim() !== expected)
        throw badInput(
          'input.confirmation',
          `must be "${expected}": what the key sealed cannot be read by anybody afterwards.`,
        );
      const destroyed = await tenantKeys.destroy(tenant);
      // Behind the file: a record without a file says that it is lost, and doing this again says that it is gone.
      const [noted = []] = await graph.write([noteTenantKeysDestroyed(tenant, now().toISOString(), subject)]);
      return [...new Set([...(destroyed === null ? [] : [destroyed]), ...noted.map(String)])];
    },
  };
}

function checkRequest(pseudonyms: readonly string[], reason: string): void {
  if (reason.trim() === '' || reason.length > REASON_CHARS_MAX)
    throw badInput('input.reason', `has ${reason.length} characters and must have 1 to ${REASON_CHARS_MAX}.`);
  if (pseudonyms.length === 0 || pseudonyms.length > PSEUDONYMS_MAX)
    throw badInput(
      'input.pseudonyms',
      `has ${pseudonyms.length} pseudonyms and must have 1 to ${PSEUDONYMS_MAX}.`,
    );
  pseudonyms.forEach((text, at) => {
    if (kindOfPseudonym(text) === null)
      throw badInput(`input.pseudonyms.${at}`, 'is no pseudonym. Copy it from the text as it stands there.');
  });
}
