import { expect, it } from '@jest/globals';
import { seededRandom } from '../support/subgraphs/randomQuery.js';
import type { BuildSchema, Story } from './contract.js';
import { chapters } from './describeFederation.js';
import { describeWithPlanner } from './describeWithPlanner.js';
import { JoinedWorld } from './joinedWorld.js';
import { queriesPerStory, queryAtRandom, referenceFor, seed } from './reference.js';

/**
 * Errors are the point of the first; what clients may not see is one in the second; and plans that are refused in the
 * third are stitched, which does not take an object for the interface that an interface object stands for.
 */
const left = ['errors', '@inaccessible', '@interfaceObject'];

await describeWithPlanner('random queries', (build) => {
  for (const { title, stories } of chapters.filter((chapter) => !left.includes(chapter.title))) {
    it(`are answered as by other means, over the subgraphs of: ${title}`, async () => {
      for (const story of stories) await answersWell(story, build);
    });
  }
});

async function answersWell(story: Story, build: BuildSchema): Promise<void> {
  const random = seededRandom(seed);
  const world = await JoinedWorld.open(story.scripts(), build, { isExact: true });
  const askReference = await referenceFor(story, world);
  for (let asked = 0; asked < queriesPerStory; asked += 1) {
    const query = queryAtRandom(story, world, random);
    const [ours, theirs] = [await world.ask({ query }), await askReference(query)];
    // The query is part of what is compared, so that a failure shows it.
    expect({ query, complaints: world.log.complaints }).toEqual({ query, complaints: [] });
    if (theirs.errors === undefined) expect({ query, ...ours }).toEqual({ query, data: theirs.data });
  }
}
