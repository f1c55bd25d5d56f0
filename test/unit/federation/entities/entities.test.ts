import { describe, expect, it } from '@jest/globals';
import DataLoader from 'dataloader';
import { formatError } from '../../../../src/errors/formatError.js';
import type { Representation } from '../../../../src/federation/entities/buildFederatedSchema.js';
import { federate, findEntities } from './library.js';

const book = Object.freeze({ id: '1', isbn: '978', pages: 300 });
const map = Object.freeze({ __typename: 'Map', id: '2', scale: 25_000 });

/** Answers everybody, and tells what it was asked. */
function recording(answer: unknown = null) {
  const asked: Representation[] = [];
  return { asked, resolver: (representation: Representation) => (asked.push(representation), answer) };
}

function codesOf(errors: readonly unknown[]): unknown[] {
  return errors.map((error) => formatError(error)).map(({ path, extensions }) => [path, extensions?.code]);
}

describe('entities by their representations', () => {
  it('are answered in the order of the request, null where there is none', async () => {
    const { schema } = federate({ Book: ({ id }) => (id === '1' ? book : null), Map: () => map });
    const wanted = [
      { __typename: 'Map', id: '2' },
      { __typename: 'Book', id: '7' },
      { __typename: 'Book', id: '1' },
    ];
    const { found, errors } = await findEntities(schema, wanted, '... on Book { isbn } ... on Map { scale }');
    expect(found).toEqual([{ __typename: 'Map', scale: 25_000 }, null, { __typename: 'Book', isbn: '978' }]);
    expect(errors).toEqual([]);
  });

  it('may be objects that cannot be written to and do not name their type', async () => {
    const { schema } = federate({ Book: () => book });
    const { found } = await findEntities(schema, [{ __typename: 'Book', id: '1' }], '... on Printed { pages }');
    expect(found).toEqual([{ __typename: 'Book', pages: 300 }]);
    expect(Object.keys(book)).toEqual(['id', 'isbn', 'pages']);
  });

  it('fail each for itself, whether the search throws, rejects or returns an error', async () => {
    const { schema } = federate({
      Book: ({ id }) => {
        if (id === '1') throw new Error('thrown');
        return id === '2' ? Promise.reject(new Error('rejected')) : id === '3' ? new Error('returned') : book;
      },
    });
    const wanted = ['1', '2', '3', '4'].map((id) => ({ __typename: 'Book', id }));
    const { found, errors } = await findEntities(schema, wanted);
    expect(found).toEqual([null, null, null, { __typename: 'Book' }]);
    expect(errors.map(({ message, path }) => [message, path])).toEqual([
      ['thrown', ['_entities', 0]],
      ['rejected', ['_entities', 1]],
      ['returned', ['_entities', 2]],
    ]);
  });

  it.each<[name: string, sent: unknown]>([
    ['of an unknown type', { __typename: 'Journal', id: '1' }],
    ['of a type without a key', { __typename: 'Printing', year: 1999 }],
    ['of a type that only others can find', { __typename: 'Branch', code: '1' }],
    ['without a type', { id: '1' }],
    ['of a type that is no name', { __typename: 7, id: '1' }],
    ['of what every object inherits', { __typename: 'constructor', id: '1' }],
    ['that is no object', 'Book:1'],
    ['that is a list', [{ __typename: 'Book', id: '1' }]],
    ['without its key', { __typename: 'Book', pages: 300 }],
    ['with half of a key', { __typename: 'Book', isbn: '978' }],
    ['with half of a nested key', { __typename: 'Book', isbn: '978', printing: { edition: '2nd' } }],
    ['with a key that is null', { __typename: 'Book', id: null }],
    ['with a key of another type', { __typename: 'Book', id: { $ne: null } }],
    ['with a nested key of another type', { __typename: 'Book', isbn: '978', printing: { year: 'MMXX' } }],
    ['with no list where the key is one', { __typename: 'Reader', cards: { number: 1 } }],
    ['with a list that holds something else', { __typename: 'Reader', cards: [{ number: 1 }, null] }],
    ['with an unknown enum value', { __typename: 'Reader', genres: ['COOKING'] }],
  ])('are refused one by one: a representation %s', async (_name, sent) => {
    const { asked, resolver } = recording(book);
    const { schema } = federate({ Book: resolver, Reader: resolver });
    const { found, errors } = await findEntities(schema, [sent, { __typename: 'Book', id: '1' }]);
    expect(found).toEqual([null, { __typename: 'Book' }]);
    expect(codesOf(errors)).toEqual([[['_entities', 0], 'BAD_USER_INPUT']]);
    expect(asked).toHaveLength(1);
  });

  it('are refused with the keys that would do', async () => {
    const { errors } = await findEntities(federate().schema, [{ __typename: 'Book' }]);
    expect(errors.map(({ message }) => message)).toEqual([
      'A representation of Book wants the key "id" or "isbn printing { year }".',
    ]);
  });

  it.each<[name: string, sent: Representation, seen: object]>([
    ['one field', { __typename: 'Book', id: '1' }, { id: '1' }],
    ['an id that was sent as a number', { __typename: 'Book', id: 1 }, { id: '1' }],
    ['nested fields', { __typename: 'Book', isbn: '978', printing: { year: 1999, edition: '2nd' } }, {}],
    ['a list', { __typename: 'Reader', cards: [{ number: 1 }, { number: 2 }] }, {}],
    ['enum values', { __typename: 'Reader', genres: ['CRIME'] }, {}],
    ['what is beside the key', { __typename: 'Book', id: '1', branch: 'North', shelf: { row: 3 } }, {}],
    ['a second key that is broken', { __typename: 'Book', id: '1', isbn: null, printing: 7 }, {}],
  ])('are found by representations with %s', async (_name, sent, seen) => {
    const { asked, resolver } = recording();
    await findEntities(federate({ Book: resolver, Reader: resolver }).schema, [sent]);
    expect(asked).toEqual([{ ...sent, ...seen }]);
  });

  it('may be asked for in the document itself', async () => {
    const { asked, resolver } = recording(book);
    const { graphql } = await import('graphql');
    const source = 'query ($id: ID) { _entities(representations: [{ __typename: "Book", id: $id }]) { __typename } }';
    const { data } = await graphql({
      schema: federate({ Book: resolver }).schema,
      source,
      variableValues: { id: '1' },
    });
    expect(JSON.parse(JSON.stringify(data))).toEqual({ _entities: [{ __typename: 'Book' }] });
    expect(asked).toEqual([{ __typename: 'Book', id: '1' }]);
  });

  it('are asked for in one tick, so that loaders share calls', async () => {
    const batches: number[] = [];
    const loader = new DataLoader<string, object>(async (ids) => {
      batches.push(ids.length);
      return ids.map((id) => ({ id }));
    });
    const { schema } = federate({
      Book: ({ id }) => loader.load(String(id)),
      Map: ({ id }) => loader.load(String(id)),
    });
    const wanted = Array.from({ length: 1_000 }, (_, n) => ({ __typename: n % 2 ? 'Map' : 'Book', id: String(n) }));
    const { found } = await findEntities(schema, wanted, '... on Printed { id }');
    expect(found).toEqual(wanted);
    expect(batches).toEqual([1_000]);
  });

  it('are at most 10,000 at once', async () => {
    const { asked, resolver } = recording();
    const { schema } = federate({ Book: resolver });
    const wanted = Array.from({ length: 10_001 }, (_, n) => ({ __typename: 'Book', id: String(n) }));
    const { found, errors } = await findEntities(schema, wanted);
    expect(found).toBeNull();
    expect(codesOf(errors)).toEqual([[['_entities'], 'BAD_USER_INPUT']]);
    expect(asked).toEqual([]);
    expect((await findEntities(schema, wanted.slice(1))).errors).toEqual([]);
  });
});

