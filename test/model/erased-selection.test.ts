/** What is kept of an erasure by metadata takes in the same documents as the selection that it was asked with. */

import { expect, test } from 'vitest';
import type { JsonObject } from '../../model/documents.ts';
import { marksOf, toErasedSelection, wasSelected } from '../../model/erased-selection.ts';
import { collectionId } from '../../model/ids.ts';
import { type DocumentSelection, isSelected } from '../../model/retention.ts';

const TENANT = 'acme';
const METADATA: readonly JsonObject[] = [
  {},
  { customer: '17' },
  { customer: 17 },
  { customer: 171 },
  { customer: ['16', '17'] },
  { customer: [['17'], null] },
  { customer: { id: '17' } },
  { 'customer.id': '17' },
  { customer: { id: { '': '17' } } },
  { customer: [{ id: '17' }] },
  { customer: null },
  { customer: 'null' },
  { customer: true, region: 'north' },
  { customer: '17', region: 'north' },
  { customer: '17', region: ['south', 'north'] },
  { region: '17' },
];
const CONDITIONS: readonly DocumentSelection['metadata'][] = [
  [{ key: 'customer', in: ['17'] }],
  [{ key: 'customer', in: ['16', '18', '16'] }],
  [{ key: 'customer.id', in: ['17'] }],
  [{ key: 'customer.id.', in: ['17'] }],
  [{ key: 'customer', in: ['null', 'true'] }],
  [{ key: 'customer', in: ['[object Object]'] }],
  [
    { key: 'customer', in: ['17', 'true'] },
    { key: 'region', in: ['north'] },
  ],
];

test.each([null, 'mail'])('whatever the metadata and the conditions, of the collection %s', (collection) => {
  let taken = 0;
  for (const conditions of CONDITIONS) {
    const selection = { collection, metadata: conditions };
    const kept = toErasedSelection(TENANT, selection);
    for (const metadata of METADATA)
      for (const name of ['mail', 'notes']) {
        const document = { collectionId: collectionId(TENANT, name), metadata };
        const isTaken = isSelected(selection, document, (of) => collectionId(TENANT, of));
        const marks = marksOf(TENANT, metadata);
        expect(wasSelected(kept, { ...document, marks }), JSON.stringify([selection, document])).toBe(
          isTaken,
        );
        taken += Number(isTaken);
      }
  }
  expect(taken).toBeGreaterThan(10);
});

test('it says nothing of whose they are, and nothing in another tenant', () => {
  const selection = { collection: null, metadata: [{ key: 'customer', in: ['wilma@example.com'] }] };
  const kept = toErasedSelection(TENANT, selection);
  expect(JSON.stringify(kept)).not.toMatch(/wilma|customer/);
  const document = {
    collectionId: collectionId('other', 'mail'),
    marks: marksOf('other', { customer: 'wilma@example.com' }),
  };
  expect(wasSelected(kept, document)).toBe(false);
});
