import { describe, expect } from '@jest/globals';
import { representationsOf } from '../support/subgraphs/summarise.js';
import { byPath, errorsOf } from './askSchema.js';
import { abstractTypes } from './chapters/abstractTypes.js';
import { care } from './chapters/care.js';
import { conditions } from './chapters/conditions.js';
import { errors } from './chapters/errors.js';
import { external } from './chapters/external.js';
import { inaccessible } from './chapters/inaccessible.js';
import { inputs } from './chapters/inputs.js';
import { interfaceObject } from './chapters/interfaceObject.js';
import { introspection } from './chapters/introspection.js';
import { keys } from './chapters/keys.js';
import { keysThatFail } from './chapters/keysThatFail.js';
import { lists } from './chapters/lists.js';
import { mutations } from './chapters/mutations.js';
import { operations } from './chapters/operations.js';
import { override } from './chapters/override.js';
import { provides } from './chapters/provides.js';
import { requires } from './chapters/requires.js';
import { shareable } from './chapters/shareable.js';
import type { BuildSchema, Chapter, FederationTraits, Promised, Refusal, Story } from './contract.js';
import { describeSubscriptions } from './describeSubscriptions.js';
import { itPromises } from './itPromises.js';
import { JoinedWorld } from './joinedWorld.js';

export const chapters: readonly Chapter[] = [
  keys,
  keysThatFail,
  requires,
  provides,
  external,
  override,
  shareable,
  inaccessible,
  interfaceObject,
  abstractTypes,
  inputs,
  conditions,
  operations,
  mutations,
  introspection,
  lists,
  care,
  errors,
];

/** The promises of every schema that is joined of subgraphs: what it answers, and what that costs. */
export function describeFederation(name: string, build: BuildSchema, traits: FederationTraits): void {
  refuseUnknown(traits);
  describe(`the ${name} schema`, () => {
    for (const { title, stories } of chapters) {
      describe(title, () => {
        for (const story of stories) describeStory(story, build, traits);
      });
    }
    describeSubscriptions(build, traits);
  });
}

/** A miss that no promise has would hide that it was renamed, or is gone. */
function refuseUnknown({ knownMisses = {} }: FederationTraits): void {
  const titles = chapters
    .flatMap(({ stories }) => stories)
    .flatMap(({ promises = [], refusals = [] }) => [...promises, ...refusals].map(({ title }) => title));
  const unknown = Object.keys(knownMisses).filter((title) => !titles.includes(title));
  if (unknown.length > 0) throw new Error(`Wanted titles of promises, got: ${unknown.join('; ')}.`);
  if (new Set(titles).size < titles.length) throw new Error('Wanted titles that are unique, got one twice.');
}

function describeStory({ scripts, promises = [], refusals = [] }: Story, build: BuildSchema, traits: FederationTraits) {
  for (const promised of promises) {
    itPromises(promised.title, traits, async () =>
      keeps(promised, await JoinedWorld.open(scripts(), build, traits), traits),
    );
  }
  for (const refusal of refusals) {
    itPromises(refusal.title, traits, async () => refuses(refusal, await JoinedWorld.open(scripts(), build, traits)));
  }
}

async function keeps(promised: Promised, world: JoinedWorld, traits: FederationTraits): Promise<void> {
  for (const [name, outage] of Object.entries(promised.down ?? {})) world.subgraph(name).outage = outage;
  const answer = await world.ask(promised);
  const expected = byPath(promised.errors ?? []);
  expect(world.log.complaints).toEqual([]);
  if (expected.length === 0) expect(answer.errors ?? []).toEqual([]);
  expectData(answer.data, promised);
  if (!traits.isExact) {
    expect((answer.errors ?? []).length > 0).toBe(expected.length > 0);
    return;
  }
  expect(errorsOf(answer)).toMatchObject(expected);
  expectRequests(world, promised);
}

function expectData(data: unknown, { data: wanted, unordered = false }: Promised): void {
  if (unordered) {
    expect(sorted(data)).toEqual(sorted(wanted));
    return;
  }
  expect(data).toEqual(wanted);
  expect(JSON.stringify(data)).toBe(JSON.stringify(wanted));
}

/** The same value with its lists in the order of their text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, sorted(child)]));
}

function expectRequests({ log }: JoinedWorld, { requests, check }: Promised): void {
  const asked = log.waves();
  if (requests !== undefined) expect(asked).toEqual(settleChoices(requests, asked));
  for (const request of log.requests) {
    const representations = representationsOf(request).map((representation) => JSON.stringify(representation));
    expect(representations).toHaveLength(new Set(representations).size);
  }
  check?.(log);
}

/** Replaces `a|b: field` by what was asked, where that is one of the two. */
function settleChoices(wanted: NonNullable<Promised['requests']>, asked: readonly (readonly string[])[]): string[][] {
  return wanted.map((wave, index) => wave.map((summary) => settle(summary, asked[index] ?? [])).sort());
}

function settle(summary: string, asked: readonly string[]): string {
  const [names = '', fields = ''] = summary.split(': ');
  const possible = names.split('|').map((name) => `${name}: ${fields}`);
  return possible.find((one) => asked.includes(one)) ?? summary;
}

async function refuses({ query, message }: Refusal, world: JoinedWorld): Promise<void> {
  expect(world.refusalsOf(query)).toContainEqual(expect.stringMatching(message));
  await expect(world.ask({ query })).rejects.toThrow(message);
  expect(world.log.requests).toEqual([]);
}
