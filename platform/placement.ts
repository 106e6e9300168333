/** Which parts may run where: what one process needs from its own parts, and from the address book of the others. */

import type { Config } from './config.ts';
import { Problem } from './errors.ts';
import { isPartName, PART_NAMES, type PartName, SUBGRAPH_NAMES } from './part.ts';

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

/** The gateway touches no engine, so it may always be apart. */
const PARTS_WITH_ENGINES = PART_NAMES.filter((name) => name !== 'gateway');

/** An embedded engine is open in one process, so whatever touches it is in that process. */
function splitEngines(config: Config, parts: ReadonlySet<PartName>): readonly string[] {
  const embedded = (['GRAPH', 'VECTORS', 'CONTENT'] as const).filter((name) => config[name] === 'embedded');
  const here = PARTS_WITH_ENGINES.filter((name) => parts.has(name));
  if (embedded.length === 0 || here.length === 0 || here.length === PARTS_WITH_ENGINES.length) return [];
  const settings = embedded.map((name) => `TRELLIS_${name}`).join(', ');
  return [
    `An embedded engine (${settings}) can be open in one process only: start ${PARTS_WITH_ENGINES.join(', ')} together, or choose engines that processes can share. The gateway may be apart.`,
  ];
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
