/**
 * Every statement that Trellis speaks, with sample parameters, in every form that its text takes. The types ask for an
 * entry for each exported function, so a new statement cannot be forgotten.
 */

import { DEFAULT_GENERALISATION, sameRules } from '../../../../model/personal-data.ts';
import type { Statement } from '../../../../stores/graph/graph-store.ts';
import * as apiKeys from '../../../../stores/graph/statements/api-keys.ts';
import * as archives from '../../../../stores/graph/statements/archives.ts';
import * as audit from '../../../../stores/graph/statements/audit.ts';
import * as chunks from '../../../../stores/graph/statements/chunks.ts';
import * as collections from '../../../../stores/graph/statements/collections.ts';
import * as consistency from '../../../../stores/graph/statements/consistency.ts';
import * as deadLetters from '../../../../stores/graph/statements/dead-letters.ts';
import * as documents from '../../../../stores/graph/statements/documents.ts';
import * as entities from '../../../../stores/graph/statements/entities.ts';
import * as entitiesWithin from '../../../../stores/graph/statements/entities-within.ts';
import * as expansion from '../../../../stores/graph/statements/expansion.ts';
import * as indexMirror from '../../../../stores/graph/statements/index-mirror.ts';
import * as jobs from '../../../../stores/graph/statements/jobs.ts';
import * as knowledge from '../../../../stores/graph/statements/knowledge.ts';
import * as leases from '../../../../stores/graph/statements/leases.ts';
import * as migrations from '../../../../stores/graph/statements/migrations.ts';
import * as passages from '../../../../stores/graph/statements/passages.ts';
import * as privacy from '../../../../stores/graph/statements/privacy.ts';
import * as treatments from '../../../../stores/graph/statements/privacy-treatments.ts';
import * as recovery from '../../../../stores/graph/statements/recovery.ts';
import * as reembedding from '../../../../stores/graph/statements/reembedding.ts';
import * as relationships from '../../../../stores/graph/statements/relationships.ts';
import * as relationshipsWithin from '../../../../stores/graph/statements/relationships-within.ts';
import * as removals from '../../../../stores/graph/statements/removals.ts';
import * as restores from '../../../../stores/graph/statements/restores.ts';
import * as retention from '../../../../stores/graph/statements/retention.ts';
import * as roles from '../../../../stores/graph/statements/roles.ts';
import * as searchScope from '../../../../stores/graph/statements/search-scope.ts';
import * as serving from '../../../../stores/graph/statements/serving.ts';
import * as sessions from '../../../../stores/graph/statements/sessions.ts';
import * as standby from '../../../../stores/graph/statements/standby.ts';
import * as submissions from '../../../../stores/graph/statements/submissions.ts';
import * as support from '../../../../stores/graph/statements/support.ts';
import * as transfer from '../../../../stores/graph/statements/transfer.ts';
import * as users from '../../../../stores/graph/statements/users.ts';

type Spoken = readonly Statement<unknown>[];
type Catalogue<Module> = {
  readonly [Name in keyof Module as Module[Name] extends (...given: never[]) => unknown
    ? Name
    : never]: Spoken;
};

const T = 'acme';
const NOW = '2026-01-02T03:04:05.000Z';
const IDS = ['acme:1', 'acme:2'];
const ID = 'acme:1';

const KEY = {
  id: ID,
  tenant: T,
  name: 'ci',
  kind: 'LIVE',
  scopes: ['documents:read'],
  collections: null,
  limits: { requestsPerMinute: 60, costPerMinute: null },
  createdAt: NOW,
  createdBy: 'ada',
  expiresAt: null,
  lastUsedAt: null,
  rotatedAt: null,
  previousUntil: null,
  revokedAt: null,
  hash: 'h',
  previousHash: null,
  madeWith: 's',
} as const;

const API_KEYS: Catalogue<typeof apiKeys> = {
  createApiKey: [apiKeys.createApiKey(KEY)],
  apiKeysByIds: [apiKeys.apiKeysByIds(T, IDS)],
  apiKeysToCheck: [apiKeys.apiKeysToCheck(IDS)],
  apiKeysListed: [apiKeys.apiKeysListed(T, '', 10)],
  apiKeyCount: [apiKeys.apiKeyCount(T)],
  rotateApiKey: [
    apiKeys.rotateApiKey(T, ID, { hash: 'h', madeWith: 's', rotatedAt: NOW, previousUntil: NOW }),
  ],
  revokeApiKey: [apiKeys.revokeApiKey(T, ID, NOW)],
  noteKeyUses: [apiKeys.noteKeyUses([{ id: ID, at: NOW }])],
};

