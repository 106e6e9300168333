/** Which parts may run where: what one process needs from its own parts, and from the address book of the others. */

import type { Config } from './config.ts';
import { Problem } from './errors.ts';
import { isPartName, PART_NAMES, type PartName, SUBGRAPH_NAMES } from './part.ts';

/** Where facts live, by the name of the port. */
export type Engine = 'graph' | 'content' | 'vectors';

/** What each part touches. `admin` asks all of them how they are; the gateway touches none, so it may always be apart. */
export const ENGINES_OF: Readonly<Record<PartName, readonly Engine[]>> = {
  gateway: [],
  documents: ['graph', 'content', 'vectors'],
  traversal: ['graph'],
  retrieval: ['graph', 'vectors'],
  admin: ['graph', 'content', 'vectors'],
  worker: ['graph', 'content', 'vectors'],
};

const ENGINE_SETTINGS = [
  ['graph', 'GRAPH'],
  ['vectors', 'VECTORS'],
  ['content', 'CONTENT'],
] as const satisfies readonly (readonly [Engine, keyof Config])[];

/** What runs when no part is named. */
export const ALL_PARTS: ReadonlySet<PartName> = new Set(PART_NAMES);

/** The parts named on the command line, or all of them. Throws BAD_INPUT for a name that is none. */
export function readParts(names: readonly string[]): ReadonlySet<PartName> {
  const unknown = names.filter((name) => !isPartName(name));
  if (unknown.length > 0) {
    const detail = `There is no part ${unknown.join(', ')}. There are: ${PART_NAMES.join(', ')}; without a name, all of them start.`;
    throw new Problem('BAD_INPUT', detail);
  }
  return names.length === 0 ? ALL_PARTS : new Set(names.filter(isPartName));
}

/** Throws BAD_INPUT with every reason why these parts cannot work by themselves in one process. */
export function checkPlacement(config: Config, parts: ReadonlySet<PartName>): void {
  const reasons = [
    ...splitEngines(config, parts),
    ...withoutQueue(config, parts),
    ...unreachable(config, parts),
  ];
  if (reasons.length === 0) return;
  const here = PART_NAMES.filter((name) => parts.has(name)).join(', ');
  throw new Problem('BAD_INPUT', `These parts cannot be started here (${here}). ${reasons.join(' ')}`);
}

/** An embedded engine is open in one process, so all parts that touch it are in that process, or none of them. */
function splitEngines(config: Config, parts: ReadonlySet<PartName>): readonly string[] {
  const isHere = (name: PartName) => parts.has(name);
  const torn = ENGINE_SETTINGS.filter(([engine, setting]) => {
    const users = usersOf([engine]);
    return config[setting] === 'embedded' && users.some(isHere) && !users.every(isHere);
  });
  if (torn.length === 0) return [];
  const settings = torn.map(([, setting]) => `TRELLIS_${setting}`).join(', ');
  const together = usersOf(torn.map(([engine]) => engine)).join(', ');
  return [
    `An embedded engine (${settings}) can be open in one process only: start ${together} together, or choose engines that processes can share. Other parts may be apart.`,
  ];
}

function usersOf(engines: readonly Engine[]): readonly PartName[] {
  return PART_NAMES.filter((name) => ENGINES_OF[name].some((engine) => engines.includes(engine)));
}

/** Without a queue between them, a document would wait for the reconciler to find it. */
function withoutQueue(config: Config, parts: ReadonlySet<PartName>): readonly string[] {
  const isSplit = parts.has('documents') !== parts.has('worker');
  return isSplit && config.GRAPH !== 'embedded' && config.REDIS_URL === undefined
    ? ['documents and worker are apart and need a queue between them: set TRELLIS_REDIS_URL.']
    : [];
}

function unreachable(config: Config, parts: ReadonlySet<PartName>): readonly string[] {
  if (!parts.has('gateway')) return [];
  const lost = SUBGRAPH_NAMES.filter((name) => !parts.has(name) && !config.PART_URLS.has(name));
  if (lost.length === 0) return [];
  const example = lost.map((name) => `${name}=http://${name}:4000`).join(',');
  return [
    `The gateway does not know where ${lost.join(', ')} is. Say so in TRELLIS_PART_URLS, as in ${example}.`,
  ];
}
