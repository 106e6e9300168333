/** A campaign: so many requests of all kinds, a few at a time, each said by a seed and its number. */

import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Document, Packer, Paragraph } from 'docx';
import { PDFDocument } from 'pdf-lib';
import { Agent } from 'undici';
import { composedSchema } from '../composed-fields.ts';
import { type Chance, chanceOf } from './chance.ts';
import { eventStream } from './event-streams.ts';
import { hostileUpload } from './hostile-uploads.ts';
import * as shots from './shots.ts';
import { bareSocket, webSocket } from './sockets.ts';
import { type Memory, openTarget, type Target } from './target.ts';
import { faultOf } from './verdict.ts';

export interface Finding {
  /** With the campaign's seed, all there is to know about the request. */
  readonly number: number;
  readonly kind: string;
  readonly fault: string;
  readonly sent: string;
  readonly answer: string;
}

export interface Campaign {
  readonly requests: number;
  readonly seed: number;
  /** How often each status was answered, by kind; `-` where the line was closed without one. */
  readonly statuses: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly findings: readonly Finding[];
  /** Lines of the server's log at the level of errors and above, and what is no line of a log. */
  readonly logged: readonly string[];
  /** After a collection, at equal distances; the first once it is warm. */
  readonly memory: readonly Memory[];
  readonly seconds: number;
  /** The slowest requests, the slowest first. */
  readonly slowest: readonly Slow[];
}

export interface Slow {
  readonly number: number;
  readonly kind: string;
  readonly ms: number;
  readonly sent: string;
}

export interface Plan {
  readonly requests: number;
  readonly seed: number;
  /** Number of the first request: with as many as are to be looked at again. */
  readonly from?: number;
  progress?(done: number): void;
}

const AT_ONCE = 12;
const MEMORY_SAMPLES = 10;
const SLOWEST_KEPT = 8;

/** Kinds with their weights. */
const KINDS: readonly (readonly [name: string, weight: number, shot: shots.Shot])[] = [
  ['sound operations', 30, shots.soundOperation],
  ['broken operations', 10, shots.brokenOperation],
  ['broken JSON', 8, shots.brokenJson],
  ['odd bodies', 8, shots.oddBody],
  ['GET', 5, shots.get],
  ['routes', 7, shots.anyRoute],
  ['uploads', 8, shots.upload],
  ['multipart', 3, shots.multipart],
  ['subgraph ports', 7, shots.subgraphPort],
  ['bare sockets', 4, bareSocket],
  ['WebSockets', 8, webSocket],
  ['event streams', 8, eventStream],
  ['hostile uploads', 4, hostileUpload],
];
const WEIGHT = KINDS.reduce((sum, [, weight]) => sum + weight, 0);

export async function runCampaign(plan: Plan): Promise<Campaign> {
  const target = await openTarget();
  const agent = new Agent({ connections: AT_ONCE, pipelining: 1 });
  const range = { target, agent, schema: composedSchema(), files: await files() };
  const statuses = new Map<string, Map<string, number>>();
  const findings: Finding[] = [];
  const memory: Memory[] = [];
  let slowest: readonly Slow[] = [];
  const began = Date.now();
  try {
    await forAll(plan, target, memory, async (number) => {
      const chance = chanceOf(plan.seed, number);
      const [kind, shot] = kindOf(chance);
      const from = performance.now();
      const found = await fire(range, chance, shot);
      const ms = performance.now() - from;
      if (ms > (slowest.at(-1)?.ms ?? 0) || slowest.length < SLOWEST_KEPT)
        slowest = [...slowest, { number, kind, ms, sent: found.sent }]
          .toSorted((left, right) => right.ms - left.ms)
          .slice(0, SLOWEST_KEPT);
      count(statuses, kind, found.status);
      const fault = faultOf(found, target);
      const { sent, text } = found;
      if (fault !== null) findings.push({ number, kind, fault, sent, answer: text.slice(0, 2_000) });
    });
    await target.drain();
    memory.push(await target.memory());
    const alive = await (await fetch(`${target.url}/health/live`)).text();
    if (!target.isAlive || !alive.includes('UP')) throw new Error('it does not live any more');
  } finally {
    await agent.destroy();
    await target.close();
  }
  const { requests, seed } = plan;
  const seconds = (Date.now() - began) / 1_000;
  return {
    requests,
    seed,
    statuses,
    findings,
    memory,
    seconds,
    slowest,
    logged: target.log.filter(isTrouble),
  };
}

