import type { Area } from '../context.js';

const areas: readonly (readonly [RegExp, Area])[] = [
  [/^\/security\/(?:alerts_v2|alerts)(?:\/|$|\(|\/\$count)/, 'alerts'],
  [/^\/security\/incidents(?:\/|$|\()/, 'incidents'],
  [/^\/security\/securescore/, 'scores'],
  [/^\/identityprotection\//, 'identity'],
  [/^\/(?:users|devices|directoryobjects)(?:\/|$|\()/, 'directory'],
  [/^\/subscriptions(?:\/|$|\()/, 'subscriptions'],
  [/^\/\$batch$/, 'batch'],
];

/** The budget and fault area that a Graph path belongs to. @param path with version, with or without query. */
export function areaOfPath(path: string): Area {
  const bare = (path.split('?', 1)[0] ?? '').toLowerCase().replace(/^\/(?:v1\.0|beta)/, '');
  return areas.find(([pattern]) => pattern.test(bare))?.[1] ?? 'other';
}
