/** What every backup target guarantees, wherever it keeps the objects. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BackupTarget, StoredObject } from '../../stores/backup-targets/backup-target.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

async function* pieces(...parts: readonly string[]) {
  for (const part of parts) yield bytes(part);
}

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read).toString();
}

export interface BackupTargetHarness {
  /** Calling it again opens the same target. */
  create(): BackupTarget;
  /** Size of the smallest object that is sent in several pieces, in bytes. */
  readonly manyPiecesBytes: number;
}

export function describeBackupTarget(kind: string, setUp: () => Promise<BackupTargetHarness>): void {
  describe(`a backup target in ${kind}`, () => {
    let harness: BackupTargetHarness;
    let target: BackupTarget;
    beforeEach(async () => {
      harness = await setUp();
      target = harness.create();
    });
    afterEach(() => target.close());
    const names = async (prefix: string) => {
      const found: StoredObject[] = [];
      for await (const object of target.list(prefix)) found.push(object);
      return found.map(({ name }) => name);
    };

    test('gives back what was put, also to another who opens it', async () => {
      expect(await target.put('sets/a/manifest.json', pieces('al', '', 'pha'))).toEqual({ bytes: 5 });
      const other = harness.create();
      expect(await textOf(other.get('sets/a/manifest.json'))).toBe('alpha');
      await other.close();
    });

    test('keeps an object of no bytes', async () => {
      expect(await target.put('empty', pieces())).toEqual({ bytes: 0 });
      expect(await textOf(target.get('empty'))).toBe('');
      expect(await target.stat('empty')).toMatchObject({ bytes: 0 });
    });

    test('streams large objects both ways', async () => {
      const piece = 'x'.repeat(99_991);
      const count = Math.ceil(harness.manyPiecesBytes / piece.length) + 1;
      async function* many() {
        for (let at = 0; at < count; at++) yield bytes(piece);
      }
      expect(await target.put('large', many())).toEqual({ bytes: count * piece.length });
      let read = 0;
      for await (const found of target.get('large')) {
        expect(found.every((byte) => byte === 0x78)).toBe(true);
        read += found.length;
      }
      expect(read).toBe(count * piece.length);
      expect(await target.stat('large')).toMatchObject({ name: 'large', bytes: read });
    });

    test('replaces an object as a whole', async () => {
      await target.put('one', pieces('the longer one'));
      await target.put('one', pieces('short'));
      expect(await textOf(target.get('one'))).toBe('short');
    });

    test('says when an object was written, and null of what is not there', async () => {
      const before = Date.now();
      await target.put('sets/a/parts/1', pieces('abc'));
      const found = await target.stat('sets/a/parts/1');
      expect(found).toMatchObject({ name: 'sets/a/parts/1', bytes: 3 });
      // Clocks of file systems and servers are coarse.
      expect(Math.abs((found?.modifiedAt.getTime() ?? 0) - before)).toBeLessThan(60_000);
      expect(await target.stat('sets/a/parts')).toBeNull();
      expect(await target.stat('sets/a/parts/2')).toBeNull();
      expect(await target.stat('sets/a/parts/1/x')).toBeNull();
    });

    test('answers NOT_FOUND for an object that is not there', async () => {
      await target.put('sets/a/parts/1', pieces('abc'));
      for (const name of ['none', 'sets/a', 'sets/a/parts/1/x'])
        await expect(textOf(target.get(name))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('keeps what was there when the stream fails, and shows nothing of a new one', async () => {
      const failing = async function* () {
        yield bytes('x'.repeat(harness.manyPiecesBytes));
        throw new Error('the source is gone');
      };
      await target.put('kept', pieces('before'));
      await expect(target.put('kept', failing())).rejects.toThrow('the source is gone');
      await expect(target.put('new', failing())).rejects.toThrow('the source is gone');
      expect(await textOf(target.get('kept'))).toBe('before');
      expect(await target.stat('new')).toBeNull();
      expect(await names('')).toEqual(['kept']);
    });

    test('stops when told to, in the middle of an object, and shows nothing of it', async () => {
      const stop = new AbortController();
      const endless = async function* () {
        for (let sent = 0; ; sent += 100_000) {
          if (sent > harness.manyPiecesBytes) stop.abort(new Error('enough'));
          yield bytes('x'.repeat(100_000));
        }
      };
      await expect(target.put('new', endless(), { signal: stop.signal })).rejects.toThrow('enough');
      expect(await target.stat('new')).toBeNull();

      await target.put('large', pieces('x'.repeat(harness.manyPiecesBytes * 2)));
      const reading = new AbortController();
      const read = async () => {
        for await (const _ of target.get('large', { signal: reading.signal }))
          reading.abort(new Error('enough'));
      };
      await expect(read()).rejects.toThrow('enough');
    });

    test('lists what begins with a prefix, in the order of the names', async () => {
      const all = ['a-b/c', 'a/c', 'a/d/e', 'a/d0', 'b', 'sets/1/x', 'sets/10/x', 'sets/2/x'];
      for (const name of all.toReversed()) await target.put(name, pieces(name));
      expect(await names('')).toEqual(all);
      expect(await names('sets/')).toEqual(['sets/1/x', 'sets/10/x', 'sets/2/x']);
      expect(await names('sets/1')).toEqual(['sets/1/x', 'sets/10/x']);
      expect(await names('a/d')).toEqual(['a/d/e', 'a/d0']);
      expect(await names('none/')).toEqual([]);
      for await (const object of target.list('b')) expect(object).toMatchObject({ name: 'b', bytes: 1 });
    });

    test('lists more than a page of any server', { timeout: 120_000 }, async () => {
      const all = Array.from({ length: 1_050 }, (_, at) => `many/${String(at).padStart(6, '0')}`);
      for (let at = 0; at < all.length; at += 50)
        await Promise.all(all.slice(at, at + 50).map((name) => target.put(name, pieces(name))));
      expect(await names('many/')).toEqual(all);
    });

    test('removes an object and nothing else, also where there is none', async () => {
      await target.put('sets/a/x', pieces('1'));
      await target.put('sets/a/y', pieces('2'));
      await target.remove('sets/a/x');
      await target.remove('sets/a/x');
      await target.remove('sets/none/x');
      expect(await names('')).toEqual(['sets/a/y']);
    });

    test.each([
      '',
      '/etc/passwd',
      '../up',
      'sets/../../up',
      'sets/./a',
      'sets//a',
      'sets/a/',
      '.drafts/x',
      'a\\b',
      'a\0b',
      'a b',
      'é',
      'x'.repeat(201),
      'ab/'.repeat(200).slice(0, -1),
    ])('refuses the name %j everywhere', async (name) => {
      const refused = { code: 'BAD_INPUT' };
      await expect(target.put(name, pieces('x'))).rejects.toMatchObject(refused);
      await expect(textOf(target.get(name))).rejects.toMatchObject(refused);
      await expect(target.stat(name)).rejects.toMatchObject(refused);
      await expect(target.remove(name)).rejects.toMatchObject(refused);
      if (name !== '' && name !== 'sets/a/') await expect(names(name)).rejects.toMatchObject(refused);
    });

    test('lets puts of the same name run side by side: one of them is there, whole', async () => {
      const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(300_000));
      await Promise.all(texts.map((text) => target.put('one', pieces(text.slice(0, 7), text.slice(7)))));
      expect(texts).toContain(await textOf(target.get('one')));
    });

    test('says that it is up', async () => {
      expect(await target.health()).toMatchObject({ name: 'backups', state: 'UP' });
    });
  });
}
