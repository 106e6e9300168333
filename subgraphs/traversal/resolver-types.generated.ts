import type { JsonObject } from '../../model/documents.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { EntityNode, EntityMention } from '../../stores/graph/statements/entities.ts';
import type { RelationshipNode } from '../../stores/graph/statements/relationships.ts';
import type { Degradation as Degraded } from '../../retrieval/hit.ts';
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

export type Chunk = {
  readonly __typename?: 'Chunk';
  /**
   * The entities that the chunk mentions, in the order of their first place in the text; null when the graph can't
   * be reached.
   */
  readonly entities: Maybe<ReadonlyArray<Entity>>;
  readonly id: Scalars['ID']['output'];
  /** The relationships that the chunk states, ordered by id; null when the graph can't be reached. */
  readonly relationships: Maybe<ReadonlyArray<Relationship>>;
};


export type ChunkEntitiesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type ChunkRelationshipsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
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

/** Which way a relationship points, seen from an entity. */
export type Direction =
  /** Either way. */
  | 'BOTH'
  /** From another entity to this one. */
  | 'INCOMING'
  /** From this entity to another. */
  | 'OUTGOING';

export type Document = {
  readonly __typename?: 'Document';
  /** The entities that the document mentions, the most mentioned first; null when the graph can't be reached. */
  readonly entities: Maybe<ReadonlyArray<Entity>>;
  readonly id: Scalars['ID']['output'];
};


export type DocumentEntitiesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

/**
 * Something that documents speak of: a person, a place, an organisation, a work, an idea. One per tenant, however
 * it is spelled. It exists as long as a document that you may read mentions it. To credentials that are bound to
 * collections all of it, names and counts included, is what chunks of these collections say, and nothing else.
 */
export type Entity = {
  readonly __typename?: 'Entity';
  /** Other spellings that were taken to mean it, in alphabetical order, at most 50. */
  readonly aliases: ReadonlyArray<Scalars['String']['output']>;
  /** How many relationships it takes part in. */
  readonly degree: Scalars['Int']['output'];
  /** A sentence about it, where a caller or a model gave one. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** Opaque and global; the same name in the same tenant always gives the same id. */
  readonly id: Scalars['ID']['output'];
  /** How many chunks mention it. */
  readonly mentionCount: Scalars['Int']['output'];
  /** The places where chunks name it, ordered by chunk id. */
  readonly mentions: MentionConnection;
  /** The preferred spelling: the tenant's, or that of a chunk in the collections that you are bound to. */
  readonly name: Scalars['String']['output'];
  /**
   * Entities that relationships reach from here, nearest first, then by id. The walk looks at no more than 2,000
   * relationships, so a very busy neighbourhood is cut.
   */
  readonly neighbors: ReadonlyArray<Entity>;
  /** Its relationships, ordered by type and then by id. */
  readonly relationships: RelationshipConnection;
  /** Every spelling of it with the reason why it was taken to mean it, in alphabetical order, at most 50. */
  readonly spellings: ReadonlyArray<Spelling>;
  /**
   * What kind of thing it is, in upper case: `PERSON`, `ORGANIZATION`, `PLACE`, `WORK`, `DATE`, …; `THING` where no
   * cue was found; `VALUE` for the end of a triple that nothing names as an entity, which searches do not walk through.
   * Callers and models may bring types of their own.
   */
  readonly type: Scalars['String']['output'];
};


/**
 * Something that documents speak of: a person, a place, an organisation, a work, an idea. One per tenant, however
 * it is spelled. It exists as long as a document that you may read mentions it. To credentials that are bound to
 * collections all of it, names and counts included, is what chunks of these collections say, and nothing else.
 */
export type EntityMentionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/**
 * Something that documents speak of: a person, a place, an organisation, a work, an idea. One per tenant, however
 * it is spelled. It exists as long as a document that you may read mentions it. To credentials that are bound to
 * collections all of it, names and counts included, is what chunks of these collections say, and nothing else.
 */
export type EntityNeighborsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  hops?: InputMaybe<Scalars['Int']['input']>;
};


