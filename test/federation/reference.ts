import { buildSchema, type ExecutionResult, execute, parse } from 'graphql';
import { buildStitchedSchema } from '../../src/federation/stitched/buildStitchedSchema.js';
import { randomQuery } from '../support/subgraphs/randomQuery.js';
import type { Story } from './contract.js';
import { JoinedWorld } from './joinedWorld.js';

/** Another seed asks other queries: `FEDERATION_SEED=7 FEDERATION_QUERIES=200`. */
export const seed = Number(process.env.FEDERATION_SEED ?? 1);
export const queriesPerStory = Number(process.env.FEDERATION_QUERIES ?? 10);

/** A query over the subgraphs of a story. */
export function queryAtRandom({ notAtRandom }: Story, { joined }: JoinedWorld, random: () => number): string {
  return randomQuery(joined.schema, { random, texts, depth: 3, without: notAtRandom });
}

/**
 * What answers by other means: one schema without federation over all data, where the story has them; else the
 * stitched schema.
 */
export async function referenceFor(
  { whole, scripts }: Story,
  { joined }: JoinedWorld,
): Promise<(query: string) => Promise<ExecutionResult>> {
  if (whole !== undefined) {
    const schema = buildSchema(joined.sdl);
    return async (query) => execute({ schema, document: parse(query), rootValue: whole });
  }
  const stitched = await JoinedWorld.open(scripts(), buildStitchedSchema, { isExact: false });
  return (query) => stitched.ask({ query });
}

/** Ids and names that some of the stories know. */
const texts = ['"u1"', '"u2"', '"a1"', '"x1"', '"web"', '"db"'];
