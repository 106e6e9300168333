import type { JsonObject } from '../../model/documents.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { SearchResult as FoundHits, Hit as FoundHit, PathStep as WalkedStep, Degradation as Degraded } from '../../retrieval/hit.ts';
import type { ArmScore as FusedShare } from '../../retrieval/fusion.ts';
import type { Answer as WrittenAnswer, Citation as Cited } from '../../retrieval/answer/answer.ts';
import type { AnswerEvent as WrittenEvent } from '../../retrieval/retrieval.ts';
import type { Reference } from '../references.ts';
import type { Context } from './loaders.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
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

/** An answer with the places that support it. */
export type Answer = {
  readonly __typename?: 'Answer';
  /** What supports it, in the order of its sentences. */
  readonly citations: ReadonlyArray<Citation>;
  /** What could not take part as it should, and why: arms of the search, the graph, or the language model. */
  readonly degraded: ReadonlyArray<Degradation>;
  /** What wrote it: `extractive-v2` quotes sentences; otherwise the model's name. */
  readonly generator: Scalars['String']['output'];
  /** Whether there is an answer, and every sentence of it has a citation whose quote is really there. */
  readonly grounded: Scalars['Boolean']['output'];
  /** The passages it was made from, best first, at most 10. */
  readonly hits: ReadonlyArray<Hit>;
  /**
   * The answer, or a sentence that says that the documents hold none: nothing is quoted where sentences take up less
   * than half of what the question tells, or of the names in it, or nothing of what it asks about them.
   */
  readonly text: Scalars['String']['output'];
};

/** One event of an answer that is being written. */
export type AnswerEvent = {
  readonly __typename?: 'AnswerEvent';
  /** The whole answer; with the last event only. */
  readonly answer: Maybe<Answer>;
  /**
   * What was written since the event before: a sentence, once its citations have been checked. All deltas in order are
   * exactly the answer's `text`. A model writes the whole answer first.
   */
  readonly delta: Scalars['String']['output'];
  /** Whether this is the last event. */
  readonly done: Scalars['Boolean']['output'];
  /** Opaque; `Query.answerEvent` gives the event again for a minute. */
  readonly id: Scalars['ID']['output'];
};

/** One arm's part in a hit. */
export type ArmScore = {
  readonly __typename?: 'ArmScore';
  /** The arm. */
  readonly arm: SearchArm;
  /** The passage's place in the arm's own list, from 1. */
  readonly rank: Scalars['Int']['output'];
  /** The arm's own score, on its own scale. */
  readonly score: Scalars['Float']['output'];
  /** What it adds to the hit's score. */
  readonly share: Scalars['Float']['output'];
};

export type Chunk = {
  readonly __typename?: 'Chunk';
  readonly id: Scalars['ID']['output'];
  /**
   * Passages whose vectors are nearest to this one's, best first; null when the index can't be reached. Counts, for each
   * chunk, as 1 of the 200 units of searching that one operation may ask for.
   */
  readonly similar: Maybe<ReadonlyArray<Hit>>;
};


export type ChunkSimilarArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A place that supports a sentence: `chunk.text.slice(start, end) === quote`. */
export type Citation = {
  readonly __typename?: 'Citation';
  /** The passage. */
  readonly chunk: Chunk;
  /** Behind the last UTF-16 code unit of the quote. */
  readonly end: Scalars['Int']['output'];
  /** The quote, letter by letter. */
  readonly quote: Scalars['String']['output'];
  /** First UTF-16 code unit of the quote in the passage's text, from 0. */
  readonly start: Scalars['Int']['output'];
};

/** Something that could not take part in an answer, or not as it should, and why. */
export type Degradation = {
  readonly __typename?: 'Degradation';
  /**
   * `DENSE`, `KEYWORD`, `GRAPH` for the walk and for all that is read from the graph, or `GENERATOR` for the language
   * model.
   */
  readonly arm: Scalars['String']['output'];
  /** What that means for the answer. */
  readonly kind: DegradationKind;
  /** What failed, and what to do. */
  readonly reason: Scalars['String']['output'];
};

/** What it means for an answer that something could not take part as it should. */
export type DegradationKind =
  /** It had a part, but what it gave may not be all. */
  | 'INCOMPLETE'
  /** It had no part in the answer. */
  | 'LEFT_OUT'
  /** It gave all that there is, from a standby in place of a server that is lost. Changes may have to wait. */
  | 'STANDBY';

export type Entity = {
  readonly __typename?: 'Entity';
  readonly id: Scalars['ID']['output'];
};

