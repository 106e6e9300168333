/** A bucket that is away, that refuses, or that is not there: what is told, and what is left behind. */

import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createS3BackupTarget } from '../../../stores/backup-targets/s3/s3-backup-target.ts';
import { type S3Server, s3Missing, startS3 } from '../../servers/s3.ts';

const MB = 1 << 20;

describe.skipIf(s3Missing !== null)(
  `a backup target in S3${s3Missing === null ? '' : ` (${s3Missing})`}`,
  () => {
    let server: S3Server;
    let options: ReturnType<S3Server['target']>;
    beforeAll(async () => {
      server = await startS3();
    }, 900_000);
    afterAll(() => server?.close());
    beforeEach(async () => {
      options = server.target();
    });

    async function* megabytes(count: number, at: (sent: number) => unknown = () => undefined) {
      for (let sent = 0; sent < count; sent++) {
        await at(sent);
        yield new Uint8Array(MB);
      }
    }
    const drain = async (
      pieces: AsyncIterable<Uint8Array>,
      at: (bytes: number) => unknown = () => undefined,
    ) => {
      let bytes = 0;
      for await (const piece of pieces) {
        bytes += piece.length;
        await at(bytes);
      }
      return bytes;
    };
    /** How many uploads the server knows that did not end. */
    const unfinished = async () => {
      const client = new S3Client({ ...options, forcePathStyle: true });
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: options.bucket }));
      client.destroy();
      return Uploads.filter(({ Key }) => Key?.startsWith(options.prefix)).length;
    };

    test('that goes away in the middle of an upload is UNAVAILABLE, and takes the object once it is back', async () => {
      const target = createS3BackupTarget({ ...options, tries: 2 });
      await target.put('one', megabytes(1));
      const dying = target.put(
        'one',
        megabytes(40, (sent) => (sent === 20 ? server.kill() : undefined)),
      );
      await expect(dying).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringMatching(
          /^The bucket backups at http:.* cannot be used \(ECONN.*See that it runs/,
        ),
      });
      expect(await target.health()).toMatchObject({ state: 'DOWN' });
      await server.restart();
      expect(await target.stat('one')).toMatchObject({ bytes: MB });
      expect(await target.put('one', megabytes(20))).toEqual({ bytes: 20 * MB });
      await target.discardUnfinished({ olderThanMs: -60_000 });
      expect(await unfinished()).toBe(0);
      await target.close();
    });

    test('that goes away in the middle of a download is UNAVAILABLE, never a shorter object', async () => {
      const target = createS3BackupTarget({ ...options, tries: 2 });
      await target.put('large', megabytes(64));
      let killed = false;
      const dying = drain(target.get('large'), async () => {
        if (!killed) await server.kill();
        killed = true;
      });
      await expect(dying).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await server.restart();
      expect(await drain(target.get('large'))).toBe(64 * MB);
      await target.close();
    });

    test('leaves no unfinished upload when the source fails or the work is aborted', async () => {
      const target = createS3BackupTarget(options);
      const failing = megabytes(40, (sent) => {
        if (sent === 25) throw new Error('the source is gone');
      });
      await expect(target.put('one', failing)).rejects.toThrow('the source is gone');
      const stop = new AbortController();
      const aborted = megabytes(40, (sent) => (sent === 25 ? stop.abort(new Error('enough')) : undefined));
      await expect(target.put('one', aborted, { signal: stop.signal })).rejects.toThrow('enough');
      await expect.poll(unfinished).toBe(0);
      await target.close();
    });

    test('frees what a process left that died, once it is old', async () => {
      const client = new S3Client({ ...options, forcePathStyle: true });
      const key = { Bucket: options.bucket, Key: `${options.prefix}sets/a/parts/1` };
      await client.send(new CreateMultipartUploadCommand(key));
      client.destroy();
      const target = createS3BackupTarget(options);
      expect(await target.discardUnfinished({ olderThanMs: 3_600_000 })).toBe(0);
      expect(await target.discardUnfinished({ olderThanMs: -60_000 })).toBe(1);
      expect(await unfinished()).toBe(0);
      await target.close();
    });

    test.each([
      ['an unknown key', { accessKeyId: 'nobody', secretAccessKey: 'nothing' }],
      ['a wrong secret', { accessKeyId: 'trellis-tests', secretAccessKey: 'wrong' }],
    ])('says that it refuses the credentials, for %s, and tells none of them', async (_, credentials) => {
      const target = createS3BackupTarget({ ...options, credentials });
      const refused = {
        code: 'CONFLICT',
        message: expect.stringMatching(/^The bucket backups .* refuses the credentials .*Give credentials/),
      };
      for (const work of [
        () => target.put('one', megabytes(1)),
        () => target.put('one', megabytes(20)),
        () => drain(target.get('one')),
        () => target.stat('one'),
        () => drain(target.list('') as never),
        () => target.remove('one'),
      ])
        await expect(work()).rejects.toMatchObject(refused);
      const { state, detail } = await target.health();
      expect(state).toBe('DOWN');
      expect(detail).not.toContain(credentials.secretAccessKey);
      await target.close();
    });

    test('that is not there says so', async () => {
      const target = createS3BackupTarget({ ...options, bucket: 'no-such-bucket' });
      const refused = {
        code: 'CONFLICT',
        message: expect.stringMatching(/no-such-bucket .*does not exist. Create/),
      };
      await expect(target.put('one', megabytes(1))).rejects.toMatchObject(refused);
      await expect(target.put('one', megabytes(20))).rejects.toMatchObject(refused);
      await expect(drain(target.list('') as never)).rejects.toMatchObject(refused);
      await expect(drain(target.get('one'))).rejects.toMatchObject(refused);
      expect(await target.health()).toMatchObject({ state: 'DOWN' });
      await target.close();
    });

    test('where nobody listens is UNAVAILABLE', async () => {
      const target = createS3BackupTarget({ ...options, endpoint: 'http://127.0.0.1:1', tries: 2 });
      await expect(target.put('one', megabytes(1))).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('ECONNREFUSED'),
      });
      await target.close();
    });
  },
);