/**
 * Something that documents speak of: a person, a place, an organisation, a work, an idea. One per tenant, however
 * it is spelled. It exists as long as a document that you may read mentions it. To credentials that are bound to
 * collections all of it, names and counts included, is what chunks of these collections say, and nothing else.
 */
export type EntityRelationshipsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  direction?: InputMaybe<Direction>;
  first?: InputMaybe<Scalars['Int']['input']>;
  types?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** A page of entities. */
export type EntityConnection = {
  readonly __typename?: 'EntityConnection';
  /** Whether a standby answered in place of the graph's own server, and what that means. Empty when all is well. */
  readonly degraded: ReadonlyArray<Degradation>;
  /** The entities with their cursors. */
  readonly edges: ReadonlyArray<EntityEdge>;
  /** The entities alone. */
  readonly nodes: ReadonlyArray<Entity>;
  /** Where this page ends. */
  readonly pageInfo: PageInfo;
};

/** An entity in a page. */
export type EntityEdge = {
  readonly __typename?: 'EntityEdge';
  /** Give it as `after` to start behind this entity. */
  readonly cursor: Scalars['String']['output'];
  /** The entity. */
  readonly node: Entity;
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

/** A chunk that names an entity, with the places where it does. */
export type Mention = {
  readonly __typename?: 'Mention';
  /** The chunk. */
  readonly chunk: Chunk;
  /** The places, in order, at most 20. Empty where the chunk is about the entity without naming it. */
  readonly places: ReadonlyArray<MentionPlace>;
};

/** A page of mentions. */
export type MentionConnection = {
  readonly __typename?: 'MentionConnection';
  /** The mentions with their cursors. */
  readonly edges: ReadonlyArray<MentionEdge>;
  /** The mentions alone. */
  readonly nodes: ReadonlyArray<Mention>;
  /** Where this page ends. */
  readonly pageInfo: PageInfo;
};

/** A mention in a page. */
export type MentionEdge = {
  readonly __typename?: 'MentionEdge';
  /** Give it as `after` to start behind this mention. */
  readonly cursor: Scalars['String']['output'];
  /** The mention. */
  readonly node: Mention;
};

/** One place in a chunk's text: `chunk.text.slice(start, end) === text`. */
export type MentionPlace = {
  readonly __typename?: 'MentionPlace';
  /** Behind the last UTF-16 code unit. */
  readonly end: Scalars['Int']['output'];
  /** Why this spelling means the entity. */
  readonly reason: ResolutionReason;
  /** First UTF-16 code unit, from 0. */
  readonly start: Scalars['Int']['output'];
  /** The spelling found there. */
  readonly text: Scalars['String']['output'];
};

/** A part of the graph around some entities, ready to draw: every relationship's ends are among the entities. */
export type Neighborhood = {
  readonly __typename?: 'Neighborhood';
  /** Whether a standby answered in place of the graph's own server, and what that means. Empty when all is well. */
  readonly degraded: ReadonlyArray<Degradation>;
  /** The entities, the asked ones first. */
  readonly entities: ReadonlyArray<Entity>;
  /** The relationships among them. */
  readonly relationships: ReadonlyArray<Relationship>;
  /** Whether `limit` cut the picture. */
  readonly truncated: Scalars['Boolean']['output'];
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

/** A shortest way from one entity to another. */
export type Path = {
  readonly __typename?: 'Path';
  /** Whether a standby answered in place of the graph's own server, and what that means. Empty when all is well. */
  readonly degraded: ReadonlyArray<Degradation>;
  /** The entities on the way, both ends included. */
  readonly entities: ReadonlyArray<Entity>;
  /** The number of relationships. */
  readonly length: Scalars['Int']['output'];
  /**
   * The relationships between them, one fewer than the entities. Each joins two neighbours of `entities`, in either
   * direction, and brings its own `evidence`.
   */
  readonly relationships: ReadonlyArray<Relationship>;
};

export type Query = {
  readonly __typename?: 'Query';
  /**
   * Entities by name, type and collection; all of them, ordered by id, where nothing is asked. Needs
   * `graph:read`.
   */
  readonly entities: EntityConnection;
  /** One entity, or null when there is none with this id. Needs `graph:read`. */
  readonly entity: Maybe<Entity>;
  /**
   * The entities and relationships around some entities. Needs `graph:read`. Counts as 20 of the 200 units of searching that one operation
   * may ask for.
   */
  readonly neighborhood: Neighborhood;
  /**
   * A shortest path between two entities over relationships in either direction, or null when there is none within
   * `maxHops`. It goes along relationships that you may read, and those alone count. Where both ends lead to more than 20,000 relationships at once it is not searched further, and refused
   * with `QUERY_TOO_COMPLEX`: null always means that there is none. Needs `graph:read`. Counts as 20 of the 200 units of
   * searching that one operation may ask for.
   */
  readonly path: Maybe<Path>;
};


export type QueryEntitiesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  collection?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  type?: InputMaybe<Scalars['String']['input']>;
};


export type QueryEntityArgs = {
  id: Scalars['ID']['input'];
};


export type QueryNeighborhoodArgs = {
  entities: ReadonlyArray<Scalars['ID']['input']>;
  hops?: InputMaybe<Scalars['Int']['input']>;
  limit?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryPathArgs = {
  from: Scalars['ID']['input'];
  maxHops?: InputMaybe<Scalars['Int']['input']>;
  to: Scalars['ID']['input'];
};

/**
 * A directed statement between two entities, held up by the chunks that state it. To credentials that are bound to
 * collections it is there where one of their chunks states it, and weight, sentence and evidence are of these alone.
 */
export type Relationship = {
  readonly __typename?: 'Relationship';
  /** A sentence that states it, as written in one of the documents. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** The chunks that state it, ordered by id. */
  readonly evidence: ReadonlyArray<Chunk>;
  /** Opaque and global; the same source, type and target always give the same id. */
  readonly id: Scalars['ID']['output'];
  /** Where it starts. */
  readonly source: Entity;
  /** Where it ends. */
  readonly target: Entity;
  /** What it says, in upper snake case: `BORN_IN`, `FOUNDED`; `RELATED_TO` where no verb phrase was found. */
  readonly type: Scalars['String']['output'];
  /** How many chunks state it. */
  readonly weight: Scalars['Float']['output'];
};


/**
 * A directed statement between two entities, held up by the chunks that state it. To credentials that are bound to
 * collections it is there where one of their chunks states it, and weight, sentence and evidence are of these alone.
 */
export type RelationshipEvidenceArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of relationships. */
export type RelationshipConnection = {
  readonly __typename?: 'RelationshipConnection';
  /** The relationships with their cursors. */
  readonly edges: ReadonlyArray<RelationshipEdge>;
  /** The relationships alone. */
  readonly nodes: ReadonlyArray<Relationship>;
  /** Where this page ends. */
  readonly pageInfo: PageInfo;
};

/** A relationship in a page. */
export type RelationshipEdge = {
  readonly __typename?: 'RelationshipEdge';
  /** Give it as `after` to start behind this relationship. */
  readonly cursor: Scalars['String']['output'];
  /** The relationship. */
  readonly node: Relationship;
};

/** Why a spelling was taken to mean its entity. */
export type ResolutionReason =
  /** It is an acronym that a document spells out. */
  | 'ACRONYM'
  /** The caller declared it as an alias. */
  | 'DECLARED_ALIAS'
  /** It is the title of a document. */
  | 'DOCUMENT_TITLE'
  /** A language model took it so. */
  | 'EXTRACTED'
  /** The same name but for case, punctuation and accents. */
  | 'SAME_NAME'
  /** It is part of a full name that the same document gives, such as a surname. */
  | 'SHORT_FORM'
  /** It is a document's title without the qualifier in parentheses. */
  | 'TITLE_WITHOUT_QUALIFIER';

/** A spelling of an entity, and why it was taken to mean that entity. */
export type Spelling = {
  readonly __typename?: 'Spelling';
  /** Why it was resolved to the entity; a document that you may read says so. */
  readonly reason: ResolutionReason;
  /** The spelling. */
  readonly text: Scalars['String']['output'];
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
  Document: Document;
  Entity: Entity;
  Relationship: Relationship;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Chunk:
    ( { __typename: 'Chunk' }
    & GraphQLRecursivePick<FederationTypes['Chunk'], {"id":true}> );
  Document:
    ( { __typename: 'Document' }
    & GraphQLRecursivePick<FederationTypes['Document'], {"id":true}> );
  Entity:
    ( { __typename: 'Entity' }
    & GraphQLRecursivePick<FederationTypes['Entity'], {"id":true}> );
  Relationship:
    ( { __typename: 'Relationship' }
    & GraphQLRecursivePick<FederationTypes['Relationship'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Chunk: ResolverTypeWrapper<Reference>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Degradation: ResolverTypeWrapper<Degraded>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  DegradationKind: DegradationKind;
  Direction: Direction;
  Document: ResolverTypeWrapper<Reference>;
  Entity: ResolverTypeWrapper<EntityNode>;
  EntityConnection: ResolverTypeWrapper<Omit<EntityConnection, 'degraded' | 'edges' | 'nodes'> & { degraded: ReadonlyArray<ResolversTypes['Degradation']>, edges: ReadonlyArray<ResolversTypes['EntityEdge']>, nodes: ReadonlyArray<ResolversTypes['Entity']> }>;
  EntityEdge: ResolverTypeWrapper<Omit<EntityEdge, 'node'> & { node: ResolversTypes['Entity'] }>;
  IngestionStep: IngestionStep;
  JSONObject: ResolverTypeWrapper<Scalars['JSONObject']['output']>;
  Mention: ResolverTypeWrapper<EntityMention>;
  MentionConnection: ResolverTypeWrapper<Omit<MentionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['MentionEdge']>, nodes: ReadonlyArray<ResolversTypes['Mention']> }>;
  MentionEdge: ResolverTypeWrapper<Omit<MentionEdge, 'node'> & { node: ResolversTypes['Mention'] }>;
  MentionPlace: ResolverTypeWrapper<MentionPlace>;
  Neighborhood: ResolverTypeWrapper<Omit<Neighborhood, 'degraded' | 'entities' | 'relationships'> & { degraded: ReadonlyArray<ResolversTypes['Degradation']>, entities: ReadonlyArray<ResolversTypes['Entity']>, relationships: ReadonlyArray<ResolversTypes['Relationship']> }>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Path: ResolverTypeWrapper<Omit<Path, 'degraded' | 'entities' | 'relationships'> & { degraded: ReadonlyArray<ResolversTypes['Degradation']>, entities: ReadonlyArray<ResolversTypes['Entity']>, relationships: ReadonlyArray<ResolversTypes['Relationship']> }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Relationship: ResolverTypeWrapper<RelationshipNode>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  RelationshipConnection: ResolverTypeWrapper<Omit<RelationshipConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['RelationshipEdge']>, nodes: ReadonlyArray<ResolversTypes['Relationship']> }>;
  RelationshipEdge: ResolverTypeWrapper<Omit<RelationshipEdge, 'node'> & { node: ResolversTypes['Relationship'] }>;
  ResolutionReason: ResolutionReason;
  Spelling: ResolverTypeWrapper<Spelling>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Chunk: Reference;
  Int: Scalars['Int']['output'];
  ID: Scalars['ID']['output'];
  DateTime: Scalars['DateTime']['output'];
  Degradation: Degraded;
  String: Scalars['String']['output'];
  Document: Reference;
  Entity: EntityNode;
  EntityConnection: Omit<EntityConnection, 'degraded' | 'edges' | 'nodes'> & { degraded: ReadonlyArray<ResolversParentTypes['Degradation']>, edges: ReadonlyArray<ResolversParentTypes['EntityEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Entity']> };
  EntityEdge: Omit<EntityEdge, 'node'> & { node: ResolversParentTypes['Entity'] };
  JSONObject: Scalars['JSONObject']['output'];
  Mention: EntityMention;
  MentionConnection: Omit<MentionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['MentionEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Mention']> };
  MentionEdge: Omit<MentionEdge, 'node'> & { node: ResolversParentTypes['Mention'] };
  MentionPlace: MentionPlace;
  Neighborhood: Omit<Neighborhood, 'degraded' | 'entities' | 'relationships'> & { degraded: ReadonlyArray<ResolversParentTypes['Degradation']>, entities: ReadonlyArray<ResolversParentTypes['Entity']>, relationships: ReadonlyArray<ResolversParentTypes['Relationship']> };
  Boolean: Scalars['Boolean']['output'];
  PageInfo: PageInfo;
  Path: Omit<Path, 'degraded' | 'entities' | 'relationships'> & { degraded: ReadonlyArray<ResolversParentTypes['Degradation']>, entities: ReadonlyArray<ResolversParentTypes['Entity']>, relationships: ReadonlyArray<ResolversParentTypes['Relationship']> };
  Query: Record<PropertyKey, never>;
  Relationship: RelationshipNode;
  Float: Scalars['Float']['output'];
  RelationshipConnection: Omit<RelationshipConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['RelationshipEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Relationship']> };
  RelationshipEdge: Omit<RelationshipEdge, 'node'> & { node: ResolversParentTypes['Relationship'] };
  Spelling: Spelling;
};

