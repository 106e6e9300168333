/** Resolver types of each subgraph from its schema: `npm run schema` writes them, `npm run check` sees drift. */

import type { CodegenConfig } from '@graphql-codegen/cli';

const SUBGRAPHS = ['documents', 'traversal', 'retrieval', 'admin'];

const resolverTypes = (name: string) => ({
  [`subgraphs/${name}/resolver-types.generated.ts`]: {
    schema: ['schema/shared.graphql', `subgraphs/${name}/schema.graphql`],
    plugins: ['typescript', 'typescript-resolvers'],
    config: {
      federation: true,
      useTypeImports: true,
      enumsAsTypes: true,
      scalars: { DateTime: 'string', JSONObject: '../../model/documents.ts#JsonObject', ID: 'string' },
      contextType: `./loaders.ts#Context`,
      mappers: {},
    },
  },
});

const config: CodegenConfig = {
  generates: Object.assign({}, ...SUBGRAPHS.map(resolverTypes)),
};

export default config;
