/** Generated from the schemas: who lacks what a field asks for gets nothing, and nothing behind it is asked. */

import { decodeProtectedHeader, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS_FIELDS } from '../../gateway/credentials/anonymous.ts';
import { SCOPES, type Scope } from '../../model/principal.ts';
import { ISSUER, subgraphAudience } from '../../platform/auth/token-authority.ts';
import { createSubgraph, type Subgraph, type SubgraphCall } from '../../subgraphs/serve-subgraph.ts';
import { ENTITY_ACCESS, type Permission } from '../../subgraphs/subgraph.ts';
import {
  type FoundSubgraph,
  findSubgraph,
  referenceFields,
  rootFields,
  SUBGRAPH_NAMES,
} from '../subgraphs/definitions.ts';
import { openAuthority, principal, silent, type TestAuthority } from '../subgraphs/harness.ts';

let authority: TestAuthority;
beforeAll(async () => {
  authority = await openAuthority();
});

/** Tokens that no subgraph of this name may believe. */
const BAD_TOKENS: Readonly<Record<string, (name: string) => Promise<string>>> = {
  'no token': async () => '',
  'a text that is no token': async () => 'not.a.token',
  'an expired token': async (name) =>
    (await authority.at(Date.now() - 300_000)).issueFor(principal([...SCOPES]), name),
  'a client’s token': (_) => signFor('trellis'),
  'a token for another subgraph': (name) =>
    signFor(subgraphAudience(name === 'admin' ? 'documents' : 'admin')),
  'a token for a name that begins with this one': (name) => signFor(`${subgraphAudience(name)}s`),
  'a token that lives too long': (name) => signFor(subgraphAudience(name), 3_600),
  'a token of another installation': async (name) =>
    (await openAuthority()).issueFor(principal([...SCOPES]), name),
  'an unsigned token': async (name) => unsigned(name),
  'a token with another signature': async (name) => {
    const [header, claims] = (await signFor(subgraphAudience(name))).split('.');
    return `${header}.${claims}.${(await signFor('trellis')).split('.')[2]}`;
  },
};

function signFor(audience: string, lifetimeSeconds = 60): Promise<string> {
  return authority.issue({ principal: principal([...SCOPES, 'admin:*']), audience, lifetimeSeconds });
}

function unsigned(name: string): string {
  const token = new UnsecuredJWT({ tenant: 'acme', scope: 'admin:*' })
    .setIssuer(ISSUER)
    .setAudience(subgraphAudience(name))
    .setSubject('mallory')
    .setIssuedAt()
    .setExpirationTime('1m')
    .encode();
  expect(decodeProtectedHeader(token).alg).toBe('none');
  return token;
}

