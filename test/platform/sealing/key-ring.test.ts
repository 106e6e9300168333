import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { newDataKey } from '../../../platform/sealing/data-key.ts';
import { createKeyRing } from '../../../platform/sealing/key-ring.ts';
import { createLocalKeyWrapper } from '../../../platform/sealing/local-key-wrapper.ts';

const [one, other] = [randomBytes(32), randomBytes(32)].map((current) => createLocalKeyWrapper({ current }));
if (one === undefined || other === undefined) throw new Error('there are two');

test('the first of a ring wraps, and each unwraps what it has wrapped', async () => {
  const [ring, before] = [createKeyRing(() => [one, other]), createKeyRing(() => [other])];
  const key = newDataKey();
  expect((await ring.wrapKey(key)).masterKeyId).toBe(one.masterKeyIds()[0]);
  expect((await ring.unwrapKey(await before.wrapKey(key))).id).toBe(key.id);
  expect((await ring.unwrapKey(await ring.wrapKey(key))).id).toBe(key.id);
});

test('a ring uses what it has at the moment', async () => {
  let now = one;
  const ring = createKeyRing(() => [now]);
  const wrapped = await ring.wrapKey(newDataKey());
  now = other;
  expect((await ring.wrapKey(newDataKey())).masterKeyId).toBe(other.masterKeyIds()[0]);
  await expect(ring.unwrapKey(wrapped)).rejects.toMatchObject({ code: 'BACKUP_KEY_MISMATCH' });
});

test.each([
  ['transit:transit/backups', 'TRELLIS_VAULT_TRANSIT_KEY'],
  ['0123456789abcdef', 'TRELLIS_BACKUP_PREVIOUS_KEYS'],
])('a ring that does not know %s names it, what is here, and %s', async (masterKeyId, setting) => {
  const asked = createKeyRing(() => [one]).unwrapKey({ id: 'k', masterKeyId, wrapped: '' });
  for (const text of [masterKeyId, setting, one.masterKeyIds()[0]])
    await expect(asked).rejects.toMatchObject({
      code: 'BACKUP_KEY_MISMATCH',
      message: expect.stringContaining(text ?? ''),
    });
});
