import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isInterfaceType, isObjectType } from 'graphql';
import { orphanedTypes, resolvers } from '../../../src/resolvers/index.js';
import { buildGatewaySchema } from '../../../src/schema/buildSchema.js';

const page = readFileSync('docs/upstreams.md', 'utf8');
const schema = buildGatewaySchema(resolvers, orphanedTypes);
/** Root fields that no upstream serves: they tell of the gateway itself. */
const ownFields = new Set(['viewer', 'upstreams', 'changeCursor']);
const named = [...page.matchAll(/`([A-Z]\w+)\.(\w+)`/g)].map(
  ([, type, field]) => [String(type), String(field)] as const,
);

describe('the tables of docs/upstreams.md', () => {
  it('name fields that exist', () => {
    const unknown = named.filter(([typeName, field]) => {
      const type = schema.getType(typeName);
      return !((isObjectType(type) || isInterfaceType(type)) && field in type.getFields());
    });
    expect(named.length).toBeGreaterThan(60);
    expect(unknown).toEqual([]);
  });

  it.each([
    ['Query', schema.getQueryType()],
    ['Mutation', schema.getMutationType()],
    ['Subscription', schema.getSubscriptionType()],
  ])('name every field of %s that an upstream serves', (typeName, type) => {
    const shown = new Set(named.filter(([name]) => name === typeName).map(([, field]) => field));
    const served = Object.keys(type?.getFields() ?? {}).filter((field) => !ownFields.has(field));
    expect(served.filter((field) => !shown.has(field))).toEqual([]);
  });

  it('name every permission that a call of the datasources may miss', () => {
    const sources = readdirSync('src/datasources', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join('src/datasources', file), 'utf8'))
      .join('\n');
    const asked = [...sources.matchAll(/ermission(?:: | = )'([A-Z]\w+\.[\w.]+)'/g)].map(([, word]) => String(word));
    expect(new Set(asked).size).toBeGreaterThan(10);
    expect([...new Set(asked)].filter((permission) => !page.includes(permission))).toEqual([]);
  });
});
