import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';

@Directive('@custom')
@Directive('@key(fields: "id")')
@Directive('@key(fields: "sku package")')
@Directive('@key(fields: "sku variation { id }")')
@ObjectType()
export class Product {
  readonly __typename: 'Product';

  @Field(() => ID)
  id: string;

  @Field(() => String, { nullable: true })
  sku: string | null;

  @Field(() => String, { nullable: true })
  package: string | null;

  @Field(() => ProductVariation, { nullable: true })
  variation: ProductVariation | null;

  @Field(() => ProductDimension, { nullable: true })
  dimensions: ProductDimension | null;

  @Directive('@provides(fields: "totalProductsCreated")')
  @Field(() => User, { nullable: true })
  createdBy: User | null;

  @Directive('@tag(name: "internal")')
  @Field(() => String, { nullable: true })
  notes: string | null;

  @Field(() => [ProductResearch])
  research: readonly ProductResearch[];
}

@Directive('@key(fields: "sku package")')
@ObjectType()
export class DeprecatedProduct {
  readonly __typename: 'DeprecatedProduct';

  @Field(() => String)
  sku: string;

  @Field(() => String)
  package: string;

  @Field(() => String, { nullable: true })
  reason: string | null;

  @Field(() => User, { nullable: true })
  createdBy: User | null;
}

@ObjectType()
export class ProductVariation {
  readonly __typename: 'ProductVariation';

  @Field(() => ID)
  id: string;
}

@Directive('@key(fields: "study { caseNumber }")')
@ObjectType()
export class ProductResearch {
  readonly __typename: 'ProductResearch';

  @Field(() => CaseStudy)
  study: CaseStudy;

  @Field(() => String, { nullable: true })
  outcome: string | null;
}

@ObjectType()
export class CaseStudy {
  readonly __typename: 'CaseStudy';

  @Field(() => ID)
  caseNumber: string;

  @Field(() => String, { nullable: true })
  description: string | null;
}

@Directive('@shareable')
@ObjectType()
export class ProductDimension {
  readonly __typename: 'ProductDimension';

  @Field(() => String, { nullable: true })
  size: string | null;

  @Field(() => Float, { nullable: true })
  weight: number | null;

  @Directive('@inaccessible')
  @Field(() => String, { nullable: true })
  unit: string | null;
}

/** Belongs to the subgraph `users`; its field `averageProductsCreatedPerYear` is in `resolvers.ts`. */
@Directive('@extends')
@Directive('@key(fields: "email")')
@ObjectType()
export class User {
  readonly __typename: 'User';

  @Directive('@external')
  @Field(() => ID)
  email: string;

  @Directive('@override(from: "users")')
  @Field(() => String, { nullable: true })
  name: string | null;

  @Directive('@external')
  @Field(() => Int, { nullable: true })
  totalProductsCreated: number | null;

  /** Absent unless a representation brought it along: only `users` knows. */
  @Directive('@external')
  @Field(() => Int)
  yearsOfEmployment?: number;
}

/** An interface of the subgraph `inventory`, whose types this one does not know. */
@Directive('@interfaceObject')
@Directive('@key(fields: "id")')
@ObjectType()
export class Inventory {
  readonly __typename: 'Inventory';

  @Field(() => ID)
  id: string;

  @Field(() => [DeprecatedProduct])
  deprecatedProducts: readonly DeprecatedProduct[];
}
