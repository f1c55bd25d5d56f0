import DataLoader from 'dataloader';
import type { Cache, Filled } from '../../cache/contract.js';
import type { Mirror } from '../../mirror/contract.js';
import { noMirror } from '../../mirror/noMirror.js';
import type { Logger } from '../../observability/logger.js';
import type { AlertComment } from '../../schema/types/alert.type.js';
import type { Connection } from '../../schema/types/connection.js';
import type { Incident } from '../../schema/types/incident.type.js';
import type { Clock } from '../../time/clock.js';
import {
  type BatchResult,
  type CallScope,
  NotFoundError,
  type Upstream,
  type UpstreamCall,
} from '../../upstream/contract.js';
import { alertsOfIncidentTag, alertsTag } from '../alerts/policies.js';
import type { EditableSource } from '../mutations/ObjectEditor.js';
import { type MirroredSource, recallLastKnown, recallMany } from '../paging/mirroredPage.js';
import { toPathSegment } from '../pathSegment.js';
import { IncidentList, type IncidentListRequest } from './IncidentList.js';
import { commentCall, getCall, patchCall } from './incidentCalls.js';
import type { IncidentWrites } from './mutations/createIncidentWrites.js';
import { incidentPolicy, incidentsTag, incidentTag } from './policies.js';

/** Merges followed from one incident to the next. */
const maxHops = 5;

export interface IncidentsDeps {
  readonly upstream: Upstream;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly logger: Logger;
  /** One per process: what it remembers of its own writes to incidents. */
  readonly incidentWrites: IncidentWrites;
  /** Absent: nothing is mirrored. */
  readonly mirror?: Mirror;
}

/** Incidents of the tenant, for one operation. */
export class IncidentsDataSource implements EditableSource<Incident> {
  /** State of our own writes, shared by the whole process. */
  readonly writes: IncidentWrites;
  readonly clock: Clock;
  readonly logger: Logger;
  private readonly loader: DataLoader<string, Incident | null>;
  private readonly incidents: IncidentList;
  private readonly mirrored: MirroredSource<'incident'>;

  constructor(
    private readonly deps: IncidentsDeps,
    private readonly scope: CallScope,
  ) {
    this.writes = deps.incidentWrites;
    this.clock = deps.clock;
    this.logger = deps.logger;
    this.loader = new DataLoader(async (ids) => this.loadMany(ids));
    const { mirror = noMirror, upstream } = deps;
    this.mirrored = { mirror, topic: 'incident', upstream: upstream.name, scope };
    this.incidents = new IncidentList({ ...deps, overlay: this.writes.overlay, mirrored: this.mirrored }, scope);
  }

  /**
   * One incident, or null when the upstream does not know the id. Ids asked for together are one `$batch`.
   * @throws {UserInputError} when the text cannot be an id.
   */
  async byId(id: string): Promise<Incident | null> {
    toPathSegment(id);
    return this.loader.load(id);
  }

  /**
   * Where the alerts of an incident are now: the incident itself, or the one that it was merged into, five merges at
   * most. Merges that run in a circle, or to an incident that the upstream does not know, end at the last one read.
   * @throws {UserInputError} when the text cannot be an id.
   */
  async currentById(id: string): Promise<Incident | null> {
    let incident = await this.byId(id);
    const seen = new Set([id]);
    while (incident?.redirectIncidentId && seen.size <= maxHops && !seen.has(incident.redirectIncidentId)) {
      seen.add(incident.redirectIncidentId);
      const next: Incident | null = await this.byId(incident.redirectIncidentId);
      if (next === null) return incident;
      incident = next;
    }
    return incident;
  }

  /**
   * One page of incidents, ordered by time and then id.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  async list(request: IncidentListRequest): Promise<Connection<Incident>> {
    const connection = await this.incidents.page(request);
    for (const row of connection.nodes) this.loader.prime(row.id, row);
    return connection;
  }

  /** Reads past every cache; our own writes that the upstream does not show yet are in it. Null when it is unknown. */
  async freshById(id: string): Promise<Incident | null> {
    try {
      const answer = await this.deps.upstream.send(getCall(id), this.scope);
      return this.writes.overlay.apply(answer.value);
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      throw error;
    }
  }

