import { describe, expect, it } from '@jest/globals';
import { toIncident } from '../../../../src/datasources/incidents/map.js';
import { parseIncident, parseIncidentPage } from '../../../../src/datasources/incidents/wire.js';

describe('an incident', () => {
  it('reads the spellings of published examples like those of the schema', () => {
    const schema = {
      id: '1',
      classification: 'truePositive',
      determination: 'multiStagedAttack',
      status: 'active',
      severity: 'medium',
      customTags: ['Demo'],
      comments: [{ comment: 'x', createdByDisplayName: 'David', createdDateTime: '2021-09-30T12:07:37.2756993Z' }],
    };
    const example = {
      '@odata.type': '#microsoft.graph.incident',
      id: '1',
      classification: 'TruePositive',
      determination: 'MultiStagedAttack',
      status: 'Active',
      severity: 'Medium',
      tags: ['Demo'],
      comments: [{ comment: 'x', createdBy: 'David', createdTime: '2021-09-30T12:07:37.2756993Z' }],
    };
    const ours = toIncident(parseIncident(schema));
    expect(ours).toMatchObject({
      __typename: 'Incident',
      classification: 'TRUE_POSITIVE',
      determination: 'MULTI_STAGED_ATTACK',
      status: 'ACTIVE',
      severity: 'MEDIUM',
      customTags: ['Demo'],
      comments: [{ comment: 'x', createdByDisplayName: 'David', createdDateTime: '2021-09-30T12:07:37.2756993Z' }],
    });
    expect({ ...toIncident(parseIncident(example)), ...raw(ours) }).toEqual(ours);
  });

  it('keeps words that it does not know beside UNRECOGNIZED', () => {
    const wire = parseIncident({ id: '1', status: 'unknownFutureValue', severity: 'apocalyptic' });
    expect(toIncident(wire)).toMatchObject({
      status: 'UNRECOGNIZED',
      rawStatus: 'unknownFutureValue',
      severity: 'UNRECOGNIZED',
      rawSeverity: 'apocalyptic',
    });
  });

  it('keeps the incident that it was merged into', () => {
    const wire = parseIncident({ id: 5, status: 'redirected', redirectIncidentId: '7' });
    expect(toIncident(wire)).toMatchObject({ id: '5', status: 'REDIRECTED', redirectIncidentId: '7' });
  });

  it('has no member undefined when the upstream sends nothing but the id', () => {
    expect(Object.values(toIncident(parseIncident({ id: '1' })))).not.toContain(undefined);
  });

  it.each([[{}], [{ id: '' }], [{ id: { text: 1 } }], [undefined], [[]]])('refuses %j, which is none', (body) => {
    expect(() => parseIncident(body)).toThrow();
  });

  it.each([[{ value: {} }], [{ value: [{}] }], [[]], [undefined]])('refuses %j, which is no page', (body) => {
    expect(() => parseIncidentPage(body)).toThrow();
  });
});

/** The twins that hold the upstream's spelling. */
function raw(incident: object): object {
  return Object.fromEntries(Object.entries(incident).filter(([name]) => name.startsWith('raw')));
}
