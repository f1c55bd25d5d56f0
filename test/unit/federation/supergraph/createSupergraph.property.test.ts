import { describe, it } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import fc from 'fast-check';
import { parse } from 'graphql';
import {
  joining,
  link,
  openWorld,
  own,
  pollIntervalMs,
  type Telling,
  TellingSubgraph,
  unreachable,
} from './support.js';

const names = ['cmdb', 'tickets', 'sites'] as const;

/** `label` is shared, so two that tell different types of it do not compose. */
const typesOfLabel = ['String', 'Int', '[String]', 'Unknown'] as const;
const tellings = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...typesOfLabel) },
  { weight: 1, arbitrary: fc.constantFrom('away', 'broken', 'nothing') },
);

function toTelling(name: string, told: string): Telling {
  if (told === 'away') return unreachable(name);
  if (told === 'broken') return 'type {';
  if (told === 'nothing') return { data: null, faults: [] };
  return `${link} type User @key(fields: "id") { id: ID! ${name}: String label: ${told} @shareable }`;
}

/** What the supergraph has to be: the last that composed of what each subgraph last told well. */
class Model {
  readonly #sdls = new Map<string, string>();
  composed: string | undefined;
  isWhole = false;

  take(told: ReadonlyMap<string, Telling>): void {
    const heard = [...told].filter((entry): entry is [string, string] => isSdl(entry[1]));
    for (const [name, sdl] of heard) this.#sdls.set(name, sdl);
    const services = [[own.name, own.sdl] as const, ...this.#sdls].map(([name, sdl]) => ({
      name,
      typeDefs: parse(sdl),
    }));
    const { supergraphSdl } = composeServices(services);
    if (supergraphSdl !== undefined) this.composed = supergraphSdl;
    this.isWhole = supergraphSdl !== undefined && heard.length === told.size;
  }
}

function isSdl(telling: Telling): telling is string {
  return typeof telling === 'string' && telling !== 'type {';
}

describe('a supergraph, whatever its subgraphs tell in whatever order', () => {
  it('is the last that composed, and knows whether it is the newest', async () => {
    const change = fc.record({ name: fc.constantFrom(...names), told: tellings });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 12 }), async (looks) => {
        const world = openWorld();
        const subgraphs = names.map((name) => new TellingSubgraph(name, toTelling(name, 'String')));
        const supergraph = await joining(world, subgraphs);
        const model = new Model();
        const tellModel = () => model.take(new Map(subgraphs.map(({ name, tells }) => [name, tells])));
        let changes = 0;
        supergraph.onChange(() => {
          changes += 1;
        });
        tellModel();
        for (const changed of looks) {
          for (const { name, told } of changed) {
            const subgraph = subgraphs.find((one) => one.name === name);
            if (subgraph !== undefined) subgraph.tells = toTelling(name, told);
          }
          const before = { composed: model.composed, changes };
          tellModel();
          await world.clock.advance(pollIntervalMs);
          const { state, reasons } = supergraph.status();
          if (supergraph.current().sdl !== model.composed) throw new Error('Another schema is served.');
          if ((state === 'current') !== model.isWhole) throw new Error(`It is ${state}, for ${reasons.join()}.`);
          if ((state === 'current') !== (reasons.length === 0)) throw new Error('State and reasons disagree.');
          const expected = before.changes + (model.composed === before.composed ? 0 : 1);
          if (changes !== expected) throw new Error(`Wanted ${expected} changes, got ${changes}.`);
        }
        await supergraph.stop();
      }),
      { numRuns: 60 },
    );
  });
});
