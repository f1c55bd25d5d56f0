import type { MCASActivity } from '../../schema/types/mcasActivity.type.js';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const principalName = /^[^@\s]+@[^@\s]+$/;

/** How the directory may know who did an activity. */
export interface Actor {
  readonly objectId?: string;
  readonly userPrincipalName?: string;
}

/** The actor's object id and name, as far as the activity tells them in one of its places. */
export function findActor(activity: MCASActivity): Actor {
  const ids = [activity.resolvedActor?.id, ...activity.entityData.map((entity) => entity.id)].filter(isText);
  const names = [activity.userName, activity.resolvedActor?.name, ...ids].filter(isText);
  const objectId = ids.find((id) => guid.test(id));
  const userPrincipalName = names.find((name) => principalName.test(name));
  return { ...(objectId ? { objectId } : {}), ...(userPrincipalName ? { userPrincipalName } : {}) };
}

function isText(value: string | null | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
