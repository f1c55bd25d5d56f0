import { Arg, Directive, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { deprecatedProduct, products } from './data.js';
import { DeprecatedProduct, Product, User } from './types.js';

@Resolver(() => Product)
export class ProductResolver {
  @Query(() => Product, { nullable: true })
  product(@Arg('id', () => ID) id: string): Product | null {
    return products.find((product) => product.id === id) ?? null;
  }

  @Query(() => DeprecatedProduct, { nullable: true, deprecationReason: 'Use product query instead' })
  deprecatedProduct(
    @Arg('sku', () => String) sku: string,
    @Arg('package', () => String) packageName: string,
  ): DeprecatedProduct | null {
    return sku === deprecatedProduct.sku && packageName === deprecatedProduct.package ? deprecatedProduct : null;
  }
}

@Resolver(() => User)
export class UserResolver {
  /** Null when the years did not come with the representation, as `@requires` promises that they do. */
  @Directive('@requires(fields: "totalProductsCreated yearsOfEmployment")')
  @FieldResolver(() => Int, { nullable: true })
  averageProductsCreatedPerYear(@Root() { totalProductsCreated, yearsOfEmployment }: User): number | null {
    if (totalProductsCreated === null || yearsOfEmployment === undefined) return null;
    return Math.round(totalProductsCreated / yearsOfEmployment);
  }
}
