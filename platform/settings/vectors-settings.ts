/** Settings of where vectors and keyword postings live, and of what stands by. */

import { z } from 'zod';
import { httpUrl, oneOf } from './setting-kinds.ts';

export const VECTORS_SETTINGS = {
  /** Where vectors and keyword postings live. */
  VECTORS: oneOf('embedded', 'qdrant').default('embedded'),
  /** Address of Qdrant's HTTP API under `qdrant`. */
  VECTORS_URL: httpUrl.optional(),
  VECTORS_API_KEY: z.string().optional(),
  /** Address of a second Qdrant that holds the same and stands by. */
  VECTORS_STANDBY_URL: httpUrl.optional(),
  VECTORS_STANDBY_API_KEY: z.string().optional(),
};
