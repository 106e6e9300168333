/**
 * A question that names people and numbers as they are, asked of texts with pseudonyms: what the graph knows under a
 * pseudonym of this tenant's key takes its pseudonym. Nothing is guessed: what has none stays as it is.
 */

import { entityId } from '../model/ids.ts';
import { type Finding, withoutOverlap } from '../model/personal-data.ts';
import { keyFor, type TenantKeys } from '../platform/tenant-keys/tenant-keys.ts';
import type { CallOptions, GraphStore } from '../stores/graph/graph-store.ts';
import { entitiesByIds } from '../stores/graph/statements/entities.ts';
import { findByForm } from '../text/detectors/by-form.ts';
import { entityKey } from '../text/entity-key.ts';
import { replaceFindings } from '../text/personal-data/replace.ts';
import { pseudonymOf } from '../text/pseudonyms.ts';

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.-]*/gu;
/** Of a question, and of a name in it. */
const WORDS_MAX = 100;
const NAME_WORDS_MAX = 4;

export interface RealNames {
  /** At the cost of one read where the tenant has a key, and of none where it has not. */
  inPseudonyms(tenant: string, text: string, options: CallOptions): Promise<string>;
}

export function createRealNames({
  graph,
  tenantKeys,
}: {
  readonly graph: GraphStore;
  readonly tenantKeys: TenantKeys;
}): RealNames {
  return {
    inPseudonyms: async (tenant, text, options) => {
      const key = await tenantKeys.find(tenant);
      if (key === null) return text;
      const secret = keyFor(key, 'pseudonyms');
      const candidates = [...findByForm(text), ...namesIn(text)].map((finding) => {
        const surface = text.slice(finding.start, finding.end);
        const pseudonym = pseudonymOf(secret, finding.kind, surface);
        return { ...finding, pseudonym, id: idOf(tenant, pseudonym), plainId: idOf(tenant, surface) };
      });
      const ids = [...new Set(candidates.flatMap(({ id, plainId }) => [id, plainId]))];
      const known = new Set((await graph.read(entitiesByIds(tenant, ids), options)).map(({ id }) => id));
      const found = candidates.filter(({ id }) => known.has(id));
      const byPlace = new Map(found.map((one) => [`${one.start}-${one.end}`, one]));
      return replaceFindings(text, withoutOverlap(found), ({ start, end }) => {
        const one = byPlace.get(`${start}-${end}`);
        if (one === undefined) return text.slice(start, end);
        // What another collection has as it is, is looked for as it is as well.
        return known.has(one.plainId) ? `${text.slice(start, end)} ${one.pseudonym}` : one.pseudonym;
      }).text;
    },
  };
}

function idOf(tenant: string, name: string): string {
  return entityId(tenant, entityKey(name));
}

/** Every run of a few words may be a name, however it is written; the longest that is known counts. */
function namesIn(text: string): readonly Finding[] {
  const words = [...text.matchAll(WORD)].slice(0, WORDS_MAX).map(({ 0: word, index }) => ({
    start: index,
    end: index + word.replace(/['’]s$|[.'’-]+$/, '').length,
  }));
  return words.flatMap(({ start }, at) =>
    words.slice(at, at + NAME_WORDS_MAX).map(
      ({ end }): Finding => ({
        ...{ kind: 'PERSON', start, end },
        confidence: 1,
      }),
    ),
  );
}