const ENTRY = {
  id: ID,
  at: NOW,
  segment: 's',
  sequence: 1,
  previous: 'p',
  hash: 'h',
  tenant: T,
  actor: 'ada',
  apiKey: null,
  address: '::1',
  action: 'Mutation.createCollection',
  targets: ['papers'],
  outcome: 'DONE',
  code: null,
  detail: null,
  requestId: 'r',
  count: 1,
} as const;
const AUDIT_LISTING = {
  buckets: ['2026-01-02 acme'],
  after: NOW,
  before: '',
  actor: null,
  apiKey: null,
  action: null,
  outcome: null,
  limit: 10,
} as const;

const AUDIT: Omit<Catalogue<typeof audit>, 'bucketOf'> = {
  appendEntries: audit.appendEntries(
    { id: 's', startedAt: NOW, links: [], sequence: 1, hash: 'h', prunedTo: 0, prunedHash: null },
    [ENTRY],
  ),
  auditListed: [
    audit.auditListed(AUDIT_LISTING),
    audit.auditListed({
      ...AUDIT_LISTING,
      before: NOW,
      actor: 'ada',
      apiKey: ID,
      action: 'authenticate',
      outcome: 'REFUSED',
    }),
  ],
  auditSegment: [audit.auditSegment('s1')],
  auditSegments: [audit.auditSegments('', 10)],
  latestSegments: [audit.latestSegments(10)],
  entriesOfSegment: [audit.entriesOfSegment('s', 0, 10)],
  pruneEntries: audit.pruneEntries('s', { sequence: 1, hash: 'h' }),
};

const CHUNKS: Catalogue<typeof chunks> = {
  chunksByIds: [chunks.chunksByIds(T, IDS)],
  chunksOfDocuments: [chunks.chunksOfDocuments(T, IDS, { after: -1, limit: 10 })],
  chunkDigests: [chunks.chunkDigests(IDS)],
  putChunks: [
    chunks.putChunks([
      {
        id: ID,
        tenant: T,
        collectionId: ID,
        documentId: ID,
        index: 0,
        text: 'text',
        start: 0,
        end: 4,
        headings: ['one'],
        page: null,
        digest: 'd',
        base: null,
      },
    ]),
  ],
  deleteChunks: [chunks.deleteChunks(IDS)],
};

const COLLECTIONS: Catalogue<typeof collections> = {
  collectionsByIds: [collections.collectionsByIds(T, IDS)],
  collectionsListed: [
    collections.collectionsListed(T, '', 10),
    collections.collectionsListed(T, '', 10, IDS),
  ],
  createCollection: [
    collections.createCollection({ id: ID, tenant: T, name: 'papers', description: null, createdAt: NOW }),
  ],
  claimCollection: [
    collections.claimCollection(
      { id: ID, tenant: T, name: 'papers', description: null, createdAt: NOW },
      'claim',
    ),
  ],
  documentCounts: [collections.documentCounts(T, IDS)],
};

const DOCUMENT = {
  id: ID,
  tenant: T,
  collectionId: ID,
  key: null,
  title: 'title',
  mediaType: 'text/plain',
  metadata: { year: 2026 },
  status: 'READY',
  contentHash: 'c',
  createdAt: NOW,
  updatedAt: NOW,
} as const;
const LISTING = {
  tenant: T,
  collectionId: null,
  within: null,
  status: null,
  mediaTypes: null,
  updatedAfter: '',
  updatedBefore: null,
  after: '',
  limit: 10,
} as const;

const DOCUMENTS: Catalogue<typeof documents> = {
  documentsByIds: [documents.documentsByIds(T, IDS)],
  documentsListed: [
    documents.documentsListed(LISTING),
    documents.documentsListed({ ...LISTING, collectionId: ID, status: 'READY' }),
    documents.documentsListed({ ...LISTING, within: IDS }),
    documents.documentsListed({ ...LISTING, mediaTypes: ['text/plain'], updatedBefore: NOW }),
  ],
  documentIdsListed: [
    documents.documentIdsListed({ tenant: T, collectionId: null, after: '', limit: 10 }),
    documents.documentIdsListed({ tenant: T, collectionId: ID, after: '', limit: 10 }),
  ],
  documentsReady: [documents.documentsReady(IDS)],
  createDocuments: [documents.createDocuments([DOCUMENT])],
  putDocuments: [documents.putDocuments([{ ...DOCUMENT, textHash: 't', versionHash: 'v' }])],
  failDocuments: [documents.failDocuments(IDS, NOW)],
  beginDocuments: [documents.beginDocuments(IDS)],
  appliedSubmissions: [documents.appliedSubmissions(IDS)],
  noteApplied: [documents.noteApplied([{ documentId: ID, sequence: 1, knowledge: null, submittedAt: NOW }])],
  knowledgeGiven: [documents.knowledgeGiven(IDS)],
  deleteDocuments: [documents.deleteDocuments(IDS)],
  contentsInUse: documents.contentsInUse(T, ['c']),
  documentsWithContent: documents.documentsWithContent(T, 'c'),
};