describe.each(SUBGRAPH_NAMES)('%s', (name) => {
  let found: FoundSubgraph;
  let subgraph: Subgraph;
  beforeAll(async () => {
    found = await findSubgraph(name);
    subgraph = createSubgraph(found.definition, { authority, log: silent });
  });

  /** Codes and messages of what came back; a value that came back is told as `given`. */
  const outcomes = async (operation: string, token: string): Promise<readonly string[]> => {
    const call: SubgraphCall = {
      query: operation,
      token,
      requestId: 'request-1',
      deadline: Date.now() + 10_000,
    };
    if (!operation.startsWith('subscription')) {
      const { errors = [], data } = await subgraph.execute(call);
      const codes = errors.map(({ extensions, message }) => `${extensions?.['code']}: ${message}`);
      return codes.length === 0 ? [`given: ${JSON.stringify(data)}`] : codes;
    }
    return subgraph.subscribe(call).then(
      () => ['given: a source'],
      ({ code, message }) => [`${code}: ${message}`],
    );
  };
  const tokenWith = (scopes: readonly Scope[]) => authority.issueFor(principal(scopes), name);
  const operations = () => [...rootFields(found.schema), ...referenceFields(found.schema)];

  test.each(Object.keys(BAD_TOKENS))('gives nothing to %s', async (kind) => {
    const token = await BAD_TOKENS[kind]?.(name);
    expect(operations().length).toBeGreaterThan(0);
    for (const { operation } of operations()) {
      expect(await outcomes(operation, token ?? ''), operation).toEqual([
        expect.stringMatching(/^UNAUTHENTICATED: The bearer token /),
      ]);
    }
    expect(found.touched).toEqual([]);
  });

  test('gives no root field to a token that has every other scope', async () => {
    for (const { root, name: field, operation } of rootFields(found.schema)) {
      const permission = found.definition.permissions[root]?.[field];
      for (const scopes of [[], allBut(scopeIn(permission))])
        await expectRefused(operation, scopes, permission);
    }
    expect(found.touched).toEqual([]);
  });

  test('keeps what concerns the whole installation from every scope of another tenant', async () => {
    const token = await tokenWith([...SCOPES, 'admin:*']);
    for (const { root, name: field, operation } of rootFields(found.schema)) {
      if (!isForOperators(found.definition.permissions[root]?.[field])) continue;
      expect(await outcomes(operation, token), operation).toEqual([
        expect.stringMatching(/^FORBIDDEN: This changes the whole installation/),
      ]);
    }
    expect(found.touched).toEqual([]);
  });

  test('gives no reference, and no field of one, to a token that has every other scope', async () => {
    for (const { type, name: field, operation } of referenceFields(found.schema)) {
      const row = found.definition.permissions[type] ?? {};
      const guards = [row[ENTITY_ACCESS], row[field]].filter((permission) => isScope(permission));
      for (const guard of guards) await expectRefused(operation, allBut(guard), guard);
      if (guards.length > 0) await expectRefused(operation, [], guards[0]);
    }
    expect(found.touched).toEqual([]);
  });

  test('opens only what has nothing to keep to a token without scopes', async () => {
    const open: string[] = [];
    for (const operation of operations()) {
      const [outcome = ''] = await outcomes(operation.operation, await tokenWith([]));
      if (!outcome.startsWith('FORBIDDEN'))
        open.push(`${'root' in operation ? operation.root : operation.type}.${operation.name}`);
    }
    expect(open.toSorted()).toEqual((OPEN_TO_ANY_TOKEN[name] ?? []).toSorted());
    expect(found.touched.toSorted()).toEqual(REACHED_BY_ANY_TOKEN[name] ?? []);
  });

  test('gives a client without a token what asks for none, and nothing else', async () => {
    const nobody = { ...principal([]), isAnonymous: true } as const;
    const token = await authority.issueFor(nobody, name);
    const given: string[] = [];
    for (const { root, name: field, operation } of rootFields(found.schema)) {
      const said = await outcomes(operation, token);
      if (found.definition.permissions[root]?.[field] === 'ANONYMOUS') given.push(field);
      else expect(said, operation).toEqual([expect.stringMatching(NO_TOKEN_NEEDED)]);
    }
    for (const { operation } of referenceFields(found.schema))
      expect(await outcomes(operation, token), operation).toEqual([
        expect.stringMatching(/^(UNAUTHENTICATED|FORBIDDEN: Nobody may read)/),
      ]);
    expect(given.toSorted()).toEqual(name === 'admin' ? [...ANONYMOUS_FIELDS].toSorted() : []);
  });

  test('gives what is between it and the gateway to the gateway alone, and nothing else', async () => {
    const gateway = { ...principal([]), isGateway: true } as const;
    for (const { root, name: field, operation } of rootFields(found.schema)) {
      const isInner = found.definition.permissions[root]?.[field] === 'GATEWAY';
      const asGateway = await outcomes(operation, await authority.issueFor(gateway, name));
      if (!isInner) expect(asGateway, operation).toEqual([expect.stringMatching(ONLY_GATEWAY)]);
      else expect(asGateway[0], operation).not.toMatch(/^FORBIDDEN/);
      if (!isInner) continue;
      const asAnybody = await outcomes(operation, await tokenWith([...SCOPES, 'admin:*']));
      expect(asAnybody, operation).toEqual([expect.stringMatching(ONLY_GATEWAY)]);
    }
  });

  test('gives a principal that is bound to collections only what keeps to them', async () => {
    const bound = { ...principal([...SCOPES, 'admin:*']), collections: ['col_x'], isOperator: true as const };
    const touchedBefore = [...found.touched];
    const { bounded = {}, permissions } = found.definition;
    for (const { root, name: field, operation } of rootFields(found.schema)) {
      if (bounded[root]?.includes(field) || permissions[root]?.[field] === 'GATEWAY') continue;
      const said = await outcomes(operation, await authority.issueFor(bound, name));
      expect(said, operation).toEqual([expect.stringMatching(ONLY_UNBOUND)]);
    }
    for (const { type, name: field, operation } of referenceFields(found.schema)) {
      if (bounded[type]?.includes(ENTITY_ACCESS) || !permissions[type]?.[ENTITY_ACCESS]) continue;
      const said = await outcomes(operation, await authority.issueFor(bound, name));
      expect(said, `${operation} of ${field}`).toEqual([expect.stringMatching(ONLY_UNBOUND)]);
    }
    expect(found.touched).toEqual(touchedBefore);
  });

  async function expectRefused(
    operation: string,
    scopes: readonly Scope[],
    permission: Permission | undefined,
  ) {
    const scope = scopeIn(permission);
    if (scope === undefined) return;
    const who = isForOperators(permission) ? { isOperator: true as const } : {};
    const token = await authority.issueFor({ ...principal(scopes), ...who }, name);
    const [outcome, ...others] = await outcomes(operation, token);
    expect(outcome, operation).toContain(`FORBIDDEN: This needs the scope "${scope}"`);
    expect(others, operation).toEqual([]);
  }
});

