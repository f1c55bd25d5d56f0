import { Field, ObjectType, registerEnumType } from 'type-graphql';

export const MutationErrorCode = {
  NOT_FOUND: 'NOT_FOUND',
  CONFLICT: 'CONFLICT',
  INVALID_INPUT: 'INVALID_INPUT',
  IDEMPOTENCY_KEY_REUSED: 'IDEMPOTENCY_KEY_REUSED',
  UNSUPPORTED_BY_DIALECT: 'UNSUPPORTED_BY_DIALECT',
  PARTLY_APPLIED: 'PARTLY_APPLIED',
  OUTCOME_UNKNOWN: 'OUTCOME_UNKNOWN',
} as const;
export type MutationErrorCode = keyof typeof MutationErrorCode;

registerEnumType(MutationErrorCode, {
  name: 'MutationErrorCode',
  description:
    'Why a mutation did not do all that was asked. Missing rights, throttling and outages are GraphQL errors.',
  valuesConfig: {
    NOT_FOUND: { description: 'The upstream does not know the object. Nothing was written.' },
    CONFLICT: { description: 'The object changed since `expectedLastUpdate`. Nothing was written.' },
    INVALID_INPUT: { description: 'A value is not acceptable, or there is nothing to change. Nothing was written.' },
    IDEMPOTENCY_KEY_REUSED: { description: 'The key was used before with another input. Nothing was written.' },
    UNSUPPORTED_BY_DIALECT: {
      description: 'The configured upstream API cannot write this field. Nothing was written.',
    },
    PARTLY_APPLIED: { description: 'Some of it was written, the part in `inputPath` was not.' },
    OUTCOME_UNKNOWN: {
      description: 'The answer was lost and reading back did not settle it: the part in `inputPath` may be written.',
    },
  },
});

@ObjectType({ description: 'Why a mutation did not do all that was asked.', simpleResolvers: true })
export class MutationError {
  @Field(() => MutationErrorCode, { description: 'Stable code.' })
  code: MutationErrorCode;

  @Field(() => String, { description: 'For humans; the text may change.' })
  message: string;

  @Field(() => [String], {
    nullable: true,
    description: 'The member of `input` that is meant; null when it is all of it.',
  })
  inputPath: readonly string[] | null;
}