export type ChunkResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Chunk'] = ResolversParentTypes['Chunk'], FederationReferenceType extends FederationReferenceTypes['Chunk'] = FederationReferenceTypes['Chunk']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Chunk']> | FederationReferenceType, FederationReferenceType, ContextType>;
  entities?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Entity']>>, ParentType, ContextType, RequireFields<ChunkEntitiesArgs, 'first'>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  relationships?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Relationship']>>, ParentType, ContextType, RequireFields<ChunkRelationshipsArgs, 'first'>>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DegradationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Degradation'] = ResolversParentTypes['Degradation']> = {
  arm?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['DegradationKind'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DocumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Document'] = ResolversParentTypes['Document'], FederationReferenceType extends FederationReferenceTypes['Document'] = FederationReferenceTypes['Document']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Document']> | FederationReferenceType, FederationReferenceType, ContextType>;
  entities?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Entity']>>, ParentType, ContextType, RequireFields<DocumentEntitiesArgs, 'first'>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type EntityResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Entity'] = ResolversParentTypes['Entity'], FederationReferenceType extends FederationReferenceTypes['Entity'] = FederationReferenceTypes['Entity']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Entity']> | FederationReferenceType, FederationReferenceType, ContextType>;
  aliases?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  degree?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  mentionCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mentions?: Resolver<ResolversTypes['MentionConnection'], ParentType, ContextType, RequireFields<EntityMentionsArgs, 'first'>>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  neighbors?: Resolver<ReadonlyArray<ResolversTypes['Entity']>, ParentType, ContextType, RequireFields<EntityNeighborsArgs, 'first' | 'hops'>>;
  relationships?: Resolver<ResolversTypes['RelationshipConnection'], ParentType, ContextType, RequireFields<EntityRelationshipsArgs, 'direction' | 'first'>>;
  spellings?: Resolver<ReadonlyArray<ResolversTypes['Spelling']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type EntityConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EntityConnection'] = ResolversParentTypes['EntityConnection']> = {
  degraded?: Resolver<ReadonlyArray<ResolversTypes['Degradation']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['EntityEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Entity']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type EntityEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EntityEdge'] = ResolversParentTypes['EntityEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Entity'], ParentType, ContextType>;
};

