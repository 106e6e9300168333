/** Where HashiCorp Vault or OpenBao is, how to log in there, and what to take from it. */

import { z } from 'zod';
import { httpUrl, list, oneOf } from '../../settings/setting-kinds.ts';

const text = z.string().min(1);

export const VAULT_SETTINGS = {
  /** Address of Vault or OpenBao; without it nothing is asked there. */
  VAULT_URL: httpUrl.optional(),
  VAULT_NAMESPACE: text.optional(),
  /** How to log in. */
  VAULT_AUTH: oneOf('token', 'approle', 'kubernetes').default('token'),
  /** Where that way of logging in is mounted; by default under its own name. */
  VAULT_AUTH_MOUNT: text.optional(),
  VAULT_TOKEN: text.optional(),
  VAULT_ROLE_ID: text.optional(),
  VAULT_SECRET_ID: text.optional(),
  /** The role of a pod under `kubernetes`. */
  VAULT_ROLE: text.optional(),
  /** The pod's token. */
  VAULT_JWT_PATH: text.default('/var/run/secrets/kubernetes.io/serviceaccount/token'),
  /** Mount of the KV engine, version 2. */
  VAULT_KV_MOUNT: text.default('secret'),
  /** The secret in it whose fields are named like the settings; without it none is taken from there. */
  VAULT_KV_PATH: text.optional(),
  VAULT_TRANSIT_MOUNT: text.default('transit'),
  /** The transit key that wraps the keys of backups; without it nothing is wrapped there. */
  VAULT_TRANSIT_KEY: text.optional(),
  /** Transit keys that wrapped them earlier, comma-separated. */
  VAULT_TRANSIT_PREVIOUS_KEYS: list,
};

const PARSED = z.object(VAULT_SETTINGS);

export type VaultSettings = Readonly<z.infer<typeof PARSED>>;
