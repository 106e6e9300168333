/** The parts of a query plan that we read, named once: `@apollo/gateway` exports them only through its callbacks. */

import type { GatewayConfig } from '@apollo/gateway';

export type PlanCallback = NonNullable<GatewayConfig['experimental_didResolveQueryPlan']>;
type Resolved = Parameters<PlanCallback>[0];

export type QueryPlan = Resolved['queryPlan'];
export type OperationContext = Resolved['operationContext'];
/** What Apollo Server hands to a gateway with each operation. */
export type GatewayRequest = Resolved['requestContext'];

export type PlanNode = Exclude<NonNullable<QueryPlan['node']>, { kind: 'Subscription' }>;
export type FetchNode = Extract<PlanNode, { kind: 'Fetch' }>;
/** A part of what identifies an entity to the subgraph that is asked about it. */
export type KeySelection = NonNullable<FetchNode['requires']>[number];