export interface JsonObjectScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSONObject'], any> {
  name: 'JSONObject';
}

export type MentionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mention'] = ResolversParentTypes['Mention']> = {
  chunk?: Resolver<ResolversTypes['Chunk'], ParentType, ContextType>;
  places?: Resolver<ReadonlyArray<ResolversTypes['MentionPlace']>, ParentType, ContextType>;
};

export type MentionConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MentionConnection'] = ResolversParentTypes['MentionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['MentionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Mention']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MentionEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MentionEdge'] = ResolversParentTypes['MentionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Mention'], ParentType, ContextType>;
};

export type MentionPlaceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MentionPlace'] = ResolversParentTypes['MentionPlace']> = {
  end?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['ResolutionReason'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type NeighborhoodResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Neighborhood'] = ResolversParentTypes['Neighborhood']> = {
  degraded?: Resolver<ReadonlyArray<ResolversTypes['Degradation']>, ParentType, ContextType>;
  entities?: Resolver<ReadonlyArray<ResolversTypes['Entity']>, ParentType, ContextType>;
  relationships?: Resolver<ReadonlyArray<ResolversTypes['Relationship']>, ParentType, ContextType>;
  truncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PathResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Path'] = ResolversParentTypes['Path']> = {
  degraded?: Resolver<ReadonlyArray<ResolversTypes['Degradation']>, ParentType, ContextType>;
  entities?: Resolver<ReadonlyArray<ResolversTypes['Entity']>, ParentType, ContextType>;
  length?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  relationships?: Resolver<ReadonlyArray<ResolversTypes['Relationship']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  entities?: Resolver<ResolversTypes['EntityConnection'], ParentType, ContextType, RequireFields<QueryEntitiesArgs, 'first'>>;
  entity?: Resolver<Maybe<ResolversTypes['Entity']>, ParentType, ContextType, RequireFields<QueryEntityArgs, 'id'>>;
  neighborhood?: Resolver<ResolversTypes['Neighborhood'], ParentType, ContextType, RequireFields<QueryNeighborhoodArgs, 'entities' | 'hops' | 'limit'>>;
  path?: Resolver<Maybe<ResolversTypes['Path']>, ParentType, ContextType, RequireFields<QueryPathArgs, 'from' | 'maxHops' | 'to'>>;
};

