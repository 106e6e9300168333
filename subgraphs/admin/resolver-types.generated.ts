import type { JsonObject } from '../../model/documents.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { SystemHealthReport } from '../../operations/system-health.ts';
import type { HealthReport } from '../../platform/health.ts';
import type { Reembedding as ReembeddingModel } from '../../model/reembedding.ts';
import type { Context } from './loaders.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A moment in time as RFC 3339 text in UTC with milliseconds, such as `2026-01-31T12:00:00.000Z`. */
  DateTime: { input: string; output: string; }
  /** A JSON object of any shape. */
  JSONObject: { input: JsonObject; output: JsonObject; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** One engine or part. */
export type ComponentHealth = {
  readonly __typename?: 'ComponentHealth';
  /** What is wrong and what to do about it; null when nothing is. */
  readonly detail: Maybe<Scalars['String']['output']>;
  /** The product behind it, with its version. */
  readonly engine: Scalars['String']['output'];
  /** How long a trivial call took, in ms. */
  readonly latencyMs: Scalars['Float']['output'];
  /** A stable name, such as `graph`, `vectors`, `content` or `worker`. */
  readonly name: Scalars['String']['output'];
  /** How it is. */
  readonly state: HealthState;
};

/** An embedder, by what it does to a text. */
export type EmbedderFingerprint = {
  readonly __typename?: 'EmbedderFingerprint';
  /** Numbers in one vector. */
  readonly dimensions: Scalars['Int']['output'];
  /** Changes whenever an equal text may get another vector, such as `openai:text-embedding-3-small@api.example.com/1536`. */
  readonly fingerprint: Scalars['String']['output'];
};

/** How the whole system is: the worst state of its components. */
export type Health = {
  readonly __typename?: 'Health';
  /** Each engine and part. */
  readonly components: ReadonlyArray<ComponentHealth>;
  /** `UP` when every component is. */
  readonly state: HealthState;
  /** Trellis's version, as in `package.json`. */
  readonly version: Scalars['String']['output'];
};

/** How a part of the system is. */
export type HealthState =
  /** It works with a restriction, which `detail` names. */
  | 'DEGRADED'
  /** It does not answer; `detail` says why. */
  | 'DOWN'
  /** It works. */
  | 'UP';

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Drops the old index for good. `CONFLICT` unless the state is `SWITCHED`. Needs `admin:data`. */
  readonly confirmReembedding: ReembeddingPayload;
  /**
   * Begins to fill a new index with vectors of the configured embedder, beside the one that answers. When it is complete,
   * searches ask the new one, in one step. `CONFLICT` while another re-embedding is not over, and where the configured
   * embedder has filled the index already. Needs `admin:data`; it concerns every tenant of the installation.
   */
  readonly reembed: ReembeddingPayload;
  /**
   * Gives up a re-embedding that is `RUNNING`, or goes back to the old index of one that is `SWITCHED`, with all that was
   * ingested since. `CONFLICT` otherwise, and where the old embedder is not configured. Needs `admin:data`.
   */
  readonly revertReembedding: ReembeddingPayload;
};

/** Where a page of a connection begins and ends, and what lies around it. Connections are read forward. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** The cursor of the last edge of this page, to be given as `after` for the next one; null on an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** Whether more edges follow this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether the page was asked with `after`, so that edges lie before it. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first edge of this page; null on an empty page. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

export type Query = {
  readonly __typename?: 'Query';
  /** The state of every engine and part. Needs `admin:read`. */
  readonly health: Health;
  /** The last re-embedding; null when there never was one. Needs `admin:data`. */
  readonly reembedding: Maybe<Reembedding>;
  /** Who the token says you are. Needs any valid token. */
  readonly viewer: Viewer;
};

/** Moving every vector of the installation, of all its tenants, to another embedder while searches and ingestion go on. */
export type Reembedding = {
  readonly __typename?: 'Reembedding';
  /** Chunks that the new index has; never more than `total`. */
  readonly done: Scalars['Int']['output'];
  /** When it was over; null before. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** The embedder of the old index. */
  readonly from: EmbedderFingerprint;
  /** Why it does not go on now and what to do; null while it does. It is tried again by itself. */
  readonly problem: Maybe<Scalars['String']['output']>;
  /** Chunks that the new embedder refuses for what they are. They are found by words and by the graph alone. */
  readonly refused: Scalars['Int']['output'];
  /** When it was asked for. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** How far it is. */
  readonly state: ReembeddingState;
  /** When searches began to ask the new index; null before. */
  readonly switchedAt: Maybe<Scalars['DateTime']['output']>;
  /** The embedder of the new index: the one that was configured when it began. */
  readonly to: EmbedderFingerprint;
  /** Chunks that there were when it began. Those that came since are embedded as well. */
  readonly total: Scalars['Int']['output'];
};

