/** What S3 and the way there say, as problems that say what to do about it. */

import type { S3ServiceException } from '@aws-sdk/client-s3';
import { Problem } from '../../../platform/errors.ts';
import { s3Sdk } from './sdk.ts';

/** How soon to try again when the service cannot be reached, in ms. */
const RETRY_AFTER_MS = 5_000;

export interface S3Place {
  readonly bucket: string;
  readonly endpoint: string | undefined;
  /** Of the object asked for, if one was. */
  readonly name?: string;
}

/** Names of S3's errors that credentials cause, and of the SDK's where it finds none; services write them in cases of their own. */
const REFUSED = [
  'accessdenied',
  'allaccessdisabled',
  'credentialsprovidererror',
  'expiredtoken',
  'forbidden',
  'invalidaccesskeyid',
  'invalidtoken',
  'signaturedoesnotmatch',
  // Of Versity's gateway.
  'xadminusernotfound',
];
const FULL = ['QuotaExceeded', 'StorageFull', 'XMinioStorageFull', 'InsufficientStorage'];

export function s3Problem(error: unknown, place: S3Place): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const where = `The bucket ${place.bucket}${place.endpoint === undefined ? '' : ` at ${place.endpoint}`}`;
  if (place.name !== undefined && isMissing(error))
    return new Problem('NOT_FOUND', `There is no ${place.name} in the bucket ${place.bucket}.`, {
      cause: error,
    });
  if (error.name === 'NoSuchBucket')
    return new Problem('CONFLICT', `${where} does not exist. Create it, or name another one.`, {
      cause: error,
    });
  if (REFUSED.includes(error.name.toLowerCase()) || statusOf(error) === 403) return refused(error, where);
  if (error.name === 'RequestTimeTooSkewed')
    return new Problem('CONFLICT', `${where} finds the clock of this machine wrong. Set it.`, {
      cause: error,
    });
  const full = FULL.includes(error.name) || statusOf(error) === 507;
  const way = full
    ? 'Make room there, or keep fewer backups.'
    : 'See that it runs and that this machine may reach it.';
  return new Problem('UNAVAILABLE', `${where} cannot be used (${reasonOf(error)}). ${way}`, {
    cause: error,
    retryAfterMs: RETRY_AFTER_MS,
  });
}

function refused(error: Error, where: string): Problem {
  const way = 'Give credentials that may list it, and get, put and delete its objects.';
  return new Problem('CONFLICT', `${where} refuses the credentials (${error.name}). ${way}`, {
    cause: error,
  });
}

function isServiceError(error: unknown): error is S3ServiceException {
  return error instanceof s3Sdk().S3ServiceException;
}

function statusOf(error: Error): number | undefined {
  return isServiceError(error) ? error.$metadata.httpStatusCode : undefined;
}

/** The system's code where there is one, as ECONNREFUSED; never a message, which may hold what was sent. */
function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error.name;
}

function isMissing(error: unknown): boolean {
  return isServiceError(error) && ['NoSuchKey', 'NotFound'].includes(error.name);
}
