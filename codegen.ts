/** Resolver types of each subgraph from its schema: `npm run schema` writes them, `npm run check` sees drift. */

import type { CodegenConfig } from '@graphql-codegen/cli';

/** What stands behind a type between resolvers, where it is not the type itself. */
const MAPPERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  documents: {
    Collection: '../../model/documents.ts#Collection as CollectionModel',
    Document: '../../stores/graph/statements/documents.ts#DocumentNode',
    Chunk: '../../model/documents.ts#Chunk as ChunkModel',
    IngestionJob: '../../model/jobs.ts#IngestionJob as IngestionJobModel',
  },
  traversal: {
    Entity: '../../stores/graph/statements/entities.ts#EntityNode',
    Mention: '../../stores/graph/statements/entities.ts#EntityMention',
    Relationship: '../../stores/graph/statements/relationships.ts#RelationshipNode',
    Degradation: '../../retrieval/hit.ts#Degradation as Degraded',
    Chunk: '../references.ts#Reference',
    Document: '../references.ts#Reference',
  },
  retrieval: {
    SearchResult: '../../retrieval/hit.ts#SearchResult as FoundHits',
    Hit: '../../retrieval/hit.ts#Hit as FoundHit',
    PathStep: '../../retrieval/hit.ts#PathStep as WalkedStep',
    ArmScore: '../../retrieval/fusion.ts#ArmScore as FusedShare',
    Degradation: '../../retrieval/hit.ts#Degradation as Degraded',
    Answer: '../../retrieval/answer/answer.ts#Answer as WrittenAnswer',
    Citation: '../../retrieval/answer/answer.ts#Citation as Cited',
    AnswerEvent: '../../retrieval/retrieval.ts#AnswerEvent as WrittenEvent',
    Chunk: '../references.ts#Reference',
    Entity: '../references.ts#Reference',
  },
  admin: {
    Health: '../../operations/system-health.ts#SystemHealthReport',
    ComponentHealth: '../../platform/health.ts#HealthReport',
    ApiKey: '../../model/api-key.ts#ApiKey as ApiKeyModel',
    KeyGrant: '../../model/api-key.ts#ApiKeyGrant',
    SigningKey: '../../platform/auth/signing-keys/life-cycle.ts#RingKey',
    Viewer: '../../model/principal.ts#Principal',
    User: '../../model/user.ts#User as UserModel',
    Role: '../../model/user.ts#Role as RoleModel',
    Session: '../../model/session.ts#Session as SessionModel',
    SessionPayload: '../../operations/users/sessions.ts#SessionTokens',
    AuditEntry: '../../model/audit.ts#AuditEntry as AuditEntryModel',
    Backup: '../../model/backup.ts#Backup as BackupModel',
    Restore: '../../model/restore.ts#Restore as RestoreModel',
    Reembedding: '../../model/reembedding.ts#Reembedding as ReembeddingModel',
    RetentionPolicy: '../../model/retention.ts#RetentionPolicy as RetentionPolicyModel',
    PrivacyPolicy: '../../model/personal-data.ts#PersonalDataPolicy as PersonalDataPolicyModel',
    PrivacyTreatment: '../../model/privacy-treatment.ts#PrivacyTreatment as PrivacyTreatmentModel',
    DeadLetter: '../../model/dead-letter.ts#DeadLetter as DeadLetterModel',
    ArchivedDocument: '../../model/archive.ts#ArchivedDocument as ArchivedDocumentModel',
    LegalHold: '../../model/retention.ts#LegalHold as LegalHoldModel',
    ConsistencyCheck: '../../model/consistency.ts#ConsistencyCheck as ConsistencyCheckModel',
    ConsistencyCount: '../../model/consistency.ts#FaultCount as FaultCountModel',
    ConsistencyFinding: '../../model/consistency.ts#Finding as FindingModel',
  },
};

const resolverTypes = (name: string) => ({
  [`subgraphs/${name}/resolver-types.generated.ts`]: {
    schema: ['schema/shared.graphql', `subgraphs/${name}/*.graphql`],
    plugins: ['typescript', 'typescript-resolvers'],
    config: {
      federation: true,
      useTypeImports: true,
      enumsAsTypes: true,
      scalars: { DateTime: 'string', JSONObject: '../../model/documents.ts#JsonObject', ID: 'string' },
      contextType: `./loaders.ts#Context`,
      mappers: MAPPERS[name],
      immutableTypes: true,
      useIndexSignature: false,
      avoidOptionals: { field: true, object: false, inputValue: false },
    },
  },
});

const config: CodegenConfig = {
  generates: Object.assign({}, ...Object.keys(MAPPERS).map(resolverTypes)),
};

export default config;