/** What became of a call. */
export type ReembeddingPayload = {
  readonly __typename?: 'ReembeddingPayload';
  /** The re-embedding, as it is now. The leading worker goes on with it: ask `reembedding` how far it is. */
  readonly reembedding: Reembedding;
};

/** How far a re-embedding is. */
export type ReembeddingState =
  /** It is over: there is the new index alone. */
  | 'CONFIRMED'
  /** The old index is being dropped. */
  | 'CONFIRMING'
  /** It is over: there is the old index alone. */
  | 'REVERTED'
  /** The old index gets what it misses, then searches ask it again, and the new one is dropped. */
  | 'REVERTING'
  /** The new index is filled. Searches ask the old one. */
  | 'RUNNING'
  /** Searches ask the new index. The old one is kept until `confirmReembedding` or `revertReembedding`. */
  | 'SWITCHED';

/** Who is asking. */
export type Viewer = {
  readonly __typename?: 'Viewer';
  /** What the viewer may do, such as `documents:read`. `admin:*` stands for every scope that begins with `admin:`. */
  readonly scopes: ReadonlyArray<Scalars['String']['output']>;
  /** The token's subject. */
  readonly subject: Scalars['String']['output'];
  /** The tenant that everything the viewer reads and writes belongs to. */
  readonly tenant: Scalars['String']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  ComponentHealth: ResolverTypeWrapper<HealthReport>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  EmbedderFingerprint: ResolverTypeWrapper<EmbedderFingerprint>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Health: ResolverTypeWrapper<SystemHealthReport>;
  HealthState: HealthState;
  JSONObject: ResolverTypeWrapper<Scalars['JSONObject']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Reembedding: ResolverTypeWrapper<ReembeddingModel>;
  ReembeddingPayload: ResolverTypeWrapper<Omit<ReembeddingPayload, 'reembedding'> & { reembedding: ResolversTypes['Reembedding'] }>;
  ReembeddingState: ReembeddingState;
  Viewer: ResolverTypeWrapper<Viewer>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ComponentHealth: HealthReport;
  String: Scalars['String']['output'];
  Float: Scalars['Float']['output'];
  DateTime: Scalars['DateTime']['output'];
  EmbedderFingerprint: EmbedderFingerprint;
  Int: Scalars['Int']['output'];
  Health: SystemHealthReport;
  JSONObject: Scalars['JSONObject']['output'];
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Query: Record<PropertyKey, never>;
  Reembedding: ReembeddingModel;
  ReembeddingPayload: Omit<ReembeddingPayload, 'reembedding'> & { reembedding: ResolversParentTypes['Reembedding'] };
  Viewer: Viewer;
};

export type ComponentHealthResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ComponentHealth'] = ResolversParentTypes['ComponentHealth']> = {
  detail?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  engine?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  latencyMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['HealthState'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type EmbedderFingerprintResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EmbedderFingerprint'] = ResolversParentTypes['EmbedderFingerprint']> = {
  dimensions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  fingerprint?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type HealthResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Health'] = ResolversParentTypes['Health']> = {
  components?: Resolver<ReadonlyArray<ResolversTypes['ComponentHealth']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['HealthState'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface JsonObjectScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSONObject'], any> {
  name: 'JSONObject';
}

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  confirmReembedding?: Resolver<ResolversTypes['ReembeddingPayload'], ParentType, ContextType>;
  reembed?: Resolver<ResolversTypes['ReembeddingPayload'], ParentType, ContextType>;
  revertReembedding?: Resolver<ResolversTypes['ReembeddingPayload'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  health?: Resolver<ResolversTypes['Health'], ParentType, ContextType>;
  reembedding?: Resolver<Maybe<ResolversTypes['Reembedding']>, ParentType, ContextType>;
  viewer?: Resolver<ResolversTypes['Viewer'], ParentType, ContextType>;
};

export type ReembeddingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Reembedding'] = ResolversParentTypes['Reembedding']> = {
  done?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  from?: Resolver<ResolversTypes['EmbedderFingerprint'], ParentType, ContextType>;
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  refused?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ReembeddingState'], ParentType, ContextType>;
  switchedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  to?: Resolver<ResolversTypes['EmbedderFingerprint'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ReembeddingPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReembeddingPayload'] = ResolversParentTypes['ReembeddingPayload']> = {
  reembedding?: Resolver<ResolversTypes['Reembedding'], ParentType, ContextType>;
};

export type ViewerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Viewer'] = ResolversParentTypes['Viewer']> = {
  scopes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tenant?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  ComponentHealth?: ComponentHealthResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  EmbedderFingerprint?: EmbedderFingerprintResolvers<ContextType>;
  Health?: HealthResolvers<ContextType>;
  JSONObject?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Reembedding?: ReembeddingResolvers<ContextType>;
  ReembeddingPayload?: ReembeddingPayloadResolvers<ContextType>;
  Viewer?: ViewerResolvers<ContextType>;
};

