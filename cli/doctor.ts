/** `trellis doctor`: whether a running server is well: its parts, its audit log from end to end, and its stores. */

import type { Client } from './client.ts';
import { type CheckReport, describeCheck, isSound, lastCheck } from './consistency.ts';

const DOCTOR = `{
  health { state version components { name engine state detail } }
  auditVerification { intact faults { segment sequence reason } }
}`;

interface Findings {
  readonly health: {
    readonly state: string;
    readonly version: string;
    readonly components: readonly {
      readonly name: string;
      readonly engine: string;
      readonly state: string;
      readonly detail: string | null;
    }[];
  };
  readonly auditVerification: {
    readonly intact: boolean;
    readonly faults: readonly {
      readonly segment: string;
      readonly sequence: number;
      readonly reason: string;
    }[];
  };
}

export interface Diagnosis {
  readonly text: string;
  /** Whether everything is as it should be. */
  readonly isWell: boolean;
}

export async function examine(client: Client, options: { readonly json: boolean }): Promise<Diagnosis> {
  const findings = { ...(await client.run<Findings>(DOCTOR)), consistency: await lastCheck(client) };
  const { health, auditVerification, consistency } = findings;
  const isWell = health.state === 'UP' && auditVerification.intact && isSound(consistency);
  return { text: options.json ? JSON.stringify(findings, null, 2) : describe(findings), isWell };
}

function describe({
  health,
  auditVerification: { intact, faults },
  consistency,
}: Findings & { readonly consistency: CheckReport | null }): string {
  const [state, summary = '', ...details] = describeCheck(consistency);
  return [
    `Trellis ${health.version} is ${health.state}.`,
    ...health.components.map(({ name, engine, state, detail }) => line(name, state, detail ?? engine)),
    line('audit log', intact ? 'WHOLE' : 'BROKEN', intact ? 'every chain is as it was written' : ''),
    ...faults.map(({ segment, sequence, reason }) => `    ${segment} at ${sequence}: ${reason}`),
    line('stores', state, summary),
    ...details,
  ].join('\n');
}

function line(name: string, state: string, what: string): string {
  return `  ${name.padEnd(11)} ${state.padEnd(8)} ${what}`.trimEnd();
}
