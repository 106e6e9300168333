/** `trellis doctor`: whether a running server is well: its parts, and its audit log from end to end. */

import type { Client } from './client.ts';

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
  const findings = await client.run<Findings>(DOCTOR);
  const { health, auditVerification } = findings;
  const isWell = health.state === 'UP' && auditVerification.intact;
  return { text: options.json ? JSON.stringify(findings, null, 2) : describe(findings), isWell };
}

function describe({ health, auditVerification: { intact, faults } }: Findings): string {
  return [
    `Trellis ${health.version} is ${health.state}.`,
    ...health.components.map(({ name, engine, state, detail }) => line(name, state, detail ?? engine)),
    line('audit log', intact ? 'WHOLE' : 'BROKEN', intact ? 'every chain is as it was written' : ''),
    ...faults.map(({ segment, sequence, reason }) => `    ${segment} at ${sequence}: ${reason}`),
  ].join('\n');
}

function line(name: string, state: string, what: string): string {
  return `  ${name.padEnd(10)} ${state.padEnd(8)} ${what}`.trimEnd();
}
