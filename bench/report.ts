/**
 * How a bench says what it saw: on which machine, each figure beside its bound, for people or as JSON. A bound that
 * is missed makes the process end with 1.
 */

import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The promise, where one was made. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Report {
  readonly bench: string;
  /** What was measured with what, in a line each. */
  readonly setting: readonly string[];
  readonly figures: readonly Figure[];
}

const GIGABYTE = 2 ** 30;
/** Taken before the bench itself loads the machine. */
const LOAD_AT_START = loadavg()[0] ?? 0;

const machine = {
  cores: availableParallelism(),
  model: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGB: Math.round(totalmem() / GIGABYTE),
  node: process.version,
  loadAtStart: LOAD_AT_START,
};

export function printReport(report: Report, options: { readonly json: boolean }): void {
  if (options.json) {
    const figures = report.figures.map((figure) => ({ ...figure, met: isMet(figure) }));
    console.log(JSON.stringify({ ...report, machine, figures }, null, 2));
  } else {
    console.log(toText(report));
  }
  if (!report.figures.every(isMet)) process.exitCode = 1;
}

export function isMet({ value, atLeast, atMost }: Figure): boolean {
  return (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
}

function toText({ bench, setting, figures }: Report): string {
  const { cores, model, memoryGB, node, loadAtStart } = machine;
  const width = Math.max(...figures.map(({ name }) => name.length));
  return [
    `${bench}: ${cores} × ${model}, ${memoryGB} GB, Node ${node}, load ${loadAtStart.toFixed(1)} at the start`,
    ...setting.map((line) => `  ${line}`),
    ...figures.map((figure) => `  ${figure.name.padEnd(width)}  ${written(figure)}${boundOf(figure)}`),
  ].join('\n');
}

function written({ value, unit }: Figure): string {
  return `${value.toFixed(Math.abs(value) < 10 ? 2 : 1).padStart(9)} ${unit}`;
}

function boundOf(figure: Figure): string {
  const { atLeast, atMost } = figure;
  if (atLeast === undefined && atMost === undefined) return '';
  const bound = atLeast === undefined ? `at most ${atMost}` : `at least ${Number(atLeast.toFixed(1))}`;
  return `  (${bound}: ${isMet(figure) ? 'met' : 'MISSED'})`;
}
