/**
 * Every root field of the composed schema, and every type of `_entities`, by everybody who may not have it: over the
 * gateway's ways in and on the subgraphs' own ports. Generated from the schemas, so that a new field is in it.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isScope, SCOPES, type Scope } from '../../model/principal.ts';
import type { Permission } from '../../subgraphs/subgraph.ts';
import { connectSocket } from '../gateway/live/live-client.ts';
import { SUBGRAPH_NAMES } from '../subgraphs/definitions.ts';
import { badAtGateway, badAtSubgraph } from './bad-credentials.ts';
import { countCells } from './cells.ts';
import {
  type ComposedField,
  composedFields,
  type SubgraphFields,
  subgraphFields,
} from './composed-fields.ts';
import { type Installation, OPERATORS, openInstallation, type Reply } from './installation.ts';

const cells = countCells('The refusal matrix');
/** As many as there were when this was last looked at: a field may come, and none may go unseen. */
const FLOOR = { roots: 54, references: 58, cells: 4_000 };

let at: Installation;
let fields: readonly ComposedField[];
let subgraphs: readonly SubgraphFields[];
let badCredentials: ReadonlyMap<string, Readonly<Record<string, string>>>;
beforeAll(async () => {
  at = await openInstallation();
  fields = await composedFields();
  subgraphs = await subgraphFields();
  badCredentials = await badAtGateway(at);
  at.takeTouched();
});
afterAll(() => at?.close());

const EVENTS = { accept: 'text/event-stream' };
const KINDS_AT_GATEWAY = [
  'an expired token',
  'a token for a subgraph',
  'a token for nobody',
  'an unsigned token',
  'a token of another installation',
  'a token with another’s signature',
  'a token with other claims',
  'an API key that nobody made',
  'an API key that was revoked',
  'an API key beside a token',
  'a password',
];

test('no field is left out: the supergraph’s are those of the subgraphs together', () => {
  const ofSubgraphs = subgraphs.flatMap(({ roots }) => roots.map(({ root, name }) => `${root}.${name}`));
  const composed = fields.map(({ root, name }) => `${root}.${name}`);
  expect(composed.toSorted()).toEqual(ofSubgraphs.toSorted());
  expect(composed.length).toBeGreaterThanOrEqual(FLOOR.roots);
  const references = subgraphs.flatMap((subgraph) => subgraph.references);
  expect(references.length).toBeGreaterThanOrEqual(FLOOR.references);
});

