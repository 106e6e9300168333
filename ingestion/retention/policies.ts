/** Retention policies: set by a tenant, carried out by the leader. What is held stays. */

import type { AuditEvent } from '../../model/audit.ts';
import { stableId } from '../../model/ids.ts';
import type { Principal } from '../../model/principal.ts';
import type { DocumentSelection, RetentionAction, RetentionPolicy } from '../../model/retention.ts';
import { Problem, toProblem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import type { CallOptions } from '../../stores/graph/graph-store.ts';
import {
  deletePolicy,
  notePolicyRun,
  policiesOfAll,
  policiesOfTenant,
  putPolicy,
} from '../../stores/graph/statements/retention.ts';
import type { Archives } from '../archive/archives.ts';
import { type DeleteTools, deleteUnheld } from '../delete.ts';
import { heldAmong } from './holds.ts';
import { checkDays, checkName, checkSelection } from './retention-request.ts';
import { selectedDocuments } from './selected-documents.ts';

/** Of one tenant. */
const POLICIES_MAX = 100;
const PAGE = 100;
/** Who does what a policy says. */
const ACTOR = 'trellis';
const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 3_600_000;
/** Documents that a preview names. */
const PREVIEWED_MAX = 100;

export interface PolicyRequest {
  readonly name: string;
  readonly selection: DocumentSelection;
  readonly days: number;
  readonly action: RetentionAction;
}

/** What a policy would delete now. */
export interface RetentionPreview {
  readonly documents: number;
  /** Of those selected, how many are held and stay. */
  readonly held: number;
  /** The first of those that would go, by id. */
  readonly documentIds: readonly string[];
}

export interface RetentionTools extends DeleteTools {
  readonly now: () => Date;
  readonly log: Log;
  readonly archives: Pick<Archives, 'archive'>;
  /** Keeps what was done; an entry of its own for each policy that deleted or archived something. */
  readonly record: (events: readonly AuditEvent[]) => Promise<unknown>;
}

export interface Policies {
  list(tenant: string, options?: CallOptions): Promise<readonly RetentionPolicy[]>;
  /** In place of one of the same name. */
  set(principal: Principal, request: PolicyRequest): Promise<RetentionPolicy>;
  /** Rejects with NOT_FOUND. */
  remove(tenant: string, name: string): Promise<void>;
  /** What a policy like this would delete if it ran now. */
  preview(
    tenant: string,
    request: Omit<PolicyRequest, 'name' | 'action'>,
    signal?: AbortSignal,
  ): Promise<RetentionPreview>;
}

export function createPolicies({
  graph,
  now,
  archives,
}: Pick<RetentionTools, 'graph' | 'now'> & { readonly archives: Pick<Archives, 'requireTarget'> }): Policies {
  const list: Policies['list'] = (tenant, options) =>
    graph.read(policiesOfTenant(tenant, POLICIES_MAX), options);
  return {
    list,
    set: async ({ tenant, subject }, request) => {
      const name = checkName(request.name);
      if (request.action === 'ARCHIVE') archives.requireTarget();
      const policy = {
        id: policyId(tenant, name),
        tenant,
        name,
        selection: checkSelection(request.selection),
        days: checkDays(request.days),
        action: request.action,
        createdAt: now().toISOString(),
        createdBy: subject,
      };
      const present = await list(tenant);
      if (present.length >= POLICIES_MAX && !present.some(({ id }) => id === policy.id))
        throw new Problem('CONFLICT', `The tenant has ${POLICIES_MAX} retention policies. Delete one first.`);
      await graph.write([putPolicy(policy)]);
      return {
        lastRunAt: null,
        deleted: 0,
        archived: 0,
        ...present.find(({ id }) => id === policy.id),
        ...policy,
      };
    },
    remove: async (tenant, given) => {
      const name = checkName(given);
      const [[removed] = []] = await graph.write([deletePolicy(tenant, policyId(tenant, name))]);
      if (removed === undefined) throw new Problem('NOT_FOUND', `There is no retention policy "${name}".`);
    },
    preview: async (tenant, request, signal) => {
      const selection = checkSelection(request.selection);
      const before = cutoff(now(), checkDays(request.days));
      let [documents, held] = [0, 0];
      const first: string[] = [];
      for await (const page of selectedDocuments(graph, { tenant, selection, before }, signal)) {
        const kept = await heldAmong(graph, tenant, page);
        const going = page.filter(({ id }) => !kept.has(id));
        documents += going.length;
        held += kept.size;
        first.push(...going.slice(0, PREVIEWED_MAX - first.length).map(({ id }) => id));
      }
      return { documents, held, documentIds: first };
    },
  };
}

function policyId(tenant: string, name: string): string {
  return stableId('pol', tenant, name);
}

function cutoff(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY_MS).toISOString();
}

