import { expect, it } from '@jest/globals';
import { seededRandom } from '../support/subgraphs/randomQuery.js';
import { errorsOf } from './askSchema.js';
import type { BuildSchema, ExpectedError, Story } from './contract.js';
import { chapters } from './describeFederation.js';
import { describeWithPlanner } from './describeWithPlanner.js';
import { JoinedWorld } from './joinedWorld.js';
import { queriesPerStory, queryAtRandom, referenceFor, seed } from './reference.js';

/** As for random queries; and what no plan can join is stitched, whose answers behind interface objects have gaps. */
const left = ['errors', '@inaccessible', '@interfaceObject'];

await describeWithPlanner('while one subgraph is down', (build) => {
  for (const { title, stories } of chapters.filter((chapter) => !left.includes(chapter.title))) {
    it(`random queries lose only what it owes, and are told so, over the subgraphs of: ${title}`, async () => {
      for (const story of stories) await degradesWell(story, build);
    });
  }
});

async function degradesWell(story: Story, build: BuildSchema): Promise<void> {
  const random = seededRandom(seed);
  const world = await JoinedWorld.open(story.scripts(), build, { isExact: true });
  const askReference = await referenceFor(story, world);
  const names = story.scripts().map(({ name }) => name);
  for (let asked = 0; asked < queriesPerStory; asked += 1) {
    const query = queryAtRandom(story, world, random);
    const down = names[Math.floor(random() * names.length)] ?? '';
    const whole = await askReference(query);
    if (whole.errors !== undefined) continue;
    world.subgraph(down).outage = 'UPSTREAM_UNAVAILABLE';
    const partial = await world.ask({ query });
    world.subgraph(down).outage = undefined;
    const errors = errorsOf(partial);
    const strangers = errors.filter(({ code, subgraph }) => code !== 'UPSTREAM_UNAVAILABLE' || subgraph !== down);
    const faults = [...world.log.complaints, ...faultsOf(partial.data, whole.data, errors)];
    expect({ query, down, strangers, faults }).toEqual({ query, down, strangers: [], faults: [] });
  }
}

/** Where a partial answer differs from the whole one, but for nulls that an error explains. */
function faultsOf(
  partial: unknown,
  whole: unknown,
  errors: readonly ExpectedError[],
  path: readonly (string | number)[] = [],
): string[] {
  const at = path.join('.');
  if (partial === null)
    return whole === null || isExplained(path, errors) ? [] : [`${at} is null, and nobody says why`];
  if (typeof whole !== 'object' || whole === null) return partial === whole ? [] : [`${at} differs`];
  const [part, all] = [Object(partial), Object.entries(whole)];
  if (Object.keys(part).length !== all.length) return [`${at} has other fields or rows`];
  return all.flatMap(([key, value]) =>
    faultsOf(part[key], value, errors, [...path, Array.isArray(whole) ? Number(key) : key]),
  );
}

/** An error at the place, or below it, where a value must not be null. */
function isExplained(path: readonly (string | number)[], errors: readonly ExpectedError[]): boolean {
  return errors.some((error) => path.every((step, index) => error.path[index] === step));
}
