import { Trace } from '@apollo/usage-reporting-protobuf';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Shop, startShop } from '../support/products/startShop.js';

/**
 * The 25 behaviours that the public subgraph compatibility list asks of an implementation, shown on its fixed
 * `products` subgraph, which is made of decorators and our own federation code.
 * @see https://github.com/apollographql/apollo-federation-subgraph-compatibility, COMPATIBILITY.md
 */

interface User {
  readonly email: string;
  readonly averageProductsCreatedPerYear: number | null;
}

let shop: Shop;

beforeAll(async () => {
  shop = await startShop();
});

beforeEach(() => shop.users.forget());

afterAll(() => shop.stop());

/** Both the data and that nothing went wrong. */
async function productsData(query: string, variables = {}) {
  const { data, errors } = await shop.askProducts(query, { variables });
  expect(errors).toBeUndefined();
  return data;
}

async function routerData<T>(query: string, variables = {}): Promise<T | null | undefined> {
  const { data, errors } = await shop.askRouter<T>(query, { variables });
  expect(errors).toBeUndefined();
  return data;
}

function entities(representations: object[], selection: string) {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;
  return productsData(query, { representations });
}

const ofProduct = (selection: string) => `query ($id: ID!) { product(id: $id) { ${selection} } }`;
const federation = { id: 'apollo-federation' };

describe('introspection', () => {
  it('tells the whole fixed schema through _service', () => {
    const fixed = {
      Product: [
        'createdBy: User',
        'dimensions: ProductDimension',
        'id: ID!',
        'notes: String',
        'package: String',
        'research: [ProductResearch!]!',
        'sku: String',
        'variation: ProductVariation',
      ],
      DeprecatedProduct: ['createdBy: User', 'package: String!', 'reason: String', 'sku: String!'],
      ProductVariation: ['id: ID!'],
      ProductResearch: ['outcome: String', 'study: CaseStudy!'],
      CaseStudy: ['caseNumber: ID!', 'description: String'],
      ProductDimension: ['size: String', 'unit: String', 'weight: Float'],
      User: [
        'averageProductsCreatedPerYear: Int',
        'email: ID!',
        'name: String',
        'totalProductsCreated: Int',
        'yearsOfEmployment: Int!',
      ],
      Inventory: ['deprecatedProducts: [DeprecatedProduct!]!', 'id: ID!'],
      Query: ['deprecatedProduct(package: String!, sku: String!): DeprecatedProduct', 'product(id: ID!): Product'],
    };
    for (const [type, fields] of Object.entries(fixed)) expect(shop.sdl.fieldsOf(type)).toEqual(fields);
    expect(shop.sdl.text).toMatch(/^type Query\b/m);
  });
});

describe('@key single', () => {
  it('prints the one key of User', () => {
    expect(shop.sdl.directivesAt('User').filter(isKey)).toEqual(['@key(fields:"email")']);
  });

  it('finds a user by it', async () => {
    const email = 'support@apollographql.com';
    expect(await entities([{ __typename: 'User', email }], '... on User { email name }')).toEqual({
      _entities: [{ email, name: 'Jane Smith' }],
    });
  });
});

describe('@key multiple', () => {
  it('prints the key of several fields of DeprecatedProduct', () => {
    expect(shop.sdl.directivesAt('DeprecatedProduct')).toEqual(['@key(fields:"sku package")']);
  });

  it('finds a deprecated product by all of them, and by no other value', async () => {
    const key = { __typename: 'DeprecatedProduct', sku: 'apollo-federation-v1', package: '@apollo/federation-v1' };
    const found = await entities(
      [key, { ...key, package: 'another' }],
      '... on DeprecatedProduct { sku package reason }',
    );
    const { __typename, ...names } = key;
    expect(found).toEqual({ _entities: [{ ...names, reason: 'Migrate to Federation V2' }, null] });
  });
});

