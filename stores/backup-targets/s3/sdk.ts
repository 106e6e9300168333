/** The vendor's SDK, loaded by the first target that is a bucket: whoever backs up into a folder starts sooner without. */

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const s3Sdk = () => require('@aws-sdk/client-s3') as typeof import('@aws-sdk/client-s3');
export const s3Uploads = () => require('@aws-sdk/lib-storage') as typeof import('@aws-sdk/lib-storage');
