/** Settings of what becomes of personal data in documents. */

import { z } from 'zod';
import { PERSONAL_DATA_ACTIONS } from '../../model/personal-data.ts';
import { httpUrl, oneOf } from './setting-kinds.ts';

const ACTIONS = PERSONAL_DATA_ACTIONS.map((action) => action.toLowerCase());

export const PRIVACY_SETTINGS = {
  /** What becomes of personal data where a tenant has decided nothing. */
  PERSONAL_DATA: oneOf(...ACTIONS).default('keep'),
  /** What finds it: rules of our own, a server that speaks Presidio's `/analyze`, or both. */
  PERSONAL_DATA_DETECTOR: oneOf('rules', 'presidio', 'both').default('rules'),
  PERSONAL_DATA_DETECTOR_URL: httpUrl.optional(),
  /** Of the texts, as that server names languages. */
  PERSONAL_DATA_DETECTOR_LANGUAGE: z.string().min(2).default('en'),
  /** Folder of the tenants' keys, which no backup takes along; by default `tenant-keys` in the data folder. */
  TENANT_KEYS_DIR: z.string().min(1).optional(),
} as const;

/** Settings that need another one. */
export function privacyNeeds(config: {
  readonly PERSONAL_DATA_DETECTOR: string;
}): readonly (readonly [boolean, 'PERSONAL_DATA_DETECTOR_URL'])[] {
  return [[config.PERSONAL_DATA_DETECTOR !== 'rules', 'PERSONAL_DATA_DETECTOR_URL']];
}
