import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { getVariableValues, Kind, type OperationDefinitionNode, parse, validate } from 'graphql';
import { orphanedTypes, resolvers } from '../../../src/resolvers/index.js';
import { buildGatewaySchema } from '../../../src/schema/buildSchema.js';

const folder = 'src/playground/samples';
const samples = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
const schema = buildGatewaySchema(resolvers, orphanedTypes);

describe('the sample operations', () => {
  it('show each kind of operation', () => {
    const kinds = samples.flatMap((file) => operationsOf(file).map(({ operation }) => operation));
    expect(new Set(kinds)).toEqual(new Set(['query', 'mutation', 'subscription']));
  });

  it.each(samples)('%s fits the schema and has a name for its tab', (file) => {
    expect(validate(schema, parse(read(file)))).toEqual([]);
    expect(operationsOf(file).map(({ name }) => name?.value)).toEqual([expect.stringMatching(/^[A-Z]\w+$/)]);
  });

  it.each(samples)('%s says in short lines what it shows', (file) => {
    const remarks = read(file)
      .split('\n')
      .filter((line) => line.startsWith('#'));
    expect(remarks.length).toBeGreaterThan(0);
    for (const remark of remarks) expect(remark.length).toBeLessThanOrEqual(50);
  });

  it.each(samples)('%s has the variables that it needs', (file) => {
    const [operation] = operationsOf(file);
    const own = readdirSync(folder).find((name) => name === file.replace('.graphql', '.variables.json'));
    const values = own === undefined ? {} : JSON.parse(read(own));
    expect(getVariableValues(schema, operation?.variableDefinitions ?? [], values)).toHaveProperty('coerced');
  });
});

function read(file: string): string {
  return readFileSync(`${folder}/${file}`, 'utf8');
}

function operationsOf(file: string): OperationDefinitionNode[] {
  return parse(read(file)).definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? [node] : []));
}