/** Why a passage was found. */
export type Explanation = {
  readonly __typename?: 'Explanation';
  /** What each arm that found it adds. The shares add up to the hit's score. */
  readonly arms: ReadonlyArray<ArmScore>;
  /**
   * How the graph reached it: edges that exist, in order, from an entity of the query, or from a passage found by
   * words, to the passage. Empty when the graph had no part in it.
   */
  readonly path: ReadonlyArray<PathStep>;
};

/** A passage with its score. */
export type Hit = {
  readonly __typename?: 'Hit';
  /** The passage. */
  readonly chunk: Chunk;
  /** Why it was found. */
  readonly explanation: Explanation;
  /** Its place, from 1. */
  readonly rank: Scalars['Int']['output'];
  /** Exactly the sum of the arms' shares, over 0 to 1. Comparable inside one result only. */
  readonly score: Scalars['Float']['output'];
};

/** The steps that a document goes through, in this order. */
export type IngestionStep =
  /** Text becomes chunks. */
  | 'CHUNK'
  /** Chunks become vectors and postings. */
  | 'EMBED'
  /** Names and statements are found. */
  | 'EXTRACT'
  /** Raw bytes become text. */
  | 'PARSE'
  /** Names become entities. */
  | 'RESOLVE'
  /** The new version becomes visible. */
  | 'WRITE';

/**
 * A condition on one key of the metadata, which must say something of it. `in`, `inNumbers` and `is` together list the
 * values that fit; beside them, all that is given must hold for the value, or, where it is a list, for one and the same
 * of its elements. Bounds are for numbers or for texts, not for both.
 */
