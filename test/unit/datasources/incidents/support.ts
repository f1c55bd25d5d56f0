import { createCache } from '../../../../src/cache/createCache.js';
import { IncidentsDataSource } from '../../../../src/datasources/incidents/IncidentsDataSource.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import { compareInstants } from '../../../../src/time/instant.js';
import { createManualClock } from '../../cache/manualClock.js';
import { buildScope, FakeUpstream, type Service } from '../support/fakeUpstream.js';

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
  const operation = () => new IncidentsDataSource({ upstream, cache, clock }, buildScope());
  return { upstream, cache, operation };
}