export type RelationshipResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Relationship'] = ResolversParentTypes['Relationship'], FederationReferenceType extends FederationReferenceTypes['Relationship'] = FederationReferenceTypes['Relationship']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Relationship']> | FederationReferenceType, FederationReferenceType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  evidence?: Resolver<ReadonlyArray<ResolversTypes['Chunk']>, ParentType, ContextType, RequireFields<RelationshipEvidenceArgs, 'first'>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Entity'], ParentType, ContextType>;
  target?: Resolver<ResolversTypes['Entity'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  weight?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type RelationshipConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RelationshipConnection'] = ResolversParentTypes['RelationshipConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['RelationshipEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Relationship']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RelationshipEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RelationshipEdge'] = ResolversParentTypes['RelationshipEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Relationship'], ParentType, ContextType>;
};

export type SpellingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Spelling'] = ResolversParentTypes['Spelling']> = {
  reason?: Resolver<ResolversTypes['ResolutionReason'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Chunk?: ChunkResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Degradation?: DegradationResolvers<ContextType>;
  Document?: DocumentResolvers<ContextType>;
  Entity?: EntityResolvers<ContextType>;
  EntityConnection?: EntityConnectionResolvers<ContextType>;
  EntityEdge?: EntityEdgeResolvers<ContextType>;
  JSONObject?: GraphQLScalarType;
  Mention?: MentionResolvers<ContextType>;
  MentionConnection?: MentionConnectionResolvers<ContextType>;
  MentionEdge?: MentionEdgeResolvers<ContextType>;
  MentionPlace?: MentionPlaceResolvers<ContextType>;
  Neighborhood?: NeighborhoodResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Path?: PathResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Relationship?: RelationshipResolvers<ContextType>;
  RelationshipConnection?: RelationshipConnectionResolvers<ContextType>;
  RelationshipEdge?: RelationshipEdgeResolvers<ContextType>;
  Spelling?: SpellingResolvers<ContextType>;
};

