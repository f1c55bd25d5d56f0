import type { GiveMCASActivityFeedbackInput } from '../../schema/inputs/mcasMutations.input.js';
import type { GiveMCASActivityFeedbackPayload } from '../../schema/types/mcasMutation.type.js';
import type { MutationError } from '../../schema/types/mutationError.type.js';
import { NotFoundError, type UpstreamCall } from '../../upstream/contract.js';
import { outcomeIsUnknown } from '../../upstream/failures.js';
import { lengthProblems, maxCharacters } from '../mutations/inputChecks.js';
import { invalid, problem } from '../mutations/mutationErrors.js';
import { toPathSegment } from '../pathSegment.js';
import type { McasActivitiesDataSource } from './McasActivitiesDataSource.js';
import { isRefusal, type McasCaller, runMutation } from './mutationParts.js';

type Outcome = GiveMCASActivityFeedbackPayload & { readonly isFinal: boolean };

const missing = problem('NOT_FOUND', 'There is no activity with this id.', 'id');
const undecided = problem('OUTCOME_UNKNOWN', 'Whether the feedback arrived is not known; it was not sent again.');

/** Feedback to Microsoft on activities. It cannot be read back, so a lost answer stays unknown. */
export class ActivityFeedback {
  constructor(
    private readonly activities: McasActivitiesDataSource,
    private readonly caller: McasCaller,
  ) {}

  /** @throws {UserInputError} when the id cannot be one. @throws {UpstreamError} when nothing was sent. */
  async give(input: GiveMCASActivityFeedbackInput): Promise<GiveMCASActivityFeedbackPayload> {
    return runMutation<Outcome>(this.caller, 'giveMCASActivityFeedback', input, problemsOf(input), failed, async () => {
      try {
        await this.activities.send(feedbackCall(input));
        return { done: true, errors: [], isFinal: true };
      } catch (error) {
        if (error instanceof NotFoundError) return failed([missing]);
        if (isRefusal(error)) return failed([invalid(null, 'The upstream refused these values.')]);
        if (outcomeIsUnknown(error)) return { ...failed([undecided]), isFinal: true };
        throw error;
      }
    });
  }
}

function failed(errors: readonly MutationError[]): Outcome {
  return { done: false, errors, isFinal: false };
}

function problemsOf({
  id,
  feedback,
  text,
  allowContact,
  contactEmail,
}: GiveMCASActivityFeedbackInput): MutationError[] {
  return [
    ...lengthProblems('id', id, maxCharacters.id),
    ...lengthProblems('feedback', feedback, maxCharacters.name),
    ...lengthProblems('text', text, maxCharacters.comment),
    ...lengthProblems('contactEmail', contactEmail, maxCharacters.name),
    ...(contactEmail && !allowContact ? [invalid('contactEmail', '"contactEmail" wants "allowContact".')] : []),
  ];
}

/**
 * The documentation's table names the verdict `feedback`, its example `feedbackValue`; members that the upstream does
 * not know do no harm. The only route without a slash at its end. The answer's body is documented by mistake and not
 * looked at.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-activities-feedback
 */
function feedbackCall(input: GiveMCASActivityFeedbackInput): UpstreamCall<undefined> {
  const { id, feedback, text, allowContact, contactEmail } = input;
  return {
    operation: 'mcas.activities.feedback',
    method: 'POST',
    path: `/api/v1/activities/${toPathSegment(id)}/feedback`,
    body: {
      feedback,
      feedbackValue: feedback,
      feedbackText: text ?? '',
      allowContact,
      contactEmail: contactEmail ?? '',
    },
    permission: 'Investigation.read',
    parse: () => undefined,
  };
}
