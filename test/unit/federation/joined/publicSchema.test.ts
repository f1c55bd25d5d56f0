import { composeServices } from '@apollo/composition';
import { describe, expect, it } from '@jest/globals';
import { parse, printSchema } from 'graphql';
import { buildPublicSchema } from '../../../../src/federation/joined/publicSchema.js';
import { composeScripts } from '../../../support/subgraphs/composeScripts.js';
import { documentOf, type SubgraphScript } from '../../../support/subgraphs/subgraphScript.js';

const scripts: SubgraphScript[] = [
  {
    name: 'devices',
    typeDefs: `
      "What is managed."
      type Device implements Asset & Secret @key(fields: "id") {
        id: ID!
        "How it is called."
        name(style: Style, inner: Boolean = false @inaccessible): String @deprecated(reason: "Ask for id.")
        key: String @inaccessible
      }
      type Hidden implements Asset @inaccessible { id: ID! }
      interface Asset { id: ID! }
      interface Secret @inaccessible { id: ID! }
      union Found = Device | Hidden
      enum Style { PLAIN SHOUTED @inaccessible }
      input Filter { name: String secret: String @inaccessible }
      type Query { found(filter: Filter): [Found] devices: [Device] hidden: Hidden @inaccessible }
    `,
  },
  { name: 'owners', typeDefs: 'type Device @key(fields: "id") { id: ID! owner: String @tag(name: "person") }' },
];

const wanted = `interface Asset {
  id: ID!
}

"""What is managed."""
type Device implements Asset {
  id: ID!

  """How it is called."""
  name(style: Style): String @deprecated(reason: "Ask for id.")
  owner: String
}

input Filter {
  name: String
}

union Found = Device

type Query {
  devices: [Device]
  found(filter: Filter): [Found]
}

enum Style {
  PLAIN
}`;

const composers: readonly (readonly [name: string, compose: () => string | undefined])[] = [
  ['our composition', () => composeScripts(scripts)],
  [
    "Apollo's composition",
    () => composeServices(scripts.map((script) => ({ name: script.name, typeDefs: documentOf(script) }))).supergraphSdl,
  ],
];

describe('the public schema of a supergraph', () => {
  it.each(composers)('of %s shows what clients may see, with descriptions, and nothing else', (_name, compose) => {
    const schema = buildPublicSchema(parse(compose() ?? ''));
    expect(sorted(printSchema(schema))).toEqual(sorted(wanted));
  });
});

/** Definitions and their fields in one order. */
function sorted(sdl: string): string[] {
  return sdl
    .split('\n\n')
    .join('\n')
    .split('\n')
    .map((line) => line.trim())
    .sort();
}
