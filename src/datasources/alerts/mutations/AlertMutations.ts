import type { Changes } from '../../../changes/contract.js';
import type {
  AddAlertCommentInput,
  UpdateAlertInput,
  UpdateAlertsInput,
} from '../../../schema/inputs/updateAlert.input.js';
import type { Alert } from '../../../schema/types/alert.type.js';
import type { UpdateAlertPayload, UpdateAlertsPayload } from '../../../schema/types/alertMutation.type.js';
import type { MutationError } from '../../../schema/types/mutationError.type.js';
import { invalid } from '../../mutations/mutationErrors.js';
import { type EditOutcome, ObjectEditor, type ReadEdit } from '../../mutations/ObjectEditor.js';
import { runIdempotent } from '../../mutations/runIdempotent.js';
import type { AlertsDataSource } from '../AlertsDataSource.js';
import { buildAlertEditRules } from './alertEditRules.js';
import { type AlertPatch, readAlertEdit } from './readAlertEdit.js';

const maxAlerts = 50;
/** Edits of one request at work at the same time; more would only queue for the same budget. */
const maxConcurrentEdits = 5;

export interface AlertMutationParts {
  readonly alerts: AlertsDataSource;
  readonly changes: Changes;
  /** Tenant and id of the caller; idempotency keys belong to it. */
  readonly principal: string;
}

/** Outcome of a request for several alerts; what failed as a whole is an error in its place. */
interface BulkOutcome {
  readonly results: readonly (EditOutcome<Alert> | Error)[];
  readonly isFinal: boolean;
}

/** The mutations of alerts, from input to payload. */
export class AlertMutations {
  readonly #editor: ObjectEditor<Alert, AlertPatch>;

  constructor(private readonly parts: AlertMutationParts) {
    this.#editor = new ObjectEditor(parts.alerts, buildAlertEditRules(parts.alerts.dialect, parts.changes));
  }

  /** @throws {UserInputError} for enum members that cannot be set. @throws {UpstreamError} when nothing was written. */
  async updateAlert(input: UpdateAlertInput): Promise<UpdateAlertPayload> {
    return toPayload(await this.#edit('updateAlert', input, readAlertEdit(input)));
  }

  /** @throws {UpstreamError} when nothing was written. */
  async addAlertComment(input: AddAlertCommentInput): Promise<UpdateAlertPayload> {
    return toPayload(await this.#edit('addAlertComment', input, readAlertEdit(input)));
  }

  /**
   * Each item succeeds or fails for itself; items of the same alert run in input order.
   * @throws {UserInputError} for enum members that cannot be set, before anything is written.
   */
  async updateAlerts(input: UpdateAlertsInput): Promise<UpdateAlertsPayload> {
    const errors = requestProblems(input);
    if (errors.length > 0) return { results: [], errors };
    const edits = input.alerts.map((item) => readAlertEdit(item));
    const request = { principal: this.parts.principal, mutation: 'updateAlerts', key: input.idempotencyKey, input };
    const editAll = () => this.#editAll(input, edits);
    // The items have claims of their own, so all of them may be gone through again.
    const answer = await runIdempotent<BulkOutcome>(this.parts.alerts.writes.idempotency, request, editAll, editAll);
    if (answer.problem) return { results: [], errors: [answer.problem] };
    const results = answer.outcome.results.map((result) => (result instanceof Error ? result : toPayload(result)));
    return { results, errors: [] };
  }

  #edit(mutation: string, input: UpdateAlertInput, read: ReadEdit<AlertPatch>): Promise<EditOutcome<Alert>> {
    const request = { principal: this.parts.principal, mutation, key: input.idempotencyKey, input };
    return this.#editor.editOnce(request, input.id, read);
  }

  async #editAll(input: UpdateAlertsInput, edits: readonly ReadEdit<AlertPatch>[]): Promise<BulkOutcome> {
    const results: (EditOutcome<Alert> | Error)[] = [];
    const waiting = groupByAlert(input.alerts);
    const worker = async (): Promise<void> => {
      for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
        for (const index of group)
          results[index] = await this.#tryEdit(input, index, edits[index] as ReadEdit<AlertPatch>);
      }
    };
    await Promise.all(Array.from({ length: maxConcurrentEdits }, worker));
    const isWhole = results.every((result) => !(result instanceof Error));
    return { results, isFinal: isWhole && results.some((result) => !(result instanceof Error) && result.isFinal) };
  }

  /** The key of the request covers its items one by one, so that a repeat goes on where an outage stopped the first. */
  async #tryEdit(
    input: UpdateAlertsInput,
    index: number,
    edit: ReadEdit<AlertPatch>,
  ): Promise<EditOutcome<Alert> | Error> {
    const item = input.alerts[index] as UpdateAlertInput;
    const ownKey = item.idempotencyKey ?? input.idempotencyKey;
    const mutation = item.idempotencyKey ? 'updateAlert' : `updateAlerts.${index}`;
    try {
      return await this.#edit(mutation, { ...item, ...(ownKey ? { idempotencyKey: ownKey } : {}) }, edit);
    } catch (error) {
      return error instanceof Error ? error : new Error('The change failed.', { cause: error });
    }
  }
}

/** Positions of the items of each alert, in input order. */
function groupByAlert(items: readonly UpdateAlertInput[]): number[][] {
  const groups = new Map<string, number[]>();
  items.forEach(({ id }, index) => groups.set(id, [...(groups.get(id) ?? []), index]));
  return [...groups.values()];
}

function requestProblems({ alerts, idempotencyKey }: UpdateAlertsInput): MutationError[] {
  const isGoodKey = idempotencyKey === undefined || (idempotencyKey !== null && /^.{1,255}$/su.test(idempotencyKey));
  return [
    ...(alerts.length >= 1 && alerts.length <= maxAlerts
      ? []
      : [invalid('alerts', `"alerts" wants 1 to ${maxAlerts} items.`)]),
    ...(isGoodKey ? [] : [invalid('idempotencyKey', '"idempotencyKey" wants 1 to 255 characters.')]),
  ];
}

function toPayload({ object, cursor, errors }: EditOutcome<Alert>): UpdateAlertPayload {
  return { alert: object, cursor, errors };
}
