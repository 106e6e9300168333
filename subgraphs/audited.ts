/**
 * What a subgraph tells the audit log: every mutation before it is answered, and every refusal. In front of the rules,
 * so that what they refuse is seen as well.
 */

import {
  defaultFieldResolver,
  type ExecutionArgs,
  type FormattedExecutionResult,
  type GraphQLField,
  type GraphQLSchema,
  getOperationAST,
  Kind,
} from 'graphql';
import type { AuditEvent } from '../model/audit.ts';
import type { Principal } from '../model/principal.ts';
import type { AuditLog } from '../operations/audit/audit-log.ts';
import { Problem, type ProblemCode, toProblem } from '../platform/errors.ts';
import { untilAborted } from '../platform/until-aborted.ts';
import { fieldNamesAt } from './field-names.ts';
import type { PermissionTable, SubgraphContext } from './subgraph.ts';

export type AuditSink = Pick<AuditLog, 'record' | 'note'>;

/** Changes the schema in place. What gateways tell of their own is no act of anybody. */
export function auditMutations(schema: GraphQLSchema, permissions: PermissionTable, audit: AuditSink): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {}))
    if (permissions['Mutation']?.[field.name] !== 'GATEWAY') auditField(field, audit);
}

function auditField(field: GraphQLField<unknown, SubgraphContext>, audit: AuditSink): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = async (parent, args, context, info) => {
    const targets = OF_PEOPLE.includes(field.name) ? [] : targetsIn(args['input']);
    const about = (target: string) => void targets.push(target);
    let whom: Whom | null = null;
    const onBehalfOf = (user: Whom) => {
      whom = user;
    };
    const event = (problem: Problem | null) => ({
      ...ofWhom(whom, eventOf(context.principal, `Mutation.${field.name}`, problem), targets),
      requestId: context.requestId,
    });
    let isRecorded = false;
    const recordNow = async () => {
      await audit.record([event(null)]);
      isRecorded = true;
    };
    try {
      const given = { ...context, about, onBehalfOf, recordNow };
      const result: unknown = await resolve(parent, args, given, info);
      // A rule that refuses gives its error back as the value, and graphql-js throws it later.
      if (result instanceof Error) throw result;
      if (isRecorded) return result;
      const done = event(null);
      // Nobody did it: nothing was done, as by a refresh token that is none. Anybody may ask for that again and again.
      if (done.actor === null) audit.note(done);
      else
        await audit.record([done]).catch((cause: unknown) => {
          throw unrecorded(cause);
        });
      return result;
    } catch (error) {
      if (!isUnrecorded(error)) await keepFailure(audit, event(toProblem(error)));
      throw error;
    }
  };
}

type Whom = Pick<Principal, 'tenant' | 'subject'>;

/** Whoever fails to prove to be a user is not that user; the user's tenant hears of it. */
function ofWhom(whom: Whom | null, event: AuditEvent, targets: readonly string[]): AuditEvent {
  if (whom === null) return { ...event, targets };
  const { tenant, subject } = whom;
  if (event.outcome === 'DONE') return { ...event, tenant, actor: subject, targets };
  return { ...event, tenant, targets: [...targets, subject] };
}

/** How long what failed waits to be kept before it is told, in ms. */
const FAILURE_KEPT_MS = 2_000;

/** What failed is told as it failed, also where that cannot be kept soon; the log of the process has it then. */
async function keepFailure(audit: AuditSink, event: AuditEvent): Promise<void> {
  // What anybody may ask fills no log: it is gathered, as refusals are.
  if (event.outcome === 'REFUSED' || event.actor === null) return audit.note(event);
  const kept = audit.record([event]).catch(() => undefined);
  await untilAborted(kept, AbortSignal.timeout(FAILURE_KEPT_MS)).catch(() => undefined);
}

/** Of which operation an answer is. */
export interface Answered extends Pick<ExecutionArgs, 'document' | 'operationName'> {
  readonly kind: string;
  readonly requestId: string;
}

/** Notes the fields of an answer that were refused; those of the root of a mutation are its own. */
export function noteRefusedFields(
  audit: AuditSink,
  principal: Principal,
  { errors = [] }: FormattedExecutionResult,
  { kind, requestId, document, operationName }: Answered,
): void {
  for (const { extensions, path = [], message } of errors) {
    const isOwn = kind === 'mutation' && path.length <= 1;
    const code = REFUSALS.find((one) => one === extensions?.['code']);
    if (code === undefined || isOwn) continue;
    const field = fieldNamesAt(document, operationName, path).join('.');
    audit.note({ ...eventOf(principal, `${capital(kind)}.${field}`, new Problem(code, message)), requestId });
  }
}

/** Notes a subscription that a subgraph has refused to open. */
export function noteRefusedSubscription(
  audit: AuditSink,
  principal: Principal,
  problem: Problem,
  { kind, requestId, document, operationName }: Answered,
): void {
  const [root] = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  const field = root?.kind === Kind.FIELD ? root.name.value : '';
  if (isRefusal(problem))
    audit.note({ ...eventOf(principal, `${capital(kind)}.${field}`, problem), requestId });
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** What a principal did, or tried. */
export function eventOf(principal: Principal | null, action: string, problem: Problem | null): AuditEvent {
  const known = principal?.isAnonymous ? null : principal;
  return {
    tenant: known?.tenant ?? '',
    actor: known?.subject ?? null,
    apiKey: principal?.apiKey ?? null,
    address: principal?.address ?? null,
    action,
    targets: [],
    outcome: problem === null ? 'DONE' : isRefusal(problem) ? 'REFUSED' : 'FAILED',
    code: problem?.code ?? null,
    detail: problem?.message ?? null,
    requestId: null,
    count: 1,
  };
}

function isRefusal({ code }: Pick<Problem, 'code'>): boolean {
  return REFUSALS.includes(code);
}

const REFUSALS: readonly ProblemCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'TOO_MANY_REQUESTS'];

/** Fields of inputs that name something. Others may hold contents. */
const NAMING = ['id', 'ids', 'key', 'keys', 'job', 'collection', 'name'];

/**
 * Where the name is a person's: the log is kept whole, also when the user is deleted, so it has the user's id alone. And
 * what is typed as a name is now and then a password.
 */
const OF_PEOPLE = ['signIn', 'createUser', 'bootstrapAdministrator'];

function targetsIn(input: unknown): string[] {
  const fields = typeof input === 'object' && input !== null ? Object.entries(input) : [];
  return fields
    .filter(([name]) => NAMING.includes(name))
    .flatMap(([, value]): readonly unknown[] => (Array.isArray(value) ? value : [value]))
    .filter((value) => typeof value === 'string');
}

/** Told apart from a failure of the mutation itself. */
const unrecordedCauses = new WeakSet<Problem>();

function unrecorded(cause: unknown): Problem {
  const detail =
    'It was done, but could not be written into the audit log. Look whether it is as you want it, then try again.';
  const { retryAfterMs } = toProblem(cause);
  const problem = new Problem('UNAVAILABLE', detail, {
    cause,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  unrecordedCauses.add(problem);
  return problem;
}

function isUnrecorded(error: unknown): boolean {
  return error instanceof Problem && unrecordedCauses.has(error);
}