/** The leader's duty. */
export function createRetention(tools: RetentionTools & { readonly everyMs?: number }) {
  return {
    name: 'retention',
    run: async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted) {
        await applyPolicies(tools, signal).catch((error: unknown) => {
          if (!signal.aborted)
            tools.log.error({ error }, 'Retention policies could not be carried out; tried again.');
        });
        await pause(tools.everyMs ?? LOOK_EVERY_MS, signal);
      }
    },
  };
}

/** Every policy of every tenant once. One that fails does not hold up the others. Gives how many documents went. */
export async function applyPolicies(tools: RetentionTools, signal: AbortSignal): Promise<number> {
  let deleted = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: readonly RetentionPolicy[] = await tools.graph.read(policiesOfAll(after, PAGE), { signal });
    for (const policy of page) {
      deleted += await applyPolicy(tools, policy, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        const { tenant, name } = policy;
        tools.log.error({ tenant, policy: name, error }, 'A retention policy failed; tried again.');
        return 0;
      });
    }
    after = page.length < PAGE ? undefined : page.at(-1)?.id;
  }
  return deleted;
}

async function applyPolicy(
  tools: RetentionTools,
  policy: RetentionPolicy,
  signal: AbortSignal,
): Promise<number> {
  const { id, tenant, selection, days, action } = policy;
  const before = cutoff(tools.now(), days);
  let [gone, problem]: [number, Problem | null] = [0, null];
  try {
    for await (const page of selectedDocuments(tools.graph, { tenant, selection, before }, signal)) {
      const ids = page.map((document) => document.id);
      gone +=
        action === 'ARCHIVE'
          ? await archiveUnheld(tools, policy, ids, before)
          : (await deleteUnheld(tools, tenant, { ids, unchangedSince: before })).documentIds.length;
    }
  } catch (error) {
    problem = toProblem(error);
    throw error;
  } finally {
    const counts = action === 'ARCHIVE' ? { deleted: 0, archived: gone } : { deleted: gone, archived: 0 };
    await tools.graph.write([notePolicyRun(id, tools.now().toISOString(), counts)]);
    if (gone > 0 || problem !== null) await tools.record([ranEvent(policy, { before, gone, problem })]);
  }
  return gone;
}

/** What is held, or not indexed yet, or cannot be brought back as it is, is left as it is. */
async function archiveUnheld(
  { archives }: RetentionTools,
  { tenant, name }: RetentionPolicy,
  ids: readonly string[],
  unchangedSince: string,
): Promise<number> {
  const reason = `the retention policy "${name}"`;
  return (await archives.archive(tenant, { ids, by: ACTOR, reason, unchangedSince })).archived.length;
}

function ranEvent(
  { tenant, name, action }: RetentionPolicy,
  {
    before,
    gone,
    problem,
  }: { readonly before: string; readonly gone: number; readonly problem: Problem | null },
): AuditEvent {
  const did = action === 'ARCHIVE' ? 'archived' : 'deleted';
  return {
    tenant,
    actor: ACTOR,
    apiKey: null,
    address: null,
    action: 'retention',
    targets: [name],
    outcome: problem === null ? 'DONE' : 'FAILED',
    code: problem?.code ?? null,
    detail: `The retention policy "${name}" ${did} ${gone} documents that had not changed since ${before}.`,
    requestId: null,
    count: 1,
  };
}