const ONLY_GATEWAY = /^FORBIDDEN: This is between the gateway/;
/** What is between the gateway and the subgraph is so for everybody. */
const NO_TOKEN_NEEDED = /^(UNAUTHENTICATED: The request has no token|FORBIDDEN: This is between the gateway)/;
const ONLY_UNBOUND = /^FORBIDDEN: These credentials are bound to collections/;

/** What any valid token may ask: who it is, and for keys it has to know already. */
const OPEN_TO_ANY_TOKEN: Readonly<Record<string, readonly string[]>> = {
  admin: [
    'Query.viewer',
    'Mutation.bootstrapAdministrator',
    'Mutation.changePassword',
    'Mutation.endSession',
    'Mutation.endSessions',
    'Mutation.refreshSession',
    'Mutation.signIn',
    'Mutation.signOut',
  ],
  retrieval: ['Chunk.id'],
  traversal: ['Chunk.id', 'Document.id'],
};

/** What these ask of the rooms behind them, which look at credentials of another kind. */
const REACHED_BY_ANY_TOKEN: Readonly<Record<string, readonly string[]>> = {
  admin: [
    'rooms.bootstrap.makeFirst',
    'rooms.openSessions.end',
    'rooms.openSessions.endAll',
    'rooms.sessions.refresh',
    'rooms.sessions.signOut',
    'rooms.signIn.changePassword',
    'rooms.signIn.signIn',
  ],
};

const NOT_SCOPES: readonly Permission[] = ['PARENT', 'AUTHENTICATED', 'GATEWAY', 'ANONYMOUS'];

function isScope(permission: Permission | undefined): permission is Scope {
  return permission !== undefined && scopeIn(permission) === permission;
}

function isForOperators(permission: Permission | undefined): boolean {
  return permission?.startsWith('operator:') ?? false;
}

/** The scope that a permission asks for, where it asks for one. */
function scopeIn(permission: Permission | undefined): Scope | undefined {
  if (permission === undefined || NOT_SCOPES.includes(permission)) return undefined;
  return permission.replace('operator:', '') as Scope;
}

function allBut(permission: Permission | undefined): readonly Scope[] {
  const others = SCOPES.filter((scope) => scope !== permission);
  return permission?.startsWith('admin:') ? others : [...others, 'admin:*'];
}