const ENTITY_LISTING = { tenant: T, type: null, collectionId: null, after: '', limit: 10 } as const;

const ENTITIES: Catalogue<typeof entities> = {
  entitiesByIds: [entities.entitiesByIds(T, IDS)],
  entitiesListed: [
    entities.entitiesListed(ENTITY_LISTING),
    entities.entitiesListed({ ...ENTITY_LISTING, type: 'PERSON', collectionId: ID }),
  ],
  entitiesNamed: [entities.entitiesNamed(T, IDS)],
  spellingsOf: [entities.spellingsOf(T, IDS)],
  degreesOf: [entities.degreesOf(T, IDS)],
  mentionCountsOf: [entities.mentionCountsOf(T, IDS)],
  entitiesOfChunks: [entities.entitiesOfChunks(T, IDS)],
  entitiesOfDocuments: [entities.entitiesOfDocuments(T, IDS, 10)],
  mentionsOf: [entities.mentionsOf(T, IDS, { after: '', limit: 10 })],
};

const READER = { tenant: T, within: IDS } as const;

const ENTITIES_WITHIN: Catalogue<typeof entitiesWithin> = {
  entitiesByIdsWithin: [entitiesWithin.entitiesByIdsWithin(READER, IDS)],
  entitiesListedWithin: [
    entitiesWithin.entitiesListedWithin(READER, ENTITY_LISTING),
    entitiesWithin.entitiesListedWithin(READER, { ...ENTITY_LISTING, type: 'PERSON', collectionId: ID }),
  ],
  entitiesNamedWithin: [
    entitiesWithin.entitiesNamedWithin(READER, IDS),
    entitiesWithin.entitiesNamedWithin(READER, IDS, ID),
  ],
  spellingsOfWithin: [entitiesWithin.spellingsOfWithin(READER, IDS)],
  degreesOfWithin: [entitiesWithin.degreesOfWithin(READER, IDS)],
  mentionCountsOfWithin: [entitiesWithin.mentionCountsOfWithin(READER, IDS)],
  entitiesOfChunksWithin: [entitiesWithin.entitiesOfChunksWithin(READER, IDS)],
  entitiesOfDocumentsWithin: [entitiesWithin.entitiesOfDocumentsWithin(READER, IDS, 10)],
  mentionsOfWithin: [entitiesWithin.mentionsOfWithin(READER, IDS, { after: '', limit: 10 })],
};

const EXPANSION: Catalogue<typeof expansion> = {
  entitiesSpelled: [
    expansion.entitiesSpelled(T, IDS, { limit: 10, within: null }),
    expansion.entitiesSpelled(T, IDS, { limit: 10, within: IDS }),
  ],
  chunksMentioning: [
    expansion.chunksMentioning({ tenant: T, collectionIds: null, limit: 10 }, IDS),
    expansion.chunksMentioning({ tenant: T, collectionIds: IDS, limit: 10 }, IDS),
  ],
  mentionsOfChunks: [
    expansion.mentionsOfChunks(T, IDS, { keep: IDS, within: null }),
    expansion.mentionsOfChunks(T, IDS, { keep: IDS, within: IDS }),
  ],
};

const JOBS: Catalogue<typeof jobs> = {
  jobsByIds: [jobs.jobsByIds(T, IDS)],
  jobById: [jobs.jobById(ID)],
  unfinishedJobs: [jobs.unfinishedJobs(NOW, 10)],
  createJob: [
    jobs.createJob({
      id: ID,
      tenant: T,
      collectionId: ID,
      state: 'QUEUED',
      total: 1,
      batches: 1,
      done: 0,
      failed: 0,
      chunks: 0,
      entities: 0,
      createdAt: NOW,
      finishedAt: null,
      open: true,
    }),
  ],
  growJob: [jobs.growJob({ jobId: ID, more: 1, batches: 1, grownAt: NOW })],
  setJobState: [jobs.setJobState(ID, 'RUNNING', null)],
  sealJobs: [jobs.sealJobs(IDS)],
  finishJob: [jobs.finishJob(ID, NOW)],
  addFindings: [jobs.addFindings(ID, { chunks: 1, entities: 1 })],
};

