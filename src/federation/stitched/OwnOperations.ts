import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  type OperationDefinitionNode,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Principal } from '../../auth/principal.js';
import { requirePermissions } from '../../auth/requirePermissions.js';
import { selectedRootFields } from '../../auth/selectedRootFields.js';
import type { Ownership } from './ownership.js';

/** What of the operations on a joined schema is the business of our own schema. */
export class OwnOperations {
  constructor(
    private readonly own: GraphQLSchema,
    private readonly joined: GraphQLSchema,
    private readonly ownership: Ownership,
  ) {}

  /**
   * Whether our own schema answers the document whole, to the last field, as if nobody else took part. Introspection is
   * not its business: it would not tell of the others.
   */
  holds(document: DocumentNode): boolean {
    const typeInfo = new TypeInfo(this.joined);
    let holdsAll = true;
    const Field = ({ name }: { name: { value: string } }) => {
      if (name.value !== '__typename') holdsAll &&= this.#resolves(typeInfo.getParentType(), name.value);
    };
    visit(document, visitWithTypeInfo(typeInfo, { Field }));
    return holdsAll && validate(this.own, document).length === 0;
  }

  /**
   * Checks the rights to root fields that only we resolve, before anything is asked. Where others resolve one of them
   * too, nobody knows yet who will be asked, and `checkRequest` decides.
   * @throws {AccessError} `FORBIDDEN`.
   */
  checkOperation(document: DocumentNode, definition: OperationDefinitionNode, principal: Principal): void {
    const root = this.joined.getRootType(definition.operation)?.name;
    const fields = selectedRootFields(this.own, document, definition);
    if (root === undefined || !fields.every(({ name }) => this.ownership.resolvesAlone(root, name))) return;
    requirePermissions(this.own, document, definition, principal);
  }

  #resolves(type: GraphQLNamedType | null | undefined, field: string): boolean {
    if (type === null || type === undefined || !this.ownership.resolves(type.name, field)) return false;
    if (!isAbstractType(type)) return true;
    const objects = this.joined.getPossibleTypes(type).filter(({ name }) => this.own.getType(name) !== undefined);
    return objects.every(({ name }) => this.ownership.resolves(name, field));
  }
}
