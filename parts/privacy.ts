/** What becomes of personal data here, as it is configured: the keys of tenants, the detector, and what holds by default. */

import { join } from 'node:path';
import type { PrivacyTools } from '../ingestion/privacy/policy-in-force.ts';
import { termsForAll } from '../ingestion/privacy/terms.ts';
import { CONFIDENCE_MIN, type PersonalDataAction } from '../model/personal-data.ts';
import type { Config } from '../platform/config.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import { createKeyFolder } from '../platform/tenant-keys/key-folder.ts';
import type { DetectorSettings } from '../text/detectors/configured.ts';

export function createPrivacy(
  config: Config,
  { keyWrapper }: Pick<Secrets, 'keyWrapper'>,
): Pick<PrivacyTools, 'tenantKeys' | 'defaults'> {
  return {
    tenantKeys: createKeyFolder({
      directory: config.TENANT_KEYS_DIR ?? join(config.DATA_DIR, 'tenant-keys'),
      wrapper: keyWrapper,
      now: () => new Date(),
    }),
    defaults: termsForAll(config.PERSONAL_DATA.toUpperCase() as PersonalDataAction, CONFIDENCE_MIN),
  };
}

export function detectorSettings(config: Config): DetectorSettings {
  return {
    kind: config.PERSONAL_DATA_DETECTOR,
    url: config.PERSONAL_DATA_DETECTOR_URL ?? '',
    language: config.PERSONAL_DATA_DETECTOR_LANGUAGE,
  };
}