export type MetadataFilter = {
  /** The value is this number or a larger one. */
  readonly atLeast?: InputMaybe<Scalars['Float']['input']>;
  /** The value is this number or a smaller one. */
  readonly atMost?: InputMaybe<Scalars['Float']['input']>;
  /** Whether there is a value, other than null. */
  readonly exists?: InputMaybe<Scalars['Boolean']['input']>;
  /** The value is this text or one behind it, by code point: for RFC 3339, this time or later. At most 95 bytes in UTF-8. */
  readonly from?: InputMaybe<Scalars['String']['input']>;
  /** The value is one of these texts. */
  readonly in?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The value is one of these numbers. */
  readonly inNumbers?: InputMaybe<ReadonlyArray<Scalars['Float']['input']>>;
  /** The value is this boolean. */
  readonly is?: InputMaybe<Scalars['Boolean']['input']>;
  /** The key; dots reach into objects: `author.name`. */
  readonly key: Scalars['String']['input'];
  /** The value is this text or one before it, by code point: for RFC 3339, this time or earlier. At most 95 bytes in UTF-8. */
  readonly to?: InputMaybe<Scalars['String']['input']>;
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

/** Which way a walk goes along an edge between an entity and a passage. */
export type PathDirection =
  /** From the entity to a passage that mentions it. */
  | 'TO_CHUNK'
  /** From the passage to an entity it mentions. */
  | 'TO_ENTITY';

/** One edge of the way to a hit: an entity, and a passage that mentions it. Neighbouring steps share one of the two. */
export type PathStep = {
  readonly __typename?: 'PathStep';
  /** The passage that mentions it. */
  readonly chunk: Chunk;
  /** The edge in words, such as `Leonhard Euler is mentioned in a passage`. */
  readonly description: Scalars['String']['output'];
  /** Which way the walk goes along the edge. */
  readonly direction: PathDirection;
  /** The entity. */
  readonly entity: Entity;
};

export type Query = {
  readonly __typename?: 'Query';
  /** An event of `Subscription.answer`, for a minute after it happened; null afterwards. Needs `retrieval:read`. */
  readonly answerEvent: Maybe<AnswerEvent>;
  /**
   * An answer from the documents, with citations. Needs `retrieval:read`. Counts as 20 of the 200 units of searching
   * that one operation may ask for, and as a search where a tenant searches too much at once.
   */
  readonly ask: Answer;
  /**
   * Passages that fit a query. Needs `retrieval:read`. Counts as 20 of the 200 units of searching that one operation
   * may ask for. Where a tenant searches too much at once, it is refused with `TOO_MANY_REQUESTS` and `retryAfterMs`.
   */
  readonly search: SearchResult;
};


export type QueryAnswerEventArgs = {
  id: Scalars['ID']['input'];
};


export type QueryAskArgs = {
  collections?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  filter?: InputMaybe<SearchFilter>;
  question: Scalars['String']['input'];
};


export type QuerySearchArgs = {
  arms?: InputMaybe<ReadonlyArray<SearchArm>>;
  collections?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  filter?: InputMaybe<SearchFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  query: Scalars['String']['input'];
};

/** One way of finding passages. */
export type SearchArm =
  /** Near vectors. With the lexical embedder, near spelling; with a semantic one, near meaning. */
  | 'DENSE'
  /** A walk over the graph from the entities that the query names. */
  | 'GRAPH'
  /** Shared words, by BM25. */
  | 'KEYWORD';

/** Which documents a search may touch. All conditions must hold, in every arm. */
export type SearchFilter = {
  /** Only these documents, at most 500. */
  readonly documents?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Only these media types, at most 500. */
  readonly mediaTypes?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Conditions on metadata, at most 20; all must hold. */
  readonly metadata?: InputMaybe<ReadonlyArray<MetadataFilter>>;
  /** Documents updated at this time or later. */
  readonly updatedAfter?: InputMaybe<Scalars['DateTime']['input']>;
  /** Documents updated before this time. */
  readonly updatedBefore?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Passages that fit a query, with the reasons. */
export type SearchResult = {
  readonly __typename?: 'SearchResult';
  /**
   * Arms that could not answer, arms whose index is being rebuilt, so that what they found may not be all, and what was
   * answered by a standby in place of a server that is lost. Empty when all is well.
   */
  readonly degraded: ReadonlyArray<Degradation>;
  /** Best first, at most `first`. */
  readonly hits: ReadonlyArray<Hit>;
  /** Entities that the query was understood to name, the most telling first, at most 20. */
  readonly seeds: ReadonlyArray<Entity>;
  /** How long the search took, in ms, without resolving what was selected. */
  readonly tookMs: Scalars['Float']['output'];
};

export type Subscription = {
  readonly __typename?: 'Subscription';
  /** An answer as it is written; ends behind the event that is `done`. Needs `retrieval:read`. */
  readonly answer: AnswerEvent;
};


export type SubscriptionAnswerArgs = {
  collections?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  filter?: InputMaybe<SearchFilter>;
  question: Scalars['String']['input'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

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

/** Mapping of federation types */
export type FederationTypes = {
  Chunk: Chunk;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Chunk:
    ( { __typename: 'Chunk' }
    & GraphQLRecursivePick<FederationTypes['Chunk'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Answer: ResolverTypeWrapper<WrittenAnswer>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  AnswerEvent: ResolverTypeWrapper<WrittenEvent>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  ArmScore: ResolverTypeWrapper<FusedShare>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Chunk: ResolverTypeWrapper<Reference>;
  Citation: ResolverTypeWrapper<Cited>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Degradation: ResolverTypeWrapper<Degraded>;
  DegradationKind: DegradationKind;
  Entity: ResolverTypeWrapper<Reference>;
  Explanation: ResolverTypeWrapper<Omit<Explanation, 'arms' | 'path'> & { arms: ReadonlyArray<ResolversTypes['ArmScore']>, path: ReadonlyArray<ResolversTypes['PathStep']> }>;
  Hit: ResolverTypeWrapper<FoundHit>;
  IngestionStep: IngestionStep;
  JSONObject: ResolverTypeWrapper<Scalars['JSONObject']['output']>;
  MetadataFilter: MetadataFilter;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PathDirection: PathDirection;
  PathStep: ResolverTypeWrapper<WalkedStep>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SearchArm: SearchArm;
  SearchFilter: SearchFilter;
  SearchResult: ResolverTypeWrapper<FoundHits>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Answer: WrittenAnswer;
  String: Scalars['String']['output'];
  Boolean: Scalars['Boolean']['output'];
  AnswerEvent: WrittenEvent;
  ID: Scalars['ID']['output'];
  ArmScore: FusedShare;
  Int: Scalars['Int']['output'];
  Float: Scalars['Float']['output'];
  Chunk: Reference;
  Citation: Cited;
  DateTime: Scalars['DateTime']['output'];
  Degradation: Degraded;
  Entity: Reference;
  Explanation: Omit<Explanation, 'arms' | 'path'> & { arms: ReadonlyArray<ResolversParentTypes['ArmScore']>, path: ReadonlyArray<ResolversParentTypes['PathStep']> };
  Hit: FoundHit;
  JSONObject: Scalars['JSONObject']['output'];
  MetadataFilter: MetadataFilter;
  PageInfo: PageInfo;
  PathStep: WalkedStep;
  Query: Record<PropertyKey, never>;
  SearchFilter: SearchFilter;
  SearchResult: FoundHits;
  Subscription: Record<PropertyKey, never>;
};

export type AnswerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Answer'] = ResolversParentTypes['Answer']> = {
  citations?: Resolver<ReadonlyArray<ResolversTypes['Citation']>, ParentType, ContextType>;
  degraded?: Resolver<ReadonlyArray<ResolversTypes['Degradation']>, ParentType, ContextType>;
  generator?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  grounded?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hits?: Resolver<ReadonlyArray<ResolversTypes['Hit']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AnswerEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnswerEvent'] = ResolversParentTypes['AnswerEvent']> = {
  answer?: Resolver<Maybe<ResolversTypes['Answer']>, ParentType, ContextType>;
  delta?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  done?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ArmScoreResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ArmScore'] = ResolversParentTypes['ArmScore']> = {
  arm?: Resolver<ResolversTypes['SearchArm'], ParentType, ContextType>;
  rank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  share?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ChunkResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Chunk'] = ResolversParentTypes['Chunk'], FederationReferenceType extends FederationReferenceTypes['Chunk'] = FederationReferenceTypes['Chunk']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Chunk']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  similar?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Hit']>>, ParentType, ContextType, RequireFields<ChunkSimilarArgs, 'first'>>;
};

export type CitationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Citation'] = ResolversParentTypes['Citation']> = {
  chunk?: Resolver<ResolversTypes['Chunk'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  quote?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DegradationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Degradation'] = ResolversParentTypes['Degradation']> = {
  arm?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['DegradationKind'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type EntityResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Entity'] = ResolversParentTypes['Entity']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ExplanationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Explanation'] = ResolversParentTypes['Explanation']> = {
  arms?: Resolver<ReadonlyArray<ResolversTypes['ArmScore']>, ParentType, ContextType>;
  path?: Resolver<ReadonlyArray<ResolversTypes['PathStep']>, ParentType, ContextType>;
};

export type HitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Hit'] = ResolversParentTypes['Hit']> = {
  chunk?: Resolver<ResolversTypes['Chunk'], ParentType, ContextType>;
  explanation?: Resolver<ResolversTypes['Explanation'], ParentType, ContextType>;
  rank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export interface JsonObjectScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSONObject'], any> {
  name: 'JSONObject';
}

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PathStepResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PathStep'] = ResolversParentTypes['PathStep']> = {
  chunk?: Resolver<ResolversTypes['Chunk'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  direction?: Resolver<ResolversTypes['PathDirection'], ParentType, ContextType>;
  entity?: Resolver<ResolversTypes['Entity'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  answerEvent?: Resolver<Maybe<ResolversTypes['AnswerEvent']>, ParentType, ContextType, RequireFields<QueryAnswerEventArgs, 'id'>>;
  ask?: Resolver<ResolversTypes['Answer'], ParentType, ContextType, RequireFields<QueryAskArgs, 'question'>>;
  search?: Resolver<ResolversTypes['SearchResult'], ParentType, ContextType, RequireFields<QuerySearchArgs, 'first' | 'query'>>;
};

export type SearchResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchResult'] = ResolversParentTypes['SearchResult']> = {
  degraded?: Resolver<ReadonlyArray<ResolversTypes['Degradation']>, ParentType, ContextType>;
  hits?: Resolver<ReadonlyArray<ResolversTypes['Hit']>, ParentType, ContextType>;
  seeds?: Resolver<ReadonlyArray<ResolversTypes['Entity']>, ParentType, ContextType>;
  tookMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  answer?: SubscriptionResolver<ResolversTypes['AnswerEvent'], "answer", ParentType, ContextType, RequireFields<SubscriptionAnswerArgs, 'question'>>;
};

export type Resolvers<ContextType = Context> = {
  Answer?: AnswerResolvers<ContextType>;
  AnswerEvent?: AnswerEventResolvers<ContextType>;
  ArmScore?: ArmScoreResolvers<ContextType>;
  Chunk?: ChunkResolvers<ContextType>;
  Citation?: CitationResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Degradation?: DegradationResolvers<ContextType>;
  Entity?: EntityResolvers<ContextType>;
  Explanation?: ExplanationResolvers<ContextType>;
  Hit?: HitResolvers<ContextType>;
  JSONObject?: GraphQLScalarType;
  PageInfo?: PageInfoResolvers<ContextType>;
  PathStep?: PathStepResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  SearchResult?: SearchResultResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
};