describe('entities behind an interface', () => {
  it('have the type of what was found', async () => {
    const { schema } = federate({ Printed: () => map });
    const { found } = await findEntities(schema, [{ __typename: 'Printed', id: '2' }], '... on Map { scale }');
    expect(found).toEqual([{ __typename: 'Map', scale: 25_000 }]);
  });

  it('have the type that the interface tells of what does not tell itself', async () => {
    const { schema } = federate({ Printed: () => book });
    const printed = schema.getType('Printed') as { resolveType?: unknown };
    printed.resolveType = async () => 'Book';
    const { found } = await findEntities(schema, [{ __typename: 'Printed', id: '1' }], '... on Book { isbn }');
    expect(found).toEqual([{ __typename: 'Book', isbn: '978' }]);
  });

  it.each<[name: string, typeName: string, answer: object]>([
    ['another kind of it', 'Book', map],
    ['something that is not behind it', 'Printed', { __typename: 'Reader' }],
    ['something of no type', 'Printed', { id: '1' }],
  ])('are not found where there is %s', async (_name, typeName, answer) => {
    const { schema } = federate({ Book: () => answer, Printed: () => answer });
    const { found, errors } = await findEntities(schema, [{ __typename: typeName, id: '2' }]);
    expect([found, errors]).toEqual([[null], []]);
  });
});
