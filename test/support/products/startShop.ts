import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { type AskOptions, ask, type GraphQLAnswer } from '../graphql.js';
import { buildInventorySubgraph, buildUsersSubgraph, inventorySdl, usersSdl } from './neighbours.js';
import { SchemaText } from './SchemaText.js';
import { type ServedSubgraph, serveSubgraph } from './serveSubgraph.js';
import { startProducts } from './startProducts.js';
import { startRouter } from './startRouter.js';

/** The `products` subgraph, its two neighbours and a router over all three, each over real HTTP. */
export interface Shop {
  /** What the `products` subgraph says of itself. */
  readonly sdl: SchemaText;
  readonly supergraph: SchemaText;
  /** The neighbour, to see what it was asked. */
  readonly users: ServedSubgraph;
  /** Asks the `products` subgraph itself. */
  askProducts(query: string, options?: AskOptions): Promise<GraphQLAnswer>;
  askRouter<T>(query: string, options?: AskOptions): Promise<GraphQLAnswer<T>>;
  stop(): Promise<void>;
}

export async function startShop(): Promise<Shop> {
  const products = await startProducts();
  const users = await serveSubgraph(buildUsersSubgraph());
  const inventory = await serveSubgraph(buildInventorySubgraph());
  const sdl = await readSdl(products.url);
  const urls = { products: products.url, users: users.url, inventory: inventory.url };
  const supergraph = compose({ products: sdl, users: usersSdl, inventory: inventorySdl }, urls);
  const router = await startRouter(supergraph, urls);
  return {
    sdl: new SchemaText(sdl),
    supergraph: new SchemaText(supergraph),
    users,
    askProducts: (query, options) => ask(products.url, query, options),
    askRouter: (query, options) => ask(router.url, query, options),
    stop: async () => {
      await router.stop();
      await Promise.all([products.server.stop(), users.stop(), inventory.stop()]);
    },
  };
}

async function readSdl(url: string): Promise<string> {
  const { data } = await ask<{ _service: { sdl: string } }>(url, '{ _service { sdl } }');
  if (!data) throw new Error('"products" does not tell its SDL.');
  return data._service.sdl;
}

/** @throws with what composition refuses. */
function compose(sdls: Record<string, string>, urls: Record<string, string>): string {
  const services = Object.entries(sdls).map(([name, sdl]) => ({ name, typeDefs: parse(sdl), url: urls[name] ?? '' }));
  const { supergraphSdl, errors = [] } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
