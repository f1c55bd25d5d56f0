import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, type GraphQLSchema, Kind, parse, validate } from 'graphql';
import { blocksOf } from '../support/documentBlocks.js';
import { startCmdbStack } from '../support/startCmdbStack.js';
import { type Stack, startStack } from '../support/startStack.js';

interface Shown {
  readonly where: string;
  readonly text: string;
}

/**
 * Every GraphQL block of the documents that carries the label: none for operations on our own schema, `joined` for those
 * on the schema that the example's CMDB is joined to. Other labels are schemas.
 */
function shownOperations(label: string): Shown[] {
  const pages = ['README.md', ...filesIn('docs', '.md'), ...filesIn('examples', '.md')];
  return pages.flatMap(blocksOf).filter((block) => block.language === 'graphql' && block.label === label);
}

function playgroundSamples(): Shown[] {
  return filesIn('src/playground/samples', '.graphql').map((file) => ({
    where: file,
    text: readFileSync(file, 'utf8'),
  }));
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
  const shown = [...shownOperations(''), ...playgroundSamples()];

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

describe('every operation shown on the joined schema', () => {
  let stack: Stack;
  const shown = shownOperations('joined');

  beforeAll(async () => {
    stack = await startCmdbStack();
  });
  afterAll(() => stack.stop());

  it('is there, in the document and in the example', () => expect(shown.length).toBeGreaterThanOrEqual(2));

  it.each(shown)('$where answers without errors, and with something of the CMDB', async ({ text }) => {
    const answer = await stack.ask(text);
    expect({ status: answer.status, errors: answer.errors }).toEqual({ status: 200, errors: undefined });
    expect(JSON.stringify(answer.data)).toContain('"costCentre":"CC-');
  });

  it('the query that the demo prints is the one that the example explains', () => {
    const printed = readFileSync('examples/federation/alert-to-owner.graphql', 'utf8');
    expect(shownOperations('joined').map(({ text }) => text)).toContain(printed);
  });
});