const SUBMISSIONS: Catalogue<typeof submissions> = {
  createSubmissions: [
    submissions.createSubmissions([
      {
        id: ID,
        tenant: T,
        jobId: ID,
        batch: ID,
        position: 0,
        documentId: ID,
        collectionId: ID,
        key: null,
        title: null,
        mediaType: 'text/plain',
        metadata: '{}',
        knowledge: null,
        contentHash: 'c',
        versionHash: 'v',
        submittedAt: NOW,
        sealedWith: null,
        sealedUnder: null,
        archiveId: null,
        movedFrom: null,
        movedVersion: null,
      },
    ]),
  ],
  documentsSubmitted: [submissions.documentsSubmitted(IDS)],
  renameSubmissions: [submissions.renameSubmissions([{ from: ID, to: 'acme:2' }])],
  carrySubmissionCounts: [submissions.carrySubmissionCounts([{ from: ID, to: 'acme:2' }])],
  submissionsOfBatch: [submissions.submissionsOfBatch(ID)],
  submissionsWaiting: [submissions.submissionsWaiting(IDS)],
  submissionsOfDocuments: [submissions.submissionsOfDocuments(IDS)],
  settleSubmissions: submissions.settleSubmissions(IDS),
  deleteSubmissionsOfDocuments: submissions.deleteSubmissionsOfDocuments(IDS),
  waitingBatchesOfJob: [submissions.waitingBatchesOfJob(ID, 10)],
  contentsOfDocuments: [submissions.contentsOfDocuments(IDS)],
  contentsWaitingOfJob: [submissions.contentsWaitingOfJob(ID)],
  takeBackWaitingOfJob: submissions.takeBackWaitingOfJob(ID),
  failSubmissions: submissions.failSubmissions(
    [{ id: ID, step: 'PARSE', code: 'INTERNAL', message: 'm' }],
    NOW,
  ),
  failuresOfJobs: [submissions.failuresOfJobs(T, IDS, 10)],
};

const KNOWLEDGE: Catalogue<typeof knowledge> = {
  putEntities: knowledge.putEntities(T, [
    { id: ID, key: 'ada', name: 'Ada', type: 'PERSON', description: 'A countess.' },
  ]),
  putNames: knowledge.putNames(T, [{ id: ID, key: 'ada', text: 'Ada', entityId: ID, reason: 'EXACT' }]),
  createMentions: [
    knowledge.createMentions([
      {
        chunkId: ID,
        mentions: [
          {
            entityId: ID,
            about: true,
            type: 'PERSON',
            description: null,
            value: false,
            places: '[["Ada",0,3,"EXACT"]]',
            unplaced: '[["Ada, Countess of Lovelace","SAME_NAME"]]',
            keys: ['ada'],
          },
        ],
      },
    ]),
  ],
  putRelationships: knowledge.putRelationships(T, [
    { id: ID, sourceId: ID, targetId: 'acme:2', type: 'KNOWS', description: null },
  ]),
  createEvidence: [
    knowledge.createEvidence([{ chunkId: ID, relationships: [{ id: ID, description: 'Ada knew him.' }] }]),
  ],
  indexState: [knowledge.indexState()],
  setIndexState: [knowledge.setIndexState(1)],
};

const LEASES: Catalogue<typeof leases> = {
  takeLease: [leases.takeLease(ID, 'h', null)],
  renewLease: [leases.renewLease(ID, 1)],
  releaseLease: [leases.releaseLease(ID, 1)],
  fenceLease: [
    leases.fenceLease(ID, 1, () => {
      throw new Error('lost');
    }),
  ],
};

const SUPPORT: Catalogue<typeof support> = {
  entitiesMentionedBy: [support.entitiesMentionedBy(IDS)],
  relationshipsStatedBy: [support.relationshipsStatedBy(IDS)],
  unsay: support.unsay(IDS),
  pruneUnsupported: Object.values(support.pruneUnsupported({ entityIds: IDS, relationshipIds: IDS })),
  deriveAnew: support.deriveAnew({ entityIds: IDS, relationshipIds: IDS }),
  namesOf: [support.namesOf(IDS)],
  pruneNames: [support.pruneNames(IDS)],
};

const PASSAGES: Catalogue<typeof passages> = {
  passagePlaces: [passages.passagePlaces(T, IDS)],
  passagesByIds: [passages.passagesByIds(T, IDS)],
};

const PAGE = { direction: 'BOTH', types: [], after: ['', ''], limit: 10 } as const;

const RELATIONSHIPS: Catalogue<typeof relationships> = {
  relationshipsByIds: [relationships.relationshipsByIds(T, IDS)],
  weightsOf: [relationships.weightsOf(T, IDS)],
  evidenceOf: [relationships.evidenceOf(T, IDS, 10)],
  relationshipsOfChunks: [relationships.relationshipsOfChunks(T, IDS)],
  relationshipsOfEntities: [
    relationships.relationshipsOfEntities(T, IDS, PAGE),
    relationships.relationshipsOfEntities(T, IDS, { ...PAGE, direction: 'INCOMING' }),
    relationships.relationshipsOfEntities(T, IDS, { ...PAGE, direction: 'OUTGOING', types: ['KNOWS'] }),
  ],
  stepsFrom: [relationships.stepsFrom(T, IDS, 10)],
  stepCount: [relationships.stepCount(T, IDS)],
};