async function forAll(
  { requests, from: first = 0, progress }: Plan,
  target: Target,
  memory: Memory[],
  shoot: (number: number) => Promise<void>,
): Promise<void> {
  const step = Math.ceil(requests / MEMORY_SAMPLES);
  for (let from = first; from < first + requests; from += step) {
    let next = from;
    const end = Math.min(from + step, first + requests);
    const shooter = async () => {
      while (next < end) {
        if (!target.isAlive)
          throw new Error(`it died near request ${next}: ${target.log.slice(-20).join('\n')}`);
        const number = next;
        next += 1;
        await shoot(number);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, shooter));
    memory.push(await target.memory());
    progress?.(end);
  }
}

function kindOf(chance: Chance): readonly [string, shots.Shot] {
  let left = chance.upTo(WEIGHT);
  for (const [name, weight, shot] of KINDS) {
    if (left < weight) return [name, shot];
    left -= weight;
  }
  throw new Error('the weights do not add up');
}

/** A line that breaks is not an answer; the server may do so to what is no HTTP. */
async function fire(range: shots.Range, chance: Chance, shot: shots.Shot): Promise<shots.Outcome> {
  try {
    return await shot(range, chance);
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    // Nobody listens: it has ended, and says by what.
    if (code === 'ECONNREFUSED') await Promise.race([range.target.ended, pause(5_000)]);
    const isHungUp = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
    if (!isHungUp) throw new Error(`a request failed with ${code}: ${message}`, { cause: error });
    await pause(1);
    return { status: null, headers: {}, text: '', sent: message };
  }
}

function count(statuses: Map<string, Map<string, number>>, kind: string, status: number | null): void {
  const ofKind = statuses.get(kind) ?? new Map<string, number>();
  statuses.set(kind, ofKind);
  const name = String(status ?? '-');
  ofKind.set(name, (ofKind.get(name) ?? 0) + 1);
}

/** pino says 50 for errors, 60 for what ends the process; anything else on the streams is a surprise. */
function isTrouble(line: string): boolean {
  try {
    return JSON.parse(line).level >= 50;
  } catch {
    return line.trim() !== '';
  }
}

/** Small sound files of every kind that is read. */
async function files(): Promise<readonly shots.Upload[]> {
  const pdf = await PDFDocument.create();
  pdf.addPage([300, 300]).drawText('Ada Lovelace wrote notes in London.', { x: 20, y: 200 });
  const docx = new Document({ sections: [{ children: [new Paragraph('Charles Babbage in London.')] }] });
  const readme = readFileSync(new URL('../../../README.md', import.meta.url)).subarray(0, 4_000);
  const text = (mediaType: string, content: string) => ({ mediaType, bytes: Buffer.from(content) });
  return [
    { mediaType: 'application/pdf', bytes: Buffer.from(await pdf.save()) },
    {
      mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      bytes: await Packer.toBuffer(docx),
    },
    { mediaType: 'text/markdown', bytes: readme },
    text(
      'text/html',
      '<html><title>A</title><body><h1>Ada</h1><p>Ada <b>Lovelace</b></p><script>x()</script>',
    ),
    text('application/json', '{"title": "Ada", "years": [1815, 1852], "nested": {"a": {"b": null}}}'),
    text('application/jsonl', '{"title": "a", "text": "Ada"}\n{"title": "b", "text": "Babbage"}\n'),
    text('text/csv', 'title,text\nada,"Ada, Lovelace"\nbabbage,Charles\n'),
    text('text/plain', 'Ada Lovelace met Charles Babbage in 1833.'),
  ];
}
