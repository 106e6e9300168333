/** Which pseudonyms stand for somebody, by the tenant's key of now. */

import { keyFor, type TenantKeys } from '../../platform/tenant-keys/tenant-keys.ts';
import { pseudonymOf } from '../../text/pseudonyms.ts';

export function createPseudonymsOfNames(tenantKeys: TenantKeys) {
  return async (tenant: string, names: readonly string[]): Promise<readonly string[]> => {
    const key = await tenantKeys.find(tenant);
    if (key === null) return [];
    const secret = keyFor(key, 'pseudonyms');
    return names.map((name) => pseudonymOf(secret, name.includes('@') ? 'EMAIL' : 'PERSON', name));
  };
}