describe('at the gateway', () => {
  test('every bad credential is one of those looked at', () => {
    expect([...badCredentials.keys()]).toEqual(KINDS_AT_GATEWAY);
  });

  test('nobody gets anything without credentials, but for what gives them', async () => {
    for (const { operation, permission } of fields) {
      const isOpen = permission === 'ANONYMOUS';
      const reply = await at.ask(operation, { token: null });
      expectRefused(reply, { status: isOpen ? 200 : 401, code: 'UNAUTHENTICATED' }, operation);
      if (!isOpen) expect(reply.body.errors[0].message, operation).toMatch(/^The request has no token/);
      const events = await at.ask(operation, { token: null, headers: EVENTS });
      expectProblem(events, { status: 401, code: 'UNAUTHENTICATED' }, operation);
      cells.count('gateway: nothing', 2);
    }
    // Looked for because somebody tried to sign in.
    expect(new Set(at.takeTouched())).toEqual(new Set(['users.toCheck']));
  });

  test.each(KINDS_AT_GATEWAY)('%s opens nothing', async (kind) => {
    const headers = badCredentials.get(kind) ?? {};
    for (const { operation } of fields) {
      const reply = await at.ask(operation, { token: null, headers });
      expectRefused(reply, { status: 401, code: 'UNAUTHENTICATED' }, operation);
      const events = await at.ask(operation, { token: null, headers: { ...EVENTS, ...headers } });
      expectProblem(events, { status: 401, code: 'UNAUTHENTICATED' }, operation);
      cells.count(`gateway: ${kind}`, 2);
    }
    const query = encodeURIComponent('{ viewer { tenant } }');
    const got = await fetch(at.url(`/graphql?query=${query}`), {
      headers: { ...headers, 'content-type': 'application/json' },
    });
    expect(got.status).toBe(401);
    const upload = await fetch(at.url('/ingest?collection=x'), { method: 'POST', headers, body: 'text' });
    expect(upload.status).toBe(401);
    expect(at.takeTouched().filter((name) => !LOOKS_FOR_A_KEY.test(name))).toEqual([]);
  });

  test('too few scopes open nothing', async () => {
    for (const field of fields) {
      const scope = scopeIn(field.permission);
      if (scope === undefined) continue;
      for (const scopes of [[], allBut(scope)]) {
        const token = await at.token({ tenant: OPERATORS, scopes });
        const expected = { status: 200, code: 'FORBIDDEN', message: `This needs the scope "${scope}"` };
        await expectForbidden(field, token, expected);
        cells.count('gateway: too few scopes', field.root === 'Subscription' ? 1 : 2);
      }
    }
    expect(at.takeTouched()).toEqual([]);
  });

  test('another tenant’s operator runs nothing of the installation', async () => {
    const token = await at.token({ tenant: 'acme' });
    for (const field of fields.filter(({ permission }) => permission.startsWith('operator:'))) {
      const expected = { status: 200, code: 'FORBIDDEN', message: 'This changes the whole installation' };
      await expectForbidden(field, token, expected);
      cells.count('gateway: operator of another tenant', 2);
    }
    expect(at.takeTouched()).toEqual([]);
  });

  test('what is between it and the subgraphs is not there, for an operator either', async () => {
    const token = await at.token({ tenant: OPERATORS });
    const inner = fields.filter(({ isInner }) => isInner);
    expect(inner.map(({ permission }) => permission)).toEqual(inner.map(() => 'GATEWAY'));
    const references = subgraphs.flatMap((subgraph) => subgraph.references);
    const operations = [...inner, ...references].map(({ operation }) => operation);
    for (const operation of [...operations, '{ _service { sdl } }']) {
      const reply = await at.ask(operation, { token });
      expectRefused(reply, { status: 400, code: 'BAD_INPUT' }, operation);
      cells.count('gateway: inner fields, references, introspection');
    }
    // Introspection has a scope of its own, which an operator may be without.
    const scopes = SCOPES.filter((scope) => scope !== 'schema:read');
    const blind = await at.token({ tenant: OPERATORS, scopes });
    for (const operation of ['{ __schema { types { name } } }', '{ __type(name: "Query") { name } }']) {
      const reply = await at.ask(operation, { token: blind });
      expectRefused(reply, { status: 403, code: 'FORBIDDEN' }, operation);
      cells.count('gateway: inner fields, references, introspection');
    }
    expect(at.takeTouched()).toEqual([]);
  });

  test('a socket without good credentials is closed before it says anything', async () => {
    for (const [kind, headers] of [['nothing', {}] as const, ...badCredentials]) {
      const socket = connectSocket({ url: at.url('') }, { headers, lazy: false });
      expect(await socket.closed, kind).toMatchObject({ code: 4401 });
      cells.count('gateway: sockets');
    }
  });
});

