import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, type GraphQLSchema, Kind, parse, validate } from 'graphql';
import { type Stack, startStack } from '../support/startStack.js';

interface Shown {
  readonly where: string;
  readonly text: string;
}

/** Every GraphQL block of the documents, and every sample of the playground. */
function shownOperations(): Shown[] {
  const pages = ['README.md', ...filesIn('docs', '.md')];
  const blocks = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/```graphql\n([\s\S]*?)```/g)].map((match, index) => ({
      where: `${page}, block ${index + 1}`,
      text: match[1] ?? '',
    })),
  );
  const samples = filesIn('src/playground/samples', '.graphql').map((file) => ({
    where: file,
    text: readFileSync(file, 'utf8'),
  }));
  return [...blocks, ...samples];
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();
}

function kindOf(text: string): string {
  const definition = parse(text).definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.operation : 'none';
}

describe('every operation shown in a document or in the playground', () => {
  let stack: Stack;
  let schema: GraphQLSchema;
  let input: object;
  const shown = shownOperations();

  beforeAll(async () => {
    stack = await startStack();
    schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
    const newest = await stack.ask('{ alerts(first: 1) { nodes { id } } }');
    input = { id: newest.data?.alerts.nodes[0].id, assignedTo: 'analyst@contoso.example' };
  });
  afterAll(() => stack.stop());

  it('is there', () => expect(shown.length).toBeGreaterThanOrEqual(10));

  it.each(shown)('$where fits the schema', ({ text }) => expect(validate(schema, parse(text))).toEqual([]));

  it.each(shown.filter(({ text }) => kindOf(text) !== 'subscription'))(
    '$where answers without errors',
    async ({ text }) => {
      const answer = await stack.ask(text, kindOf(text) === 'mutation' ? { variables: { input } } : {});
      expect({ status: answer.status, errors: answer.errors }).toEqual({ status: 200, errors: undefined });
      for (const value of Object.values(answer.data ?? {})) expect(value).not.toBeNull();
    },
  );
});
