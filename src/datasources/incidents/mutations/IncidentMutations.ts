import type { Changes } from '../../../changes/contract.js';
import type { AddIncidentCommentInput, UpdateIncidentInput } from '../../../schema/inputs/updateIncident.input.js';
import type { Incident } from '../../../schema/types/incident.type.js';
import type { UpdateIncidentPayload } from '../../../schema/types/incidentMutation.type.js';
import { ObjectEditor } from '../../mutations/ObjectEditor.js';
import type { IncidentsDataSource } from '../IncidentsDataSource.js';
import { buildIncidentEditRules } from './incidentEditRules.js';
import { type IncidentPatch, readIncidentEdit } from './readIncidentEdit.js';

export interface IncidentMutationParts {
  readonly incidents: IncidentsDataSource;
  readonly changes: Changes;
  /** Tenant and id of the caller; idempotency keys belong to it. */
  readonly principal: string;
}

/** The mutations of incidents, from input to payload. */
export class IncidentMutations {
  readonly #editor: ObjectEditor<Incident, IncidentPatch>;

  constructor(private readonly parts: IncidentMutationParts) {
    this.#editor = new ObjectEditor(parts.incidents, buildIncidentEditRules(parts.changes));
  }

  /** @throws {UserInputError} for enum members that cannot be set. @throws {UpstreamError} when nothing was written. */
  updateIncident(input: UpdateIncidentInput): Promise<UpdateIncidentPayload> {
    return this.#edit('updateIncident', input);
  }

  /** @throws {UpstreamError} when nothing was written. */
  addIncidentComment(input: AddIncidentCommentInput): Promise<UpdateIncidentPayload> {
    return this.#edit('addIncidentComment', input);
  }

  async #edit(mutation: string, input: UpdateIncidentInput): Promise<UpdateIncidentPayload> {
    const read = readIncidentEdit(input);
    const request = { principal: this.parts.principal, mutation, key: input.idempotencyKey, input };
    const { object, cursor, errors } = await this.#editor.editOnce(request, input.id, read);
    return { incident: object, cursor, errors };
  }
}
