import { createCache } from '../../../../src/cache/createCache.js';
import type { Changes } from '../../../../src/changes/contract.js';
import { IncidentsDataSource } from '../../../../src/datasources/incidents/IncidentsDataSource.js';
import { createIncidentWrites } from '../../../../src/datasources/incidents/mutations/createIncidentWrites.js';
import { IncidentMutations } from '../../../../src/datasources/incidents/mutations/IncidentMutations.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import { compareInstants } from '../../../../src/time/instant.js';
import { createManualClock } from '../../cache/manualClock.js';
import { buildScope, FakeUpstream, type SeenCall, type Service } from '../support/fakeUpstream.js';

export interface Row {
  readonly id: string;
  readonly createdDateTime: string;
  readonly [name: string]: unknown;
}

/** Incidents as Microsoft Graph answers them: ordered by the one property asked for, at most 50 a call, no nextLink. */
export function incidentService(rows: readonly Row[]): Service {
  return (call) => {
    if (call.path !== '/v1.0/security/incidents') return rows.find(({ id }) => call.path.endsWith(`/${id}`));
    const { $top = '50', $skip = '0', $filter, $orderby = '' } = call.query;
    if (Number($top) > 50 || Number($skip) > 500) throw new Error(`$top ${$top} and $skip ${$skip} exceed the limits`);
    const matching = rows.filter((row) => ($filter ?? '').split(' and ').every((term) => holds(row, term)));
    const sorted = matching.sort(inOrder($orderby));
    return {
      value: sorted.slice(Number($skip), Number($skip) + Number($top)),
      ...(call.query.$count === 'true' ? { '@odata.count': sorted.length } : {}),
    };
  };
}

function inOrder(orderby: string): (a: Row, b: Row) => number {
  const [property = '', direction] = orderby.split(' ');
  const sign = direction === 'desc' ? -1 : 1;
  return (a, b) => sign * compareInstants(String(a[property]), String(b[property]));
}

function holds(row: Row, term: string): boolean {
  const alternatives = term.replace(/^\(|\)$/g, '').split(' or ');
  return alternatives.some((alternative) => {
    const [, property = '', operator = '', literal = ''] = /^(\w+) (\w+) (.*)$/.exec(alternative) ?? [];
    if (operator === '') return true;
    const value = String(row[property] ?? 'null');
    if (operator === 'eq' || operator === 'ne') return (value === unquote(literal)) === (operator === 'eq');
    const order = compareInstants(value, literal);
    return { ge: order >= 0, gt: order > 0, le: order <= 0, lt: order < 0 }[operator] ?? false;
  });
}

function unquote(literal: string): string {
  return literal.replace(/^'|'$/g, '').replaceAll("''", "'");
}

/** A fresh datasource per operation over one cache and one upstream. */
export function setUp(service: Service) {
  const upstream = new FakeUpstream('GRAPH_SECURITY', service);
  const clock = createManualClock();
  const cache = createCache({ clock, logger: silentLogger, random: () => 0 });
  const incidentWrites = createIncidentWrites({ clock });
  const operation = () =>
    new IncidentsDataSource({ upstream, cache, clock, logger: silentLogger, incidentWrites }, buildScope());
  return { upstream, cache, clock, operation };
}

/** Incidents that can be written; hooks break calls before they are carried out, or after. */
export class WritableIncidents {
  readonly rows: Map<string, Row>;
  before: (call: SeenCall) => void = () => undefined;
  afterWrite: (call: SeenCall) => void = () => undefined;
  /** What a PATCH answers; the incident unless told otherwise. */
  patchAnswer: (row: Row) => unknown = (row) => row;
  #writes = 0;

  constructor(rows: readonly Row[]) {
    this.rows = new Map(rows.map((row) => [row.id, row]));
  }

  readonly serve: Service = (call) => {
    this.before(call);
    const id = call.path.split('/')[4];
    const row = this.rows.get(id ?? '');
    if (id === undefined) return incidentService([...this.rows.values()])(call);
    if (row === undefined) return undefined;
    if (call.method === 'PATCH') return this.#patch(row, call);
    return call.method === 'POST' ? this.#comment(row, call) : row;
  };

  #patch(row: Row, call: SeenCall): unknown {
    const written = { ...row, ...call.body, lastUpdateDateTime: this.#nextUpdate() };
    this.rows.set(row.id, written);
    this.afterWrite(call);
    return this.patchAnswer(written);
  }

  #comment(row: Row, call: SeenCall): unknown {
    const createdDateTime = this.#nextUpdate();
    const comments = [...((row.comments as unknown[]) ?? []), { comment: call.body.comment, createdDateTime }];
    this.rows.set(row.id, { ...row, comments, lastUpdateDateTime: createdDateTime });
    this.afterWrite(call);
    return { value: comments };
  }

  #nextUpdate(): string {
    this.#writes += 1;
    return `2026-11-21T08:00:00.${String(this.#writes).padStart(7, '0')}Z`;
  }
}

/** Incidents that can be written, and mutations of them by any caller. */
export function setUpWrites(rows: readonly Row[]) {
  const service = new WritableIncidents(rows);
  const set = setUp(service.serve);
  const changes = { record: async () => 'c1' } as unknown as Changes;
  const mutate = (principal = 'tenant ann') =>
    new IncidentMutations({ incidents: set.operation(), changes, principal });
  return { ...set, service, mutate };
}
