import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { AccessError } from '../errors/GatewayError.js';
import { type Permission, type Principal, permissions } from './principal.js';
import { selectedRootFields } from './selectedRootFields.js';

/**
 * Checks once per operation that the principal may use every root field it selects. A root field states its permission
 * as `@Extensions({ permission: 'Security.Read' })`; one without a statement is open to every authenticated caller.
 * @throws {AccessError} `FORBIDDEN`, naming the first permission that is missing.
 */
export function requirePermissions(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  principal: Principal,
): void {
  for (const field of selectedRootFields(schema, document, operation)) {
    const permission = field.extensions.permission;
    if (permission === undefined) continue;
    if (!isPermission(permission)) throw new Error(`The field ${field.name} asks for an unknown permission.`);
    if (!principal.permissions.has(permission)) {
      throw new AccessError(
        'FORBIDDEN',
        `This operation needs the permission ${permission}.`,
        { field: field.name },
        permission,
      );
    }
  }
}

function isPermission(value: unknown): value is Permission {
  return permissions.some((permission) => permission === value);
}