describe('@key composite', () => {
  it('prints the nested key of ProductResearch', () => {
    expect(shop.sdl.directivesAt('ProductResearch')).toEqual(['@key(fields:"study { caseNumber }")']);
  });

  it('finds a research by the field of its study', async () => {
    const representations = ['1234', '1235'].map((caseNumber) => ({
      __typename: 'ProductResearch',
      study: { caseNumber },
    }));
    expect(await entities(representations, '... on ProductResearch { study { caseNumber description } }')).toEqual({
      _entities: [
        { study: { caseNumber: '1234', description: 'Federation Study' } },
        { study: { caseNumber: '1235', description: 'Studio Study' } },
      ],
    });
  });
});

describe('repeatable @key', () => {
  it('prints all three keys of Product', () => {
    expect(shop.sdl.directivesAt('Product').filter(isKey).toSorted()).toEqual([
      '@key(fields:"id")',
      '@key(fields:"sku package")',
      '@key(fields:"sku variation { id }")',
    ]);
  });

  it('finds a product by any of them', async () => {
    const representations = [
      { __typename: 'Product', id: 'apollo-federation' },
      { __typename: 'Product', sku: 'federation', package: '@apollo/federation' },
      { __typename: 'Product', sku: 'studio', variation: { id: 'platform' } },
    ];
    expect(await entities(representations, '... on Product { id sku }')).toEqual({
      _entities: [
        { id: 'apollo-federation', sku: 'federation' },
        { id: 'apollo-federation', sku: 'federation' },
        { id: 'apollo-studio', sku: 'studio' },
      ],
    });
  });
});

describe('@requires', () => {
  it('prints which fields of another subgraph the computed one needs', () => {
    expect(shop.sdl.directivesAt('User.averageProductsCreatedPerYear')).toEqual([
      '@requires(fields:"totalProductsCreated yearsOfEmployment")',
    ]);
    for (const field of ['email', 'totalProductsCreated', 'yearsOfEmployment'])
      expect(shop.sdl.directivesAt(`User.${field}`)).toEqual(['@external']);
  });

  it('computes the field from what the router fetched elsewhere', async () => {
    const query = ofProduct('createdBy { email averageProductsCreatedPerYear }');
    const data = await routerData<{ product: { createdBy: Partial<User> } }>(query, federation);
    const { email, averageProductsCreatedPerYear } = data?.product.createdBy ?? {};
    expect(email).toBe('support@apollographql.com');
    // 10 products in ten years, or the 1337 that `@provides` lets a router take from here instead.
    expect([1, 134]).toContain(averageProductsCreatedPerYear);
    expect(shop.users.operations).toEqual([expect.stringContaining('yearsOfEmployment')]);
  });
});

describe('@provides', () => {
  it('prints which foreign field comes along', () => {
    expect(shop.sdl.directivesAt('Product.createdBy')).toEqual(['@provides(fields:"totalProductsCreated")']);
  });

  it('answers the foreign field without its owner', async () => {
    const query = ofProduct('createdBy { email totalProductsCreated }');
    expect(await productsData(query, federation)).toEqual({
      product: { createdBy: { email: 'support@apollographql.com', totalProductsCreated: 1337 } },
    });
  });
});

describe('federated tracing', () => {
  it('answers with an ftv1 trace of every field, and only when the router asks for it', async () => {
    const query = ofProduct('sku createdBy { email }');
    const headers = { 'apollo-federation-include-trace': 'ftv1' };
    const traced = await shop.askProducts(query, { variables: federation, headers });
    const data = { product: { sku: 'federation', createdBy: { email: 'support@apollographql.com' } } };
    expect(traced).toMatchObject({ data, extensions: { ftv1: expect.any(String) } });
    const { root, durationNs } = decodeTrace(traced.extensions);
    expect(durationNs).toBeGreaterThan(0);
    expect(pathsOf(root)).toEqual([
      'product: Product',
      'product.sku: String',
      'product.createdBy: User',
      'product.createdBy.email: ID!',
    ]);

    const untraced = await shop.askProducts(query, { variables: federation });
    expect(untraced.data).toEqual(data);
    expect(untraced).not.toHaveProperty('extensions.ftv1');
  });
});

describe('@link', () => {
  it('links one version of the federation specification, and imports what it uses of it', () => {
    const links = shop.sdl.links().filter(({ url }) => url.startsWith('https://specs.apollo.dev/federation/'));
    expect(links).toHaveLength(1);
    expect(links[0]?.url).toMatch(/\/v2\.[0-7]$/);
    expect(links[0]?.imports.toSorted()).toEqual([
      '@composeDirective',
      '@extends',
      '@external',
      '@inaccessible',
      '@interfaceObject',
      '@key',
      '@override',
      '@provides',
      '@requires',
      '@shareable',
      '@tag',
    ]);
  });
});

