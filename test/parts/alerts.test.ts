/** The alerts that the documentation gives: each asks for metrics that a process with everything configured has. */

import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FIRST_NAMESPACE } from '../../model/namespace.ts';
import { createOutlasting } from '../../parts/outlasting.ts';
import { createRooms } from '../../parts/rooms.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { ALL_PARTS } from '../../platform/placement.ts';
import { fixedSecrets } from '../../platform/secrets/secrets.ts';
import { toldMeasures } from '../told-measures.ts';

interface Rules {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly { readonly alert: string; readonly expr: string; readonly for?: string }[];
  }[];
}

const ROOT = join(import.meta.dirname, '../..');
const METRIC = /\btrellis_[a-z_]+/g;
/** What operators read: decisions name prefixes of other things as well. */
const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true })
    .map((name) => join('docs', String(name)))
    .filter((name) => name.endsWith('.md') && !name.startsWith('docs/decisions/')),
].map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));
/** A block of rules stands indented by four, as code does. */
const rulesIn = (text: string): readonly Rules[] =>
  [...text.matchAll(/^ {4}groups:\n(?: {4}.*\n)+/gm)].map(
    ([block]) => parse(block.replace(/^ {4}/gm, '')) as Rules,
  );
const ALERTS = PAGES.flatMap(({ name, text }) =>
  rulesIn(text).flatMap(({ groups }) =>
    groups.flatMap(({ rules }) => rules.map((rule) => ({ ...rule, page: name }))),
  ),
);

/** Builds everything, starts nothing: what a process tells does not wait for its servers. */
function measuresOfAll() {
  const log = createLog({ level: 'silent' });
  const config = readConfig({
    TRELLIS_DATA_DIR: '/nowhere',
    TRELLIS_GRAPH: 'bolt',
    TRELLIS_GRAPH_URL: 'bolt://127.0.0.1:9',
    TRELLIS_GRAPH_STANDBY_URL: 'bolt://127.0.0.2:9',
    TRELLIS_VECTORS: 'qdrant',
    TRELLIS_VECTORS_URL: 'http://127.0.0.1:9',
    TRELLIS_VECTORS_STANDBY_URL: 'http://127.0.0.2:9',
    TRELLIS_BACKUP_DIR: '/nowhere/backups',
    TRELLIS_BACKUP_KEY: randomBytes(32).toString('base64'),
  });
  const secrets = fixedSecrets(config);
  return createRooms(config, {
    ...{ version: '0', parts: ALL_PARTS, secrets, log },
    outlasting: createOutlasting(config, { secrets, log }),
    serving: { namespace: () => FIRST_NAMESPACE, look: () => undefined },
    renew: () => Promise.reject(new Error('nothing is restored')),
  }).measures;
}

describe('what the documentation says of metrics', () => {
  const named = new Set(measuresOfAll().map(({ name }) => name));

  test.each(PAGES.filter(({ text }) => text.match(METRIC) !== null))(
    'each metric that $name names is there',
    ({ text }) => {
      expect([...new Set(text.match(METRIC) ?? [])].filter((name) => !named.has(name))).toEqual([]);
    },
  );

  test('each metric is in some page', () => {
    const written = new Set(PAGES.flatMap(({ text }) => text.match(METRIC) ?? []));
    expect([...named].filter((name) => !written.has(name))).toEqual([]);
  });

  test('each block of alerts is one of rules, with names of their own and a time where it is not of an hour', () => {
    expect(ALERTS.map(({ alert }) => alert)).toHaveLength(new Set(ALERTS.map(({ alert }) => alert)).size);
    expect(ALERTS.length).toBeGreaterThanOrEqual(10);
    for (const { alert, expr, for: time } of ALERTS) {
      expect(expr, alert).toMatch(METRIC);
      expect(time ?? '1h', alert).toMatch(/^\d+(s|m|h|d)$/);
    }
  });
});

test('a metric is told where nothing has been started', async () => {
  const measures = measuresOfAll().filter(({ name }) => name.startsWith('trellis_graph_'));
  expect(await toldMeasures(measures)).toMatchObject({
    graph_epoch: null,
    graph_primary: null,
    graph_servers_reached: 0,
    graph_standby_attached: 0,
  });
});
