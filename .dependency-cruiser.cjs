/** The arrows of the house: imports point down only, and a vendor lives in one folder. */

const LAYERS = [
  ['main', '^(main|app)\\.ts$|^cli/'],
  ['parts', '^parts/'],
  ['gateway', '^gateway/'],
  ['subgraphs', '^subgraphs/'],
  ['rooms', '^(ingestion|retrieval|operations)/'],
  ['ground floor', '^(text|stores)/'],
  ['ground', '^(model|platform)/'],
];

const arrowsUp = LAYERS.flatMap(([name, path], depth) =>
  LAYERS.slice(0, depth).map(([above, abovePath]) => ({
    name: `no arrow up from ${name} to ${above}`,
    severity: 'error',
    from: { path },
    to: { path: abovePath },
  })),
);

const NEIGHBOURS = [
  ['subgraphs/documents', 'subgraphs/traversal', 'subgraphs/retrieval', 'subgraphs/admin'],
  ['ingestion', 'retrieval', 'operations'],
];

const neighbours = NEIGHBOURS.flatMap((rooms) =>
  rooms.map((room) => ({
    name: `${room} stands alone`,
    severity: 'error',
    from: { path: `^${room}/` },
    to: { path: `^(${rooms.filter((other) => other !== room).join('|')})/` },
  })),
);

const VENDORS = [
  ['@grafeo-db/js', '^stores/graph/embedded/'],
  ['neo4j-driver', '^stores/graph/bolt/'],
  ['@lancedb/lancedb', '^stores/vectors/embedded/'],
  ['@qdrant/js-client-rest', '^stores/vectors/qdrant/'],
  ['@huggingface/transformers', '^text/embedders/'],
  ['jose', '^platform/auth/'],
  ['@aws-crypto/encrypt-node', '^platform/sealing/'],
  ['@aws-crypto/decrypt-node', '^platform/sealing/'],
  ['croner', '^operations/backup-schedule/'],
  ['standardwebhooks', '^platform/webhooks/'],
  ['canonicalize', '^platform/sealing/'],
  ['@aws-sdk/client-s3', '^stores/backup-targets/s3/'],
  ['@aws-sdk/lib-storage', '^stores/backup-targets/s3/'],
  ['@redis/client', '^platform/redis/'],
  ['rate-limiter-flexible', '^platform/rate-limits/'],
  ['bullmq', '^platform/queue/'],
  ['keyv', '^platform/cache/'],
  ['@keyv/redis', '^platform/cache/'],
  ['graphql-shield', '^subgraphs/'],
  ['graphql-jit', '^subgraphs/'],
  ['@apollo/gateway', '^gateway/'],
  ['@streamparser/json', '^retrieval/answer/'],
  ['humannames', '^text/detectors/'],
  ['libphonenumber-js', '^text/detectors/'],
  ['stdnum', '^text/detectors/'],
  ['validator', '^text/detectors/'],
  ['commander', '^(main\\.ts$|cli/)'],
];

const vendors = VENDORS.map(([name, home]) => ({
  name: `${name} has one home`,
  severity: 'error',
  from: { pathNot: `${home}|^(test|bench)/` },
  to: { path: `node_modules/${name.replace('/', '\\/')}/` },
}));

module.exports = {
  forbidden: [
    ...arrowsUp,
    ...neighbours,
    ...vendors,
    {
      name: 'no GraphQL below the subgraphs',
      severity: 'error',
      from: { path: '^(ingestion|retrieval|operations|text|stores|model)/' },
      to: { path: 'node_modules/(graphql|graphql-[a-z]+|@apollo/[a-z]+)/' },
    },
    {
      name: 'the gateway has no code behind the contract',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^(subgraphs|ingestion|retrieval|operations|stores|text)/' },
    },
    {
      name: 'the model imports nothing',
      severity: 'error',
      from: { path: '^model/' },
      to: { pathNot: '^model/|^(node:)?crypto$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no circles, not even of types',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing imports a test',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'everything imported is declared',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'unknown', 'undetermined'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.generated\\.ts$|^data/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