describe('@shareable', () => {
  it('prints the value type that others define too', () => {
    expect(shop.sdl.directivesAt('ProductDimension')).toEqual(['@shareable']);
  });

  it('resolves the shared fields through the router', async () => {
    const data = await routerData(ofProduct('dimensions { size weight }'), federation);
    expect(data).toEqual({ product: { dimensions: { size: 'small', weight: 1 } } });
  });
});

describe('@tag', () => {
  it('prints the tag of a field, by its plain name, and composition hands it on', () => {
    expect(shop.sdl.directivesAt('Product.notes')).toEqual(['@tag(name:"internal")']);
    expect(shop.supergraph.directivesAt('Product.notes')).toContain('@tag(name:"internal")');
  });
});

describe('@override', () => {
  it('prints from which subgraph the field is taken', () => {
    expect(shop.sdl.directivesAt('User.name')).toEqual(['@override(from:"users")']);
  });

  it('is asked for the field in place of its former owner', async () => {
    expect(await routerData(ofProduct('createdBy { name }'), federation)).toEqual({
      product: { createdBy: { name: 'Jane Smith' } },
    });
    expect(shop.users.operations).toEqual([]);
  });
});

describe('@inaccessible', () => {
  it('prints the hidden field, by the plain name of the directive', () => {
    expect(shop.sdl.directivesAt('ProductDimension.unit')).toEqual(['@inaccessible']);
  });

  it('answers the hidden field itself, while the router does not know it', async () => {
    const query = ofProduct('dimensions { unit }');
    expect(await productsData(query, federation)).toEqual({ product: { dimensions: { unit: 'kg' } } });
    const { data, errors } = await shop.askRouter(query, { variables: federation });
    expect(data ?? null).toBeNull();
    expect(errors?.map(({ message }) => message)).toEqual([expect.stringContaining('"unit"')]);
  });
});

describe('@composeDirective', () => {
  it('prints a directive of its own with its specification, and composition hands it on', () => {
    const own = { url: 'https://myspecs.dev/myCustomDirective/v1.0', imports: ['@custom'] };
    expect(shop.sdl.links()).toContainEqual(own);
    expect(shop.sdl.directivesAt('schema')).toContain('@composeDirective(name:"@custom")');
    expect(shop.sdl.directiveDefinitions()).toContain('directive @custom on OBJECT');
    expect(shop.sdl.directivesAt('Product')).toContain('@custom');
    expect(shop.supergraph.directivesAt('Product')).toContain('@custom');
  });
});

describe('@interfaceObject', () => {
  it('prints an interface of another subgraph as an object with its key', () => {
    expect(shop.sdl.directivesAt('Inventory').toSorted()).toEqual(['@interfaceObject', '@key(fields:"id")']);
  });

  it('adds its field to every type of the interface', async () => {
    const query = 'query ($id: ID!) { inventory(id: $id) { __typename deprecatedProducts { sku reason } } }';
    expect(await routerData(query, { id: 'apollo-oss' })).toEqual({
      inventory: {
        __typename: 'OpenSourceInventory',
        deprecatedProducts: [{ sku: 'apollo-federation-v1', reason: 'Migrate to Federation V2' }],
      },
    });
  });
});

function isKey(directive: string): boolean {
  return directive.startsWith('@key');
}

/** @param extensions Of an answer; `ftv1` is a protocol buffer in base64. */
function decodeTrace(extensions: object = {}): Trace {
  return Trace.decode(Buffer.from(String(Reflect.get(extensions, 'ftv1')), 'base64'));
}

/** The traced fields below a node, as `path: Type`, parents first. */
function pathsOf(node: Trace.INode | null | undefined, prefix = ''): string[] {
  return (node?.child ?? []).flatMap((child) => {
    const path = `${prefix}${child.responseName}`;
    return [`${path}: ${child.type}`, ...pathsOf(child, `${path}.`)];
  });
}
