/** The secrets as they are now: whoever needs one asks for it when it is used, and never keeps it. */

import type { Config, SecretName } from '../config.ts';
import type { HealthProbe } from '../health.ts';
import type { KeyWrapper } from '../sealing/key-wrapper.ts';

/** A secret setting, asked for when it is used. */
export type Credential = () => string | undefined;

export interface Secrets {
  current(name: SecretName): string | undefined;
  /** Null where no key is configured that never leaves its place. */
  readonly keyWrapper: KeyWrapper | null;
  /** Of where secrets come from, where that can be asked. */
  readonly probes: readonly HealthProbe[];
}

/** Those of a configuration, which stay as they are. */
export function fixedSecrets(config: Pick<Config, SecretName>): Secrets {
  return { current: (name) => config[name], keyWrapper: null, probes: [] };
}
