import { GraphQLError, parse } from 'graphql';
import type { Clock } from '../../time/clock.js';
import type { Subgraph, SubgraphResult } from '../contract.js';
import { buildBackgroundContext } from './backgroundContext.js';
import { reasonOf, toReason } from './reasons.js';

export type SdlAnswer =
  | { readonly state: 'ok'; readonly sdl: string }
  | { readonly state: 'unreachable' | 'invalid'; readonly reason: string };

const operation = 'query SubgraphSdl { _service { sdl } }';

/**
 * Asks a subgraph for its schema.
 * @param timeoutMs Also kept when the subgraph's client does not: a look must end.
 * @returns the SDL, whose syntax is valid, or why there is none, which may be that the signal was aborted.
 */
export async function askSdl(
  subgraph: Subgraph,
  timeoutMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<SdlAnswer> {
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  try {
    const context = buildBackgroundContext(clock.now() + timeoutMs, ended);
    const answer = subgraph.execute({ kind: 'query', operation, variables: {}, context });
    const result = await Promise.race([answer, clock.sleep(timeoutMs, ended)]);
    return result === undefined ? tooLate(subgraph.name) : readAnswer(result, subgraph.name);
  } catch (error) {
    return { state: 'unreachable', reason: reasonOf(error, subgraph.name) };
  } finally {
    over.abort();
  }
}

function tooLate(name: string): SdlAnswer {
  return { state: 'unreachable', reason: toReason('UPSTREAM_TIMEOUT', 'It did not tell its schema in time.', name) };
}

function readAnswer({ data, faults }: SubgraphResult, name: string): SdlAnswer {
  const [fault] = faults;
  if (fault !== undefined) return { state: 'unreachable', reason: reasonOf(fault.error, name) };
  const sdl = sdlIn(data?._service);
  if (sdl === undefined)
    return { state: 'invalid', reason: toReason('UPSTREAM_BAD_RESPONSE', 'It tells no schema in _service.sdl.', name) };
  const broken = syntaxFault(sdl);
  return broken === undefined
    ? { state: 'ok', sdl }
    : { state: 'invalid', reason: toReason('GRAPHQL_PARSE_FAILED', broken, name) };
}

function sdlIn(service: unknown): string | undefined {
  if (typeof service !== 'object' || service === null || !('sdl' in service)) return undefined;
  return typeof service.sdl === 'string' && service.sdl.trim() !== '' ? service.sdl : undefined;
}

function syntaxFault(sdl: string): string | undefined {
  try {
    parse(sdl, { noLocation: true });
    return undefined;
  } catch (error) {
    return error instanceof GraphQLError ? error.message : 'The schema cannot be read.';
  }
}