describe.each(SUBGRAPH_NAMES)('at the port of %s', (name) => {
  let mine: SubgraphFields;
  let operations: readonly string[];
  let url: string;
  beforeAll(() => {
    mine = subgraphs.find((subgraph) => subgraph.name === name) as SubgraphFields;
    const known = [...mine.roots, ...mine.references].map(({ operation }) => operation);
    operations = [...known, '{ _service { sdl } }', '{ __schema { types { name } } }'];
    url = at.subgraphUrl(name);
  });

  test('nothing but a token that the gateway signed for it, of the last minute, opens anything', async () => {
    for (const [kind, headers] of await badAtSubgraph(at, name)) {
      for (const operation of operations)
        for (const accept of ['application/json', 'text/event-stream']) {
          const reply = await at.ask(operation, { url, token: null, headers: { ...headers, accept } });
          const code = accept === 'application/json' ? reply.body.errors?.[0].extensions : reply.body;
          expect([reply.status, code?.code, reply.body.data], `${kind}: ${operation}`).toEqual([
            401,
            'UNAUTHENTICATED',
            undefined,
          ]);
          cells.count(`subgraph ports: ${kind}`);
        }
    }
    expect(at.takeTouched()).toEqual([]);
  });

  test('the gateway’s token opens no root field without its scope', async () => {
    for (const { root, name: field, operation } of mine.roots) {
      const scope = scopeIn(mine.permissions[root]?.[field]);
      if (scope === undefined) continue;
      for (const scopes of [[], allBut(scope)])
        await expectForbiddenHere(operation, scopes, `This needs the scope "${scope}"`);
    }
    expect(at.takeTouched()).toEqual([]);
  });

  test('the gateway’s token opens no reference, and no field of one, without its scope', async () => {
    for (const { guards, operation } of mine.references)
      for (const guard of guards.filter((one) => isScope(one)))
        await expectForbiddenHere(operation, allBut(guard), `This needs the scope "${guard}"`);
    expect(at.takeTouched()).toEqual([]);
  });

  async function expectForbiddenHere(operation: string, scopes: readonly Scope[], message: string) {
    const who = { subject: 'eve', tenant: OPERATORS, scopes, isOperator: true as const };
    const token = await at.authority.issueFor(who, name);
    const isLive = operation.startsWith('subscription');
    const reply = await at.ask(operation, { url, token, headers: isLive ? EVENTS : {} });
    if (isLive) expectProblem(reply, { status: 403, code: 'FORBIDDEN', message }, operation);
    else expectRefused(reply, { status: 200, code: 'FORBIDDEN', message }, operation);
    cells.count('subgraph ports: too few scopes');
  }
});

test('the matrix has not shrunk', () => {
  expect(cells.total).toBeGreaterThanOrEqual(FLOOR.cells);
});

/** The gateway asks what a key is good for. */
const LOOKS_FOR_A_KEY = /^apiKeys\./;

interface Expected {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
}

/** By a plain request where there is one, and over a live connection. */
async function expectForbidden(field: ComposedField, token: string, expected: Expected): Promise<void> {
  const { operation, root } = field;
  const events = await at.ask(operation, { token, headers: EVENTS });
  if (root === 'Subscription') return expectProblem(events, { ...expected, status: 403 }, operation);
  expectRefused(await at.ask(operation, { token }), expected, operation);
  expect(events.status, operation).toBe(200);
  expect(events.text, operation).toContain(`"code":"${expected.code}"`);
  expect(events.text, operation).toMatch(/"data":(null|\{"\w+":null\})/);
}

/** One error, of this code, and no data. */
function expectRefused({ status, headers, body }: Reply, expected: Expected, about: string): void {
  expect([status, body?.errors?.length], about).toEqual([expected.status, 1]);
  const [{ message, extensions }] = body.errors;
  expect([extensions.code, message.startsWith(expected.message ?? '')], about).toEqual([expected.code, true]);
  expect(holdsNothing(body.data), `${about}: ${JSON.stringify(body.data)}`).toBe(true);
  if (status === 401) expect(headers.get('www-authenticate'), about).toBe('Bearer');
}

/** Whether every leaf of an answer is null. */
function holdsNothing(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return data === null || data === undefined;
  return Object.values(data).every(holdsNothing);
}

/** A problem document, and nothing else. */
function expectProblem({ status, headers, body }: Reply, expected: Expected, about: string): void {
  expect(headers.get('content-type'), about).toMatch(/^application\/problem\+json/);
  expect([status, body.code, body.status], about).toEqual([expected.status, expected.code, expected.status]);
  expect(body.detail.startsWith(expected.message ?? ''), about).toBe(true);
}

/** The scope that a permission asks for, where it asks for one. */
function scopeIn(permission: Permission | undefined): Scope | undefined {
  const scope = permission?.replace('operator:', '') ?? '';
  return isScope(scope) ? scope : undefined;
}

function allBut(scope: Scope): readonly Scope[] {
  const others = SCOPES.filter((other) => other !== scope);
  return scope.startsWith('admin:') ? others : [...others, 'admin:*'];
}
