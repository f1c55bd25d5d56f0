import { UserInputError } from '../errors/GatewayError.js';

const maxIdCharacters = 512;

/**
 * An id as one percent-encoded segment of an upstream path. What would change the path (nothing, dots, control
 * characters, half a surrogate pair) is refused, so that a read of one entity never becomes another call.
 * @param name Name of the id in the message, such as `id`.
 * @throws {UserInputError} when the text cannot be an id of any upstream.
 */
export function toPathSegment(id: string, name = 'id'): string {
  const plausible = id !== '' && id.length <= maxIdCharacters && !/^\.{1,2}$/.test(id) && !hasControls(id);
  const segment = plausible ? encode(id) : undefined;
  if (segment === undefined) throw new UserInputError(`"${name}" is not an id.`, { argument: name });
  return segment;
}

/** `undefined` for half a surrogate pair, which has no encoding. */
function encode(id: string): string | undefined {
  try {
    return encodeURIComponent(id);
  } catch {
    return undefined;
  }
}

function hasControls(text: string): boolean {
  return [...text].some((character) => (character.codePointAt(0) ?? 0) < 0x20 || character === '\u007f');
}
