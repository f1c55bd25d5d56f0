import { Arg, Extensions, Resolver, Root, Subscription } from 'type-graphql';
import type { Change } from '../changes/contract.js';
import { SecureScoreChange } from '../schema/types/secureScoreChange.type.js';
import type { GatewayContext } from './context.js';
import { afterDescription, deliveryDescription, toChangeEvent } from './subscriptions/changeEvent.js';
import { watchChanges } from './subscriptions/watchChanges.js';

@Resolver()
export class SecureScoreChangedResolver {
  @Extensions({ permission: 'Security.Read' })
  @Subscription(() => SecureScoreChange, {
    subscribe: ({ args, context }) => watchChanges('secureScore', context as GatewayContext, args.after, () => true),
    description: `Secure scores as the upstream makes them, one for each day, found by asking it every hour. ${deliveryDescription}`,
  })
  secureScoreChanged(
    @Root() change: Change<'secureScore'>,
    @Arg('after', () => String, { nullable: true, description: afterDescription })
    _after: string | null | undefined,
  ): SecureScoreChange {
    return {
      ...toChangeEvent(change),
      secureScoreId: change.id,
      secureScore: change.entity,
      previous: change.before,
    };
  }
}
