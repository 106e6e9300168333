/** Settings of a graph on two servers: where the second one is, and who promotes it. */

import { z } from 'zod';
import { oneOf } from './setting-kinds.ts';

export const STANDBY_SETTINGS = {
  /** Address of the standby of the graph, as `GRAPH_URL`; without it there is none. */
  GRAPH_STANDBY_URL: z.string().min(1).optional(),
  GRAPH_STANDBY_USER: z.string().optional(),
  GRAPH_STANDBY_PASSWORD: z.string().optional(),
  /** Database on that server; by default the user's own. */
  GRAPH_STANDBY_DATABASE: z.string().min(1).optional(),
  /** Whether the standby is promoted by itself when the primary is lost, which needs Redis, or when somebody asks. */
  FAILOVER: oneOf('automatic', 'manual').default('automatic'),
};
