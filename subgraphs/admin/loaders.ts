/** The admin subgraph loads nothing by key yet: what it shows is of the system, not of a list. */

import type { SubgraphContext } from '../subgraph.ts';

export type AdminLoaders = Readonly<Record<string, never>>;
export type Context = SubgraphContext<AdminLoaders>;
