import { findById } from './findById.js';

/** The id ends with the day. Those of a request share the calls that reach back far enough. */
export const secureScoreReference = findById(async ({ scores }, id) => {
  const day = /_(\d{4}-\d{2}-\d{2})$/.exec(id)?.[1];
  const score = day === undefined ? null : await scores.ofDay(day);
  return score?.id === id ? score : null;
});

/** Out of all profiles. */
export const secureScoreControlProfileReference = findById(({ scores }, id) => scores.controlProfile(id));
