/**
 * Which of several installations on one graph server is served, and the restores that make others. This belongs to none of
 * them: its label is the same in every namespace, no backup has it, and no restore brings it back as it was.
 *
 *     (:Serving {id: 'installation', namespace, previous, restore, at})   absent while the first is served
 *                    previous: what was served before, until that is confirmed; restore: the one that was switched to
 *     (:Serving {id, state, namespace, old, drop: [namespace], gone: [namespace], attempts, told,
 *                    report: JSON text})                       a restore of the whole
 *                    namespace: where it is restored, empty before that; old: what was served when it was switched to;
 *                    drop: what nobody needs any more; gone: what of that was dropped; told: whether the audit log has its last step
 */

import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull, textsOf } from './rows.ts';

/** What is served. */
export interface Served {
  readonly namespace: string;
  /** Kept until the switch is confirmed; null where nothing is. */
  readonly previous: string | null;
}

const POINTER = 'installation';

export function servedNow(): Statement<Served> {
  return statement(
    'serving.now',
    'OPTIONAL MATCH (s:Serving {id: $id}) RETURN s.namespace AS namespace, s.previous AS previous',
    { id: POINTER },
    ({ namespace, previous }) => ({
      namespace: textOrNull(namespace) ?? '',
      previous: textOrNull(previous),
    }),
  );
}

/**
 * The first statement of a write into a namespace: `onOther` throws where another one is served. It holds because writes of a
 * namespace come one after the other, and {@link serve} is a write of the one that was served before: whoever had the
 * turn earlier has committed by then, and whoever gets it later reads what is served since.
 */
export function fenceServed(namespace: string, onOther: (served: string) => never): Statement<unknown> {
  return statement(
    'serving.fence',
    'OPTIONAL MATCH (s:Serving {id: $id}) RETURN s.namespace AS namespace',
    { id: POINTER },
    (row) => {
      const served = textOrNull(row.namespace) ?? '';
      return served === namespace ? null : onOther(served);
    },
  );
}

/** Only in a write of the namespace that is served until then; see {@link fenceServed}. */
export function serve(pointer: Served & { readonly restore: string; readonly at: string }) {
  return statement(
    'serving.serve',
    `MERGE (s:Serving {id: $id})
     SET s.namespace = $namespace, s.previous = $previous, s.restore = $restore, s.at = $at`,
    { id: POINTER, ...pointer },
    (row: Row) => row,
  );
}

/** What was served before is kept no longer. */
export function forgetPrevious(): Statement<unknown> {
  return statement(
    'serving.forgetPrevious',
    'MATCH (s:Serving {id: $id}) SET s.previous = null',
    { id: POINTER },
    (row) => row,
  );
}

/** A restore of the whole, as it is kept. */
export interface ServedRestore {
  readonly id: string;
  readonly state: string;
  readonly namespace: string;
  readonly old: string;
  readonly drop: readonly string[];
  readonly gone: readonly string[];
  /** How often it was begun. */
  readonly attempts: number;
  readonly told: boolean;
  /** JSON text of what people are told; the state in it may be an earlier one. */
  readonly report: string;
}

const COLUMNS = `s.id AS id, s.state AS state, s.namespace AS namespace, s.old AS old, s.drop AS drop, s.gone AS gone,
       s.attempts AS attempts, s.told AS told, s.report AS report`;

function decode(row: Row): ServedRestore {
  return {
    id: textOf(row.id),
    state: textOf(row.state),
    namespace: textOf(row.namespace),
    old: textOf(row.old),
    drop: textsOf(row.drop),
    gone: textsOf(row.gone),
    attempts: Number(row.attempts),
    told: row.told === true,
    report: textOf(row.report),
  };
}

/** `onOther` throws where there is a restore in one of these states. */
export function refuseBeside(
  states: readonly string[],
  onOther: (other: ServedRestore) => never,
): Statement<unknown> {
  return statement(
    'serving.refuseBeside',
    `MATCH (s:Serving) WHERE s.id > $before AND s.state IN $states RETURN ${COLUMNS} LIMIT 1`,
    { before: '', states },
    (row) => onOther(decode(row)),
  );
}

export function createServedRestore({ id, ...properties }: ServedRestore): Statement<unknown> {
  return statement(
    'serving.createRestore',
    'MERGE (s:Serving {id: $id}) SET s += $properties',
    { id, properties },
    (row) => row,
  );
}

export function servedRestoreById(id: string): Statement<ServedRestore> {
  return statement(
    'serving.restoreById',
    `MATCH (s:Serving {id: $id}) WHERE s.report IS NOT NULL RETURN ${COLUMNS}`,
    { id },
    decode,
  );
}

/** The newest first. */
export function servedRestoresListed(limit: number): Statement<ServedRestore> {
  return statement(
    'serving.restoresListed',
    `MATCH (s:Serving) WHERE s.id > $before AND s.report IS NOT NULL RETURN ${COLUMNS} ORDER BY id DESC LIMIT $limit`,
    { before: '', limit },
    decode,
  );
}

/** Where a restore stands, for whoever changes it: what has changed meanwhile is not changed by them. */
export type Standing = Pick<ServedRestore, 'id' | 'state' | 'namespace'>;

/** `onOther` throws where it does not stand so any more; then nothing of the write is done. */
export function changeServedRestore(
  { id, state, namespace }: Standing,
  changes: Partial<Omit<ServedRestore, 'id'>>,
  onOther: () => never,
): Statement<unknown> {
  return statement(
    'serving.changeRestore',
    `MATCH (s:Serving {id: $id}) WHERE s.state = $state AND s.namespace = $namespace
     SET s += $changes RETURN count(s) AS changed`,
    { id, state, namespace, changes },
    ({ changed }) => (Number(changed) > 0 ? null : onOther()),
  );
}

/** The first statement of a write into what is being restored: `onOther` throws where that stands otherwise by now. */
export function fenceRestore({ id, state, namespace }: Standing, onOther: () => never): Statement<unknown> {
  return statement(
    'serving.fenceRestore',
    'MATCH (s:Serving {id: $id}) WHERE s.state = $state AND s.namespace = $namespace RETURN count(s) AS held',
    { id, state, namespace },
    ({ held }) => (Number(held) > 0 ? null : onOther()),
  );
}

/** `onOther` throws where an erasure was made behind `since` (RFC 3339) that is none of these. */
export function refuseErasuresBut(
  known: readonly string[],
  since: string,
  onOther: () => never,
): Statement<unknown> {
  return statement(
    'serving.refuseErasuresBut',
    `MATCH (e:Erasure) WHERE e.id > $before AND e.at > $since AND NOT e.id IN $known RETURN count(e) AS others`,
    { before: '', since, known },
    ({ others }) => (Number(others) > 0 ? onOther() : null),
  );
}

/** `onOther` throws where a privacy policy was set behind `since` (RFC 3339) that is none of these, as it is. */
export function refusePoliciesBut(
  known: readonly { readonly id: string; readonly updatedAt: string }[],
  since: string,
  onOther: () => never,
): Statement<unknown> {
  return statement(
    'serving.refusePoliciesBut',
    `MATCH (p:PersonalDataPolicy) WHERE p.id > $before AND p.updatedAt > $since AND NOT (p.id + p.updatedAt) IN $known
     RETURN count(p) AS others`,
    { before: '', since, known: known.map(({ id, updatedAt }) => id + updatedAt) },
    ({ others }) => (Number(others) > 0 ? onOther() : null),
  );
}