  /**
   * @returns The incident as the answer has it, which may lag behind the write; null when the answer has none.
   * @throws {NotFoundError} when the upstream does not know the incident.
   */
  async patch(id: string, body: Readonly<Record<string, unknown>>): Promise<Incident | null> {
    return (await this.deps.upstream.send(patchCall(id, body), this.scope)).value;
  }

  /**
   * Appends a comment; never repeated after an unclear outcome.
   * @returns All comments of the incident.
   * @throws {NotFoundError} when the upstream does not know the incident.
   */
  async postComment(id: string, comment: string): Promise<readonly AlertComment[]> {
    return (await this.deps.upstream.send(commentCall(id, comment), this.scope)).value;
  }

  /**
   * Makes an incident that we have just written what everybody reads from here on. Its alerts are forgotten too: the
   * upstream may resolve or classify them with it.
   */
  async remember(incident: Incident): Promise<void> {
    const { cache } = this.deps;
    this.loader.clear(incident.id).prime(incident.id, incident);
    const asOf = new Date(this.clock.now()).toISOString();
    const tags = [incidentTag(incident.id)];
    await cache.drop([...tags, incidentsTag, alertsTag, alertsOfIncidentTag(incident.id)]);
    await cache.write<Incident>(incidentPolicy, incident.id, this.scope.accessScope, { value: incident, asOf, tags });
  }

  private async loadMany(ids: readonly string[]): Promise<(Incident | null | Error)[]> {
    const mirrored = recallMany(this.mirrored, ids);
    const rest = ids.filter((id) => !mirrored.has(id));
    const found = await this.deps.cache.readMany<Incident>(incidentPolicy, rest, this.scope, (missing, scope) =>
      this.fillMany(missing, scope),
    );
    const lastKnown = recallLastKnown({ ...this.mirrored, staleMs: incidentPolicy.staleIfErrorMs }, found);
    return ids.map((id) => {
      const known = mirrored.get(id) ?? lastKnown.get(id);
      if (known !== undefined) return this.writes.overlay.apply(known);
      const cached = found.get(id);
      if (cached instanceof Error) return cached;
      return cached?.value ? this.writes.overlay.apply(cached.value) : null;
    });
  }

  private async fillMany(
    ids: readonly string[],
    scope: CallScope,
  ): Promise<ReadonlyMap<string, Filled<Incident> | Error>> {
    const results = await this.sendAll(ids.map(getCall), scope);
    const filled = new Map<string, Filled<Incident> | Error>();
    for (const [index, id] of ids.entries()) {
      const entry = toFilled(id, results[index]);
      if (entry !== undefined) filled.set(id, entry);
      if (entry !== undefined && !(entry instanceof Error) && entry.value) await this.noticeMerge(entry.value);
    }
    return filled;
  }

  /** The alerts of a merged incident moved with it: what was read of them before the merge is wrong. */
  private async noticeMerge(incident: Incident): Promise<void> {
    const target = this.writes.redirects.news(incident);
    if (target === undefined) return;
    await this.deps.cache.drop([
      incidentTag(target),
      alertsOfIncidentTag(incident.id),
      alertsOfIncidentTag(target),
      incidentsTag,
    ]);
  }

  private async sendAll(calls: readonly UpstreamCall<Incident>[], scope: CallScope): Promise<BatchResult<Incident>[]> {
    const [only, ...others] = calls;
    if (only === undefined) return [];
    if (others.length > 0) return this.deps.upstream.sendBatch(calls, scope);
    try {
      return [{ ok: true, answer: await this.deps.upstream.send(only, scope) }];
    } catch (error) {
      return [{ ok: false, error: error as Error }];
    }
  }
}

/** `undefined` when the upstream does not know the incident. */
function toFilled(id: string, result: BatchResult<Incident> | undefined): Filled<Incident> | Error | undefined {
  if (result === undefined) return new Error(`The batch brought no result for incident ${JSON.stringify(id)}.`);
  if (result.ok) return { value: result.answer.value, asOf: result.answer.asOf, tags: [incidentTag(id)] };
  return result.error instanceof NotFoundError ? undefined : result.error;
}