const RELATIONSHIPS_WITHIN: Catalogue<typeof relationshipsWithin> = {
  relationshipsByIdsWithin: [relationshipsWithin.relationshipsByIdsWithin(READER, IDS)],
  weightsOfWithin: [relationshipsWithin.weightsOfWithin(READER, IDS)],
  evidenceOfWithin: [relationshipsWithin.evidenceOfWithin(READER, IDS, 10)],
  relationshipsOfChunksWithin: [relationshipsWithin.relationshipsOfChunksWithin(READER, IDS)],
  relationshipsOfEntitiesWithin: [
    relationshipsWithin.relationshipsOfEntitiesWithin(READER, IDS, PAGE),
    relationshipsWithin.relationshipsOfEntitiesWithin(READER, IDS, { ...PAGE, direction: 'INCOMING' }),
    relationshipsWithin.relationshipsOfEntitiesWithin(READER, IDS, {
      ...PAGE,
      direction: 'OUTGOING',
      types: ['KNOWS'],
    }),
  ],
  stepsFromWithin: [relationshipsWithin.stepsFromWithin(READER, IDS, 10)],
  stepCountWithin: [relationshipsWithin.stepCountWithin(READER, IDS)],
};

const REMOVAL = { tenant: T, kind: 'CHUNK', target: ID } as const;

const REMOVALS: Catalogue<typeof removals> = {
  putRemovals: [removals.putRemovals([REMOVAL])],
  removalsPending: [removals.removalsPending([REMOVAL])],
  removalsLeft: [removals.removalsLeft(10)],
  clearRemovals: [removals.clearRemovals([REMOVAL])],
  lateRemovals: [removals.lateRemovals()],
  countLateRemovals: [removals.countLateRemovals()],
};

const INDEX_MIRROR: Catalogue<typeof indexMirror> = {
  mirrorState: [indexMirror.mirrorState()],
  noteBehind: [indexMirror.noteBehind('standby', { first: 'standby' })],
  changeMirror: [
    indexMirror.changeMirror(
      { behind: '', isFilling: false, epoch: 2, repairedAt: '2026-01-01T00:00:00Z' },
      { from: 1 },
    ),
  ],
};

const REEMBEDDING: Catalogue<typeof reembedding> = {
  reembeddingState: [reembedding.reembeddingState()],
  setReembedding: [reembedding.setReembedding({ phase: 'RUNNING', after: ID, done: 1, problem: null })],
};

const MIGRATIONS: Catalogue<typeof migrations> = {
  migrationNodes: [migrations.migrationNodes()],
  forgetMigrations: [migrations.forgetMigrations()],
  setMigration: [migrations.setMigration(1, { state: 'RUNNING', after: ID, done: 1, problem: null })],
  silentMentions: [migrations.silentMentions(IDS)],
  sayUnplaced: [migrations.sayUnplaced([{ chunkId: ID, entityId: ID, unplaced: '[]' }])],
};

const SELECTION = { collection: null, metadata: [] };
const NAMED = { id: ID, tenant: T, name: 'n', selection: SELECTION, createdAt: NOW, createdBy: 'ada' };

const PRIVACY_POLICY = {
  ...{ id: ID, tenant: T, collectionId: ID, rules: sameRules('PSEUDONYMISE'), confidenceMin: 0.5 },
  generalisation: DEFAULT_GENERALISATION,
  ...{ updatedAt: NOW, updatedBy: 'ada' },
};
const PRIVACY: Catalogue<typeof privacy> = {
  privacyPoliciesByIds: [privacy.privacyPoliciesByIds(IDS)],
  privacyPoliciesOfTenant: [privacy.privacyPoliciesOfTenant(T, 10)],
  putPrivacyPolicy: [privacy.putPrivacyPolicy(PRIVACY_POLICY)],
  tenantKeyRecords: [privacy.tenantKeyRecords(T)],
  noteTenantKey: [privacy.noteTenantKey(ID, T, NOW)],
  noteTenantKeysDestroyed: [privacy.noteTenantKeysDestroyed(T, NOW, 'ada')],
  sealedPseudonyms: [privacy.sealedPseudonyms(T, ID)],
  sealingKeys: [privacy.sealingKeys(IDS)],
  putSealings: [
    privacy.putSealings([{ documentId: ID, pseudonyms: 'p', sealedWith: ID, sealedUnder: '{}' }]),
  ],
  documentOrigins: [privacy.documentOrigins(IDS)],
  putOrigins: [
    privacy.putOrigins([
      { documentId: ID, pseudonyms: 'p', sealedWith: ID, sealedUnder: '{}', knowledge: null },
    ]),
  ],
};

const TREATMENTS: Catalogue<typeof treatments> = {
  treatmentById: [treatments.treatmentById(T, ID)],
  treatmentsOfTenant: [treatments.treatmentsOfTenant(T, 10)],
  treatmentsOpen: [treatments.treatmentsOpen(10)],
  putTreatment: [
    treatments.putTreatment({ id: ID, tenant: T, state: 'RUNNING', requestedAt: NOW, report: '{}' }),
  ],
  forgetTreatments: [treatments.forgetTreatments(IDS)],
};

