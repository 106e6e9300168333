/**
 * Another tenant's ids: every root field that takes one, and every committed operation, answers to a real id of another
 * tenant as it does to one that nobody has. Generated from the supergraph.
 */

import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type GraphQLArgument,
  type GraphQLInputType,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  parse,
} from 'graphql';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countCells } from './cells.ts';
import { composedFields, composedSchema } from './composed-fields.ts';
import { type Data, type Installation, openInstallation, type Reply } from './installation.ts';

const cells = countCells('Tenants apart');
const OPERATIONS = new URL('../../schema/operations/', import.meta.url);
/** Words that only the other tenant's documents and names have. */
const THEIRS = /Zuse|Plankalkül|Hoyerswerda|globex-only/i;

let at: Installation;
let ours: string;
/** Where archived documents lie. */
let backups: string;
/** Real ids of the other tenant by kind, and beside each one of the same form that nobody has. */
let pairs: readonly (readonly [real: string, unknown: string])[];

beforeAll(async () => {
  backups = await mkdtemp(join(tmpdir(), 'trellis-tenants-'));
  at = await openInstallation({
    TRELLIS_BACKUP_DIR: backups,
    TRELLIS_BACKUP_KEY: randomBytes(32).toString('base64'),
  });
  ours = await at.token({ tenant: 'acme' });
  const theirs = await at.token({ tenant: 'globex' });
  const their = async (query: string, variables: Data = {}): Promise<Data> => {
    const { body } = await at.ask(query, { token: theirs, variables });
    if (body.errors) throw new Error(`${query}: ${body.errors[0].message}`);
    return body.data;
  };
  const documents = [
    { key: 'globex-only', title: 'Zuse', content: 'Konrad Zuse wrote the Plankalkül in Hoyerswerda.' },
    { key: 'globex-only archived', title: 'Zuse', content: 'The Plankalkül of Konrad Zuse.' },
    {
      key: 'globex-only failed',
      title: 'Zuse',
      content: '%PDF-1.7 Plankalkül',
      mediaType: 'application/pdf',
    },
  ];
  const ingested = await their(
    'mutation ($d: [DocumentInput!]!) { ingestDocuments(input: { collection: "globex-only", documents: $d }) { job { id } accepted { documentId } } }',
    { d: documents },
  );
  const job = ingested.ingestDocuments.job.id;
  const state = async () =>
    (await their('query ($id: ID!) { ingestionJob(id: $id) { state } }', { id: job })).ingestionJob.state;
  while ((await state()) !== 'PARTIAL') await pause(20);
  const [, archived, failed] = ingested.ingestDocuments.accepted;
  const { archiveDocuments } = await their(
    'mutation ($ids: [ID!]!) { archiveDocuments(input: { ids: $ids, reason: "globex-only" }) { archived { id } } }',
    { ids: [archived.documentId] },
  );
  const { deadLetters } = await their('{ deadLetters { nodes { id documentId } } }');
  expect(deadLetters.nodes).toMatchObject([{ documentId: failed.documentId }]);
  const key = await their(
    'mutation { createApiKey(input: { name: "globex-only", scopes: ["graph:read"] }) { key { id } } }',
  );
  const user = await their(
    'mutation { createUser(input: { name: "zuse", password: "a long password of theirs", roles: [] }) { user { id } } }',
  );
  const found = await their(
    '{ collections { nodes { id } } documents { nodes { id chunks { nodes { id } } } } entities { nodes { id relationships { nodes { id } } } } }',
  );
  const { createBackup } = await their(
    'mutation { createBackup(input: { scope: TENANT }) { backup { id } } }',
  );
  const backup = createBackup.backup.id;
  const isOver = async (what: 'backup' | 'restore', id: string) =>
    !['RUNNING'].includes(
      (await their(`query ($id: ID!) { ${what}(id: $id) { state } }`, { id }))[what].state,
    );
  while (!(await isOver('backup', backup))) await pause(20);
  const { restoreBackup } = await their(
    'mutation ($id: ID!) { restoreBackup(input: { backup: $id, scope: TENANT }) { restore { id } } }',
    { id: backup },
  );
  const restore = restoreBackup.restore.id;
  while (!(await isOver('restore', restore))) await pause(20);
  const { signIn } = await their(
    'mutation { signIn(input: { tenant: "globex", name: "zuse", password: "a long password of theirs" }) { accessToken } }',
  );
  const session = String(decodeJwt(signIn.accessToken)['sid']);
  const ids = new Set([...JSON.stringify(found).matchAll(/"id":"([^"]+)"/g)].map(([, id = '']) => id));
  const added = [archiveDocuments.archived[0].id, deadLetters.nodes[0].id];
  for (const id of [job, key.createApiKey.key.id, user.createUser.user.id, ...added]) ids.add(id);
  for (const id of [backup, restore, session]) ids.add(id);
  pairs = [...ids].map((id) => [id, unlike(id)]);
  const kinds = new Set([...ids].map((id) => id.split('_')[0]));
  expect([...kinds]).toEqual(expect.arrayContaining(['col', 'doc', 'chk', 'ent', 'usr', 'arc', 'sub']));
});
afterAll(async () => {
  await at?.close();
  await rm(backups, { recursive: true, force: true });
});

test('every root field says the same of another tenant’s id as of one that nobody has', async () => {
  const schema = composedSchema();
  const fields = await composedFields();
  const withIds = fields.filter(({ isInner, permission }) => !isInner && !permission.startsWith('operator:'));
  let asked = 0;
  for (const { root, name } of withIds) {
    const field = schema.getRootType(root.toLowerCase() as never)?.getFields()[name];
    if (field === undefined || !field.args.some(takesId)) continue;
    const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
    asked += 1;
    for (const [real, unknown] of pairs) {
      const operation = (id: string) =>
        `${root.toLowerCase()} { ${name}(${field.args
          .filter((one) => isRequiredArgument(one) || takesId(one))
          .map((one) => `${one.name}: ${valueText(one.type, id)}`)
          .join(', ')})${selection} }`;
      const headers: Record<string, string> = root === 'Subscription' ? { accept: 'text/event-stream' } : {};
      const ask = (id: string) => at.ask(operation(id), { token: ours, headers });
      const [theirs, unknowns] = [await ask(real), await ask(unknown)];
      expect(plain(theirs, real), `${root}.${name} of ${real}`).toEqual(plain(unknowns, unknown));
      expect(theirs.text, `${root}.${name}`).not.toMatch(THEIRS);
      cells.count(`${root}.${name}`);
    }
  }
  expect(asked).toBeGreaterThanOrEqual(23);
});

test('every committed operation shows nothing of another tenant, whatever it is asked for', async () => {
  const files = readdirSync(OPERATIONS).filter((name) => name.endsWith('.graphql'));
  expect(files.length).toBeGreaterThanOrEqual(10);
  for (const file of files) {
    const text = readFileSync(new URL(file, OPERATIONS), 'utf8');
    for (const definition of parse(text).definitions) {
      if (definition.kind !== 'OperationDefinition' || definition.operation === 'mutation') continue;
      for (const [real] of pairs) {
        const variables = {
          id: real,
          entities: [real],
          query: 'Zuse',
          question: 'Who wrote the Plankalkül?',
          name: 'Konrad Zuse',
          collection: real,
        };
        const declared = new Set(definition.variableDefinitions?.map(({ variable }) => variable.name.value));
        const given = Object.fromEntries(Object.entries(variables).filter(([name]) => declared.has(name)));
        const body = JSON.stringify({ query: text, operationName: definition.name?.value, variables: given });
        const response = await fetch(at.url(), {
          method: 'POST',
          headers: {
            authorization: `Bearer ${ours}`,
            'content-type': 'application/json',
            ...(definition.operation === 'subscription' ? { accept: 'text/event-stream' } : {}),
          },
          body,
        });
        const said = await response.text();
        expect(said, `${file}: ${real}`).not.toMatch(THEIRS);
        cells.count(`operation ${definition.name?.value}`);
      }
    }
  }
});

test('what is the other tenant’s is as it was', async () => {
  const theirs = await at.token({ tenant: 'globex' });
  const { body } = await at.ask(
    '{ documents { nodes { key status } } archivedDocuments { nodes { state } } deadLetters { nodes { code } } backups { nodes { state } } restores { nodes { state } } users { nodes { state } } apiKeys { nodes { state } } entities(name: "Konrad Zuse") { nodes { name } } }',
    { token: theirs },
  );
  expect(body.data.documents.nodes).toHaveLength(2);
  expect(body.data.documents.nodes).toContainEqual({ key: 'globex-only', status: 'READY' });
  expect(body.data.archivedDocuments.nodes).toEqual([{ state: 'ARCHIVED' }]);
  expect(body.data.deadLetters.nodes).toHaveLength(1);
  expect(body.data.backups.nodes).toEqual([{ state: 'SUCCEEDED' }]);
  expect(body.data.restores.nodes).toEqual([{ state: 'DONE' }]);
  expect(body.data.users.nodes).toMatchObject([{ state: 'ACTIVE' }]);
  expect(body.data.apiKeys.nodes).toMatchObject([{ state: 'ACTIVE' }]);
  expect(body.data.entities.nodes).toHaveLength(1);
});

/** An id of the same form and length that belongs to nobody. */
function unlike(id: string): string {
  const [prefix = '', rest] = id.split(/_(.*)/s);
  const turned = (text: string) => [...text].toReversed().join('');
  return rest === undefined ? turned(id) : `${prefix}_${turned(rest)}`;
}

/** Without what differs from request to request, and without the id that was asked for. */
function plain({ status, text }: Reply, id: string): unknown {
  const same = text
    .replaceAll(id, 'ID')
    .replaceAll(/"instance":"[^"]+"/g, '')
    .replaceAll(/"(?:tookMs|retryAfterMs)":[\d.]+/g, '');
  return [status, same];
}

function takesId({ type }: GraphQLArgument): boolean {
  const named = getNamedType(type);
  if (named.name === 'ID') return true;
  return (
    isInputObjectType(named) &&
    Object.values(named.getFields()).some((field) => getNamedType(field.type).name === 'ID')
  );
}

function valueText(type: GraphQLInputType, id: string): string {
  if (isNonNullType(type)) return valueText(type.ofType, id);
  if (isListType(type)) return `[${valueText(type.ofType, id)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || getNamedType(field.type).name === 'ID',
    );
    return `{${fields.map((field) => `${field.name}: ${valueText(field.type, id)}`).join(', ')}}`;
  }
  if (type.name === 'ID') return JSON.stringify(id);
  return SAMPLES[type.name] ?? '"a text of no meaning"';
}

const SAMPLES: Readonly<Record<string, string>> = { Int: '1', Float: '1', Boolean: 'true', JSONObject: '{}' };
