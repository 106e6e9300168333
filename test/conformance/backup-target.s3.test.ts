import { afterAll, beforeAll, describe } from 'vitest';
import { createS3BackupTarget } from '../../stores/backup-targets/s3/s3-backup-target.ts';
import { type S3Server, s3Missing, startS3 } from '../servers/s3.ts';
import { describeBackupTarget } from './backup-target.conformance.ts';

describe.skipIf(s3Missing !== null)(`S3${s3Missing === null ? '' : ` (${s3Missing})`}`, () => {
  let server: S3Server;
  // The first time, Go builds it.
  beforeAll(async () => {
    server = await startS3();
  }, 900_000);
  afterAll(() => server?.close());

  describeBackupTarget('a bucket', async () => {
    const target = server.target();
    return { create: () => createS3BackupTarget(target), manyPiecesBytes: 20_000_000 };
  });
});