const RETENTION: Catalogue<typeof retention> = {
  policiesOfTenant: [retention.policiesOfTenant(T, 10)],
  policiesOfAll: [retention.policiesOfAll(ID, 10)],
  putPolicy: [retention.putPolicy({ ...NAMED, days: 30, action: 'DELETE' })],
  notePolicyRun: [retention.notePolicyRun(ID, NOW, { deleted: 1, archived: 0 })],
  deletePolicy: [retention.deletePolicy(T, ID)],
  holdsOfTenant: [retention.holdsOfTenant(T, 10)],
  putHold: [retention.putHold({ ...NAMED, reason: 'r' })],
  deleteHold: [retention.deleteHold(T, ID)],
  putErasure: [
    retention.putErasure({
      ...{ id: ID, tenant: T, at: NOW, erasedBy: 'ada', reason: 'r', documentIds: IDS, subjects: IDS },
      selection: { collectionId: ID, conditions: [['m']] },
    }),
  ],
  erasuresOfAll: [retention.erasuresOfAll(ID, 10)],
  entitiesOfNames: [retention.entitiesOfNames(IDS)],
  documentsMentioning: [retention.documentsMentioning(T, IDS, 10)],
};

const ARCHIVE_LISTING = {
  tenant: T,
  collectionId: null,
  states: ['ARCHIVED'],
  after: ID,
  limit: 10,
} as const;

const ARCHIVES: Catalogue<typeof archives> = {
  putArchives: [
    archives.putArchives([
      {
        ...{
          id: ID,
          tenant: T,
          state: 'WRITING',
          documentId: ID,
          collectionId: ID,
          collection: 'c',
          key: null,
        },
        ...{ title: 't', mediaType: 'text/plain', metadata: {}, contentHash: 'c', bytes: 1, createdAt: NOW },
        ...{
          updatedAt: NOW,
          archivedAt: NOW,
          archivedBy: 'ada',
          reason: 'r',
          jobId: null,
          broughtBackAt: null,
        },
        speaksOf: IDS,
      },
    ]),
  ],
  archivesByIds: [archives.archivesByIds(T, IDS)],
  archivesListed: [
    archives.archivesListed(ARCHIVE_LISTING),
    archives.archivesListed({ ...ARCHIVE_LISTING, collectionId: ID }),
  ],
  archivesInStates: [archives.archivesInStates(['WRITING'], 10)],
  moveArchives: [archives.moveArchives(IDS, { from: 'ARCHIVED', to: 'BRINGING_BACK', jobId: ID })],
  commitArchives: [archives.commitArchives(IDS)],
  noteBroughtBack: [archives.noteBroughtBack(IDS, NOW)],
  dropArchivesOf: [archives.dropArchivesOf(IDS, ['BROUGHT_BACK'])],
  beginDeletingArchives: [archives.beginDeletingArchives(IDS)],
  forgetArchives: [archives.forgetArchives(IDS)],
};

const DEAD_LETTERS: Catalogue<typeof deadLetters> = {
  deadLettersListed: [
    deadLetters.deadLettersListed({
      ...{ tenant: T, collectionId: ID, jobId: null, step: 'PARSE', code: null },
      ...{ afterAt: NOW, afterId: ID, limit: 10 },
    }),
  ],
  deadLettersByIds: [deadLetters.deadLettersByIds(T, IDS)],
  failedSubmissions: [deadLetters.failedSubmissions(T, IDS)],
  deadLetterCount: [deadLetters.deadLetterCount()],
  deleteDeadLetters: [deadLetters.deleteDeadLetters(IDS)],
  deleteNeverIndexed: [deadLetters.deleteNeverIndexed(IDS)],
};

const CONSISTENCY: Catalogue<typeof consistency> = {
  idsHeldTwice: consistency.IDENTIFIED_LABELS.map((label) => consistency.idsHeldTwice(label, IDS)),
  keepOneOf: consistency.IDENTIFIED_LABELS.map((label) => consistency.keepOneOf(label, IDS)),
  chunksWithoutDocument: [consistency.chunksWithoutDocument(IDS)],
  entitiesWithoutMention: [consistency.entitiesWithoutMention(IDS)],
  namesWithoutEntity: [consistency.namesWithoutEntity(IDS)],
  relationshipsWithoutEvidence: [consistency.relationshipsWithoutEvidence(IDS)],
  relationshipsTold: [consistency.relationshipsTold(IDS)],
  edgesOfEntities: [consistency.edgesOfEntities(IDS)],
  dropEdges: [consistency.dropEdges([{ id: ID, sourceId: ID }])],
  dropRelationships: [consistency.dropRelationships(IDS)],
  chunksExisting: [consistency.chunksExisting(T, IDS)],
  contentsOfSubmissions: [consistency.contentsOfSubmissions(IDS)],
  tenantsOfCollections: [consistency.tenantsOfCollections()],
  consistencyRun: [consistency.consistencyRun(ID)],
  consistencyRunsOpen: [consistency.consistencyRunsOpen(10)],
  putConsistencyRun: [consistency.putConsistencyRun({ id: ID, tenant: T, state: 'WAITING', report: '{}' })],
};

