import type { MCASActivity } from '../../schema/types/mcasActivity.type.js';

/**
 * Which of the users that were asked for together an activity belongs to. Rows carry the name of the user in several
 * places, and failed sign-ins not in the usual one; the first name that was asked for counts, compared without case.
 * @param users User principal names in lower case.
 */
export function matchUser(activity: MCASActivity, users: ReadonlySet<string>): string | undefined {
  const [only] = users;
  if (users.size === 1) return only;
  return namesOf(activity).find((name) => users.has(name));
}

function namesOf(activity: MCASActivity): string[] {
  const names = [
    activity.userName,
    activity.resolvedActor?.name,
    ...activity.entityData.map((entity) => entity.id),
    activity.resolvedActor?.id,
    ...(activity.mainInfo?.eventObjects ?? []).map((object) => object.id),
  ];
  return names.filter((name) => typeof name === 'string').map((name) => name.toLowerCase());
}
