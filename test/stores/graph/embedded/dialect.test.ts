/** What is asked of labels with few nodes costs what they have, and is answered as before. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import grafeo, { type GrafeoDB } from '@grafeo-db/js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../../../platform/log.ts';
import { toEngineText } from '../../../../stores/graph/embedded/dialect.ts';
import { createEmbeddedGraphStore } from '../../../../stores/graph/embedded/embedded-graph-store.ts';
import { rowsOf } from '../../../../stores/graph/embedded/run-statements.ts';
import { putNodes } from '../../../../stores/graph/statements/transfer.ts';
import { SPOKEN } from '../statements/catalogue.ts';

const CHANGED = SPOKEN.filter(
  ({ cypher }) => toEngineText(cypher) !== cypher && !/\b(SET|DELETE|MERGE|CREATE)\b/.test(cypher),
);
const MANY = 500;
const PER_LABEL = 6;

/** Of two tenants, with whatever these statements ask for; every third has no tenant. */
const few = (label: string) =>
  Array.from({ length: PER_LABEL }, (_, at) => ({
    id: `acme:${label}${at}`,
    properties: {
      ...{ id: `acme:${label}${at}`, name: `n${at}`, login: `n${at}`, createdAt: `t${at}` },
      ...(at % 3 === 0 ? {} : { tenant: at % 3 === 1 ? 'acme' : 'rival' }),
      ...{ state: 'RUNNING', requestedAt: `t${at}`, updatedAt: `t${at}`, roles: ['ADMIN'], number: at },
    },
  }));
const LABELS = [
  ...['ApiKey', 'Collection', 'User', 'Role', 'RetentionPolicy', 'LegalHold', 'Erasure', 'Removal'],
  ...['PersonalDataPolicy', 'TenantKey', 'PrivacyTreatment', 'DataMigration', 'AuditSegment'],
  ...['Restore', 'Consistency'],
] as const;

let directory: string;
let database: GrafeoDB;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-dialect-'));
  const store = createEmbeddedGraphStore({ directory, log: createLog({ level: 'silent' }) });
  await store.open();
  const many = Array.from({ length: MANY }, (_, at) => ({
    id: `acme:e${at}`,
    properties: { id: `acme:e${at}`, tenant: 'acme' },
  }));
  await store.write([putNodes('Entity', many), ...LABELS.map((label) => putNodes(label, few(label)))]);
  await store.close();
  database = grafeo.GrafeoDB.create(join(directory, 'graph.grafeo'));
});
afterAll(async () => {
  database.close();
  await rm(directory, { recursive: true, force: true });
});

test('there are statements that it changes', () => {
  expect(new Set(CHANGED.map(({ name }) => name)).size).toBeGreaterThan(15);
});

describe.each(CHANGED.map((statement, at) => [statement.name, at, statement] as const))(
  '%s (%i)',
  (_, __, { cypher, parameters }) => {
    test('gives the same rows', async () => {
      const asked = async (text: string) => rowsOf(await database.executeCypher(text, parameters));
      expect(await asked(toEngineText(cypher))).toEqual(await asked(cypher));
    });

    test('looks at none of the many', async () => {
      const scanned = async (text: string) =>
        (await database.executeCypher(text, parameters)).rowsScanned ?? Number.NaN;
      expect(await scanned(toEngineText(cypher))).toBeLessThan(MANY);
    });
  },
);

test('the engine would look at the many otherwise', async () => {
  const cypher = 'MATCH (u:User {tenant: $tenant}) RETURN count(u) AS n';
  const { rowsScanned } = await database.executeCypher(cypher, { tenant: 'acme' });
  expect(rowsScanned).toBeGreaterThan(MANY);
});

test.each([
  'MATCH (d:Document {tenant: $tenant}) WHERE d.id > $after RETURN d.id AS id',
  'MATCH (n:Chunk) WHERE n.id > $after RETURN n.id AS id',
  'UNWIND $ids AS one MATCH (u:User {id: one}) WHERE u.tenant = $tenant RETURN u.id AS id',
  'MATCH (a:User) WHERE b.id > $after RETURN a.id AS id',
  'MATCH (u:User {tenant: $tenant}) WHERE u.login = $a OR u.login = $b RETURN u.id AS id',
  'MATCH (u:User {tenant: $tenant}), (r:Role {id: $id}) WHERE r.name = $name RETURN u.id AS id',
  'MATCH (u:User {tenant: $tenant})-[:X]->(r) RETURN u.id AS id',
  'MATCH (u:User {tenant: $tenant}) <-[:X]-(r) RETURN u.id AS id',
])('%j stays as it is', (cypher) => {
  expect(toEngineText(cypher)).toBe(cypher);
});

test.each([' WHERE ', '\n  WHERE\n', ' where '])('a condition behind %j is added to', (where) => {
  const cypher = `MATCH (u:User {tenant: $tenant})${where}u.login = $a RETURN u.id AS id`;
  expect(toEngineText(cypher)).toMatch(/WHERE coalesce\(u\.tenant\) = \$tenant AND\s+u\.login = \$a RETURN/);
});