const SEARCH_SCOPE: Catalogue<typeof searchScope> = {
  collectionsExisting: [searchScope.collectionsExisting(T, IDS)],
  collectionNames: [searchScope.collectionNames(T, 10, null), searchScope.collectionNames(T, 10, IDS)],
  entityNames: [searchScope.entityNames(T, IDS)],
};

const NODE = { id: ID, properties: { tenant: T } };
const EDGE = { source: ID, target: 'acme:2', properties: { id: ID } };
const EDGES = Object.keys(transfer.CARRIED_EDGES) as transfer.CarriedEdge[];

const TRANSFER: Catalogue<typeof transfer> = {
  nodesByIds: transfer.CARRIED_LABELS.map((label) => transfer.nodesByIds(label, IDS)),
  nodesAfter: transfer.CARRIED_LABELS.map((label) => transfer.nodesAfter(label, '', 10)),
  idsAfter: transfer.CARRIED_LABELS.map((label) => transfer.idsAfter(label, '', 10)),
  placesAfter: transfer.CARRIED_LABELS.map((label) => transfer.placesAfter(label, -1, 10)),
  putNodes: transfer.CARRIED_LABELS.map((label) => transfer.putNodes(label, [NODE])),
  edgesFrom: EDGES.map((edge) => transfer.edgesFrom(edge, IDS)),
  putEdges: EDGES.map((edge) => transfer.putEdges(edge, [EDGE])),
  countNodes: transfer.CARRIED_LABELS.map((label) => transfer.countNodes(label)),
  countNodesBehind: transfer.CARRIED_LABELS.map((label) => transfer.countNodesBehind(label, 'a')),
  moveState: [transfer.moveState()],
  setMoveState: [transfer.setMoveState({ source: 'here', revision: 1, step: 0, after: '' })],
};

const RESTORE = { id: ID, tenant: T, state: 'RUNNING', after: '', report: '{}' };

const RESTORES: Catalogue<typeof restores> = {
  createRestore: [restores.createRestore(RESTORE)],
  noteRestore: [restores.noteRestore(RESTORE)],
  restoreById: [restores.restoreById(ID)],
  restoresListed: [restores.restoresListed(10)],
  restoresRunning: [restores.restoresRunning(10)],
  documentsSubmittedSince: [restores.documentsSubmittedSince(IDS, NOW)],
  deleteSubmissionsBefore: [...restores.deleteSubmissionsBefore(IDS, NOW)],
  createMissing: transfer.CARRIED_LABELS.map((label) => restores.createMissing(label, [NODE])),
};

const USER = {
  id: ID,
  tenant: T,
  name: 'Ada',
  login: 'ada',
  roles: ['reader'],
  createdAt: NOW,
  createdBy: 'grace',
  passwordChangedAt: NOW,
  lastSignInAt: null,
  disabledAt: null,
  passwordHash: '$argon2id$',
} as const;

const USERS: Catalogue<typeof users> = {
  createUser: [users.createUser(USER, 'claim')],
  createFirstUser: [users.createFirstUser(USER)],
  usersByIds: [users.usersByIds(T, IDS)],
  userToCheck: [users.userToCheck(T, ID)],
  usersListed: [users.usersListed(T, '', 10)],
  userCount: [users.userCount(T)],
  anyUser: [users.anyUser()],
  setUserRoles: [users.setUserRoles(T, ID, ['editor'])],
  setUserPassword: [users.setUserPassword(T, ID, { passwordHash: 'h', passwordChangedAt: NOW })],
  setUserDisabled: [users.setUserDisabled(T, ID, NOW), users.setUserDisabled(T, ID, null)],
  deleteUser: [users.deleteUser(T, ID)],
};

const ROLE = {
  id: ID,
  tenant: T,
  name: 'curator',
  scopes: ['documents:read'],
  createdAt: NOW,
  createdBy: 'ada',
} as const;

const ROLES: Catalogue<typeof roles> = {
  createRole: [roles.createRole(ROLE, 'claim')],
  rolesOfTenant: [roles.rolesOfTenant(T, 10)],
  setRoleScopes: [roles.setRoleScopes(T, ID, ['graph:read'])],
  usersWithRole: [roles.usersWithRole(T, 'curator')],
  deleteRole: [roles.deleteRole(T, ID)],
};

