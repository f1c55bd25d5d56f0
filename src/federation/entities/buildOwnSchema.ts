import type { Permission } from '../../auth/principal.js';
import { orphanedTypes, resolvers } from '../../resolvers/index.js';
import { references } from '../../resolvers/references.js';
import { buildGatewaySchema } from '../../schema/buildSchema.js';
import { printGatewaySchema } from '../../schema/printSchema.js';
import { tagRootFields } from '../../schema/tagRootFields.js';
import { buildFederatedSchema, type FederatedSchema } from './buildFederatedSchema.js';

export interface OwnSchema extends FederatedSchema {
  /** The schema as clients read it, without what it has for federation. */
  readonly sdl: string;
}

const readPermission: Permission = 'Security.Read';

/**
 * Our own schema, alone and as a subgraph: one object serves both. Each call makes another. Nothing in it is
 * `@inaccessible`: whatever a client of ours may ask for, a client of a supergraph may, under the same permissions.
 */
export function buildOwnSchema(): OwnSchema {
  const base = buildGatewaySchema(resolvers, orphanedTypes);
  tagRootFields(base);
  const federated = buildFederatedSchema(base, references, {
    entitiesExtensions: { permission: readPermission, join: true },
  });
  return { ...federated, sdl: printGatewaySchema(base) };
}
