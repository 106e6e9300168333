import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newDataKey } from '../../../platform/sealing/data-key.ts';
import { createLocalKeyWrapper, parseMasterKey } from '../../../platform/sealing/local-key-wrapper.ts';
import { openManifest, rewrapManifest, signManifest } from '../../../platform/sealing/signed-manifest.ts';

const master = randomBytes(32);
const wrapper = createLocalKeyWrapper({ current: master });
const [own, reused] = [newDataKey(), newDataKey()];
const manifest = {
  id: 'set-1',
  revision: 7,
  parts: [{ name: 'parts/1', keyId: reused.id, bytes: 5 }],
  at: 'é',
};

interface File {
  keys: { id: string; masterKeyId: string; wrapped: string }[];
  manifest: Record<string, unknown>;
  signature: string;
  format: string;
}
/** The signed file, changed by who has no key. */
async function changed(change: (file: File) => unknown): Promise<Uint8Array> {
  const file = JSON.parse(
    Buffer.from(await signManifest(manifest, [own, reused], wrapper)).toString(),
  ) as File;
  change(file);
  return Buffer.from(JSON.stringify(file));
}

describe('a manifest', () => {
  test('opens as it was signed, with the keys of its parts', async () => {
    const opened = await openManifest(await signManifest(manifest, [own, reused], wrapper), wrapper);
    expect(opened.manifest).toEqual(manifest);
    expect([...opened.keys.keys()]).toEqual([own.id, reused.id]);
    expect(Buffer.from(opened.keys.get(reused.id)?.bytes ?? []).equals(reused.bytes)).toBe(true);
  });

  test('may be written by other hands in another order, as long as it says the same', async () => {
    const reordered = await changed((file) => {
      file.manifest = Object.fromEntries(Object.entries(file.manifest).toReversed());
    });
    expect((await openManifest(reordered, wrapper)).manifest).toEqual(manifest);
  });

  test('holds no key in the clear', async () => {
    const text = Buffer.from(await signManifest(manifest, [own, reused], wrapper)).toString();
    for (const secret of [own.bytes, reused.bytes, master])
      for (const encoding of ['base64', 'hex'] as const)
        expect(text).not.toContain(Buffer.from(secret).toString(encoding));
  });

  test.each<[string, (file: File) => unknown]>([
    ['a number', (file) => Object.assign(file.manifest, { revision: 8 })],
    ['what was added', (file) => Object.assign(file.manifest, { more: 1 })],
    ['what was left out', (file) => Reflect.deleteProperty(file.manifest, 'revision')],
    ['the signature', (file) => Object.assign(file, { signature: randomBytes(32).toString('base64') })],
    ['an empty signature', (file) => Object.assign(file, { signature: '' })],
    ['the order of keys', (file) => file.keys.reverse()],
    ['a key under another id', (file) => Object.assign(file.keys[0] ?? {}, { id: 'other' })],
    ['a key left out', (file) => file.keys.pop()],
    ['a broken key', (file) => Object.assign(file.keys[1] ?? {}, { wrapped: 'AAAA' })],
    ['no keys', (file) => Object.assign(file, { keys: [] })],
    ['another format', (file) => Object.assign(file, { format: 'trellis-backup/2' })],
    ['an unknown member', (file) => Object.assign(file, { note: 'x' })],
  ])('is refused for a change of %s', async (_, change) => {
    await expect(openManifest(await changed(change), wrapper)).rejects.toMatchObject({
      code: 'BACKUP_DAMAGED',
    });
  });

  test('is refused when it was cut off, or is no JSON, or is of another set', async () => {
    const bytes = await signManifest(manifest, [own], wrapper);
    const other = JSON.parse(
      Buffer.from(await signManifest({ id: 'set-2' }, [newDataKey()], wrapper)).toString(),
    );
    const grafted = await changed((file) => Object.assign(file, { keys: other.keys }));
    for (const wrong of [bytes.subarray(0, 50), Buffer.from('{}'), Buffer.from([0xff]), grafted])
      await expect(openManifest(wrong, wrapper)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  });
});

describe('a master key', () => {
  test('of another installation opens nothing, and the refusal names both', async () => {
    const other = createLocalKeyWrapper({ current: randomBytes(32) });
    const bytes = await signManifest(manifest, [own], wrapper);
    const { masterKeyId } = await wrapper.wrapKey(own);
    await expect(openManifest(bytes, other)).rejects.toMatchObject({
      code: 'BACKUP_KEY_MISMATCH',
      message: expect.stringContaining(masterKeyId),
    });
  });

  test('is rotated: the old one unwraps until all is wrapped anew, then is not needed', async () => {
    const next = randomBytes(32);
    const both = createLocalKeyWrapper({ current: next, previous: [master] });
    const onlyNew = createLocalKeyWrapper({ current: next });
    const bytes = await signManifest(manifest, [own, reused], wrapper);
    expect((await openManifest(bytes, both)).manifest).toEqual(manifest);
    const rewrapped = await rewrapManifest(bytes, both);
    const opened = await openManifest(rewrapped, onlyNew);
    expect(opened.manifest).toEqual(manifest);
    expect(Buffer.from(opened.keys.get(own.id)?.bytes ?? []).equals(own.bytes)).toBe(true);
    await expect(openManifest(rewrapped, wrapper)).rejects.toMatchObject({ code: 'BACKUP_KEY_MISMATCH' });
  });

  test('is 32 bytes in base64, of either alphabet', () => {
    expect(parseMasterKey(master.toString('base64'))).toEqual(new Uint8Array(master));
    expect(parseMasterKey(`${master.toString('base64url')}\n`)).toEqual(new Uint8Array(master));
    for (const wrong of [
      '',
      'short',
      randomBytes(31).toString('base64'),
      'x'.repeat(64),
      master.toString('hex'),
    ])
      expect(parseMasterKey(wrong)).toBeNull();
  });
});