const SESSION = {
  id: ID,
  tenant: T,
  userId: ID,
  hash: 'h',
  createdAt: NOW,
  refreshedAt: null,
  expiresAt: NOW,
  endedAt: null,
} as const;

const SESSIONS: Catalogue<typeof sessions> = {
  beginSession: [sessions.beginSession(SESSION, { passwordHash: 'p', nextHash: 'q' })],
  sessionById: [sessions.sessionById(ID)],
  sessionsOfUser: [sessions.sessionsOfUser(ID)],
  sessionsOfUsers: [sessions.sessionsOfUsers(IDS, NOW)],
  openSessions: [sessions.openSessions(IDS, NOW)],
  rotateSession: [sessions.rotateSession(ID, { former: 'h', next: 'i', at: NOW })],
  endSession: [sessions.endSession(ID, NOW)],
  endSessionsOfUser: [sessions.endSessionsOfUser(ID, NOW)],
  deleteSessionsOfUser: [sessions.deleteSessionsOfUser(ID)],
  deleteSessions: [sessions.deleteSessions(IDS)],
};

const EPOCH = { number: 2, proposal: 'p', primary: 'a', standby: 'ATTACHED' } as const;
const never = () => {
  throw new Error('not decoded here');
};

const RECOVERY: Catalogue<typeof recovery> = {
  lastRecovery: [recovery.lastRecovery()],
  putRecovery: [
    recovery.putRecovery({
      id: 'r',
      phase: 'SUSPECTED',
      lost: 'a',
      epoch: 2,
      why: 'It does not answer.',
      startedAt: NOW,
      updatedAt: NOW,
      steps: [{ phase: 'SUSPECTED', at: NOW }],
      told: 0,
    }),
  ],
};

const STANDING = { id: ID, state: 'RUNNING', namespace: 'r1' };
const WHOLE = { ...STANDING, old: '', drop: ['r0'], gone: [], attempts: 1, told: true, report: '{}' };

const SERVING: Catalogue<typeof serving> = {
  servedNow: [serving.servedNow()],
  fenceServed: [serving.fenceServed('r1', never)],
  serve: [serving.serve({ namespace: 'r1', previous: '', restore: ID, at: NOW })],
  forgetPrevious: [serving.forgetPrevious()],
  refuseBeside: [serving.refuseBeside(['RUNNING'], never)],
  createServedRestore: [serving.createServedRestore(WHOLE)],
  servedRestoreById: [serving.servedRestoreById(ID)],
  servedRestoresListed: [serving.servedRestoresListed(10)],
  changeServedRestore: [serving.changeServedRestore(STANDING, { state: 'READY' }, never)],
  fenceRestore: [serving.fenceRestore(STANDING, never)],
  refuseErasuresBut: [serving.refuseErasuresBut(IDS, NOW, never)],
  refusePoliciesBut: [serving.refusePoliciesBut([{ id: ID, updatedAt: NOW }], NOW, never)],
};

const STANDBY: Catalogue<typeof standby> = {
  serverState: [standby.serverState()],
  nameServer: [standby.nameServer('a')],
  raiseEpoch: [standby.raiseEpoch(EPOCH, { isDecided: false })],
  checkEpoch: [standby.checkEpoch(EPOCH, never)],
  logWrite: [standby.logWrite([{ id: 'w/0', part: 0, body: '[]' }])],
  logNothing: [standby.logNothing('w/0')],
  trimLog: [standby.trimLog(7, 10)],
  loggedAfter: [standby.loggedAfter(7, 10)],
  loggedParts: [standby.loggedParts(7, 9)],
  logSize: [standby.logSize(7)],
  checkApplied: [standby.checkApplied(EPOCH, 7, never)],
  setApplied: [standby.setApplied(8)],
  advanceRevision: [standby.advanceRevision(8)],
  removeSome: [standby.removeSome('Chunk', 10)],
};

export const SPOKEN: Spoken = [
  API_KEYS,
  AUDIT,
  CHUNKS,
  COLLECTIONS,
  CONSISTENCY,
  DOCUMENTS,
  ENTITIES,
  ENTITIES_WITHIN,
  EXPANSION,
  INDEX_MIRROR,
  JOBS,
  KNOWLEDGE,
  LEASES,
  PASSAGES,
  MIGRATIONS,
  REEMBEDDING,
  PRIVACY,
  TREATMENTS,
  RESTORES,
  RETENTION,
  ARCHIVES,
  DEAD_LETTERS,
  RELATIONSHIPS,
  RELATIONSHIPS_WITHIN,
  REMOVALS,
  ROLES,
  SEARCH_SCOPE,
  SERVING,
  SESSIONS,
  STANDBY,
  RECOVERY,
  SUPPORT,
  SUBMISSIONS,
  TRANSFER,
  USERS,
].flatMap((entries) => Object.values<Spoken>(entries).flat());
