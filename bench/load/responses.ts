/** How often each HTTP status was answered. */
export type Statuses = Record<string, number>;

const longestStatusLine = 'HTTP/1.1 200'.length;

/** Reads no more of the answers on one connection than their statuses. @returns to be told of each piece, says how many ended it. */
export function countStatuses(statuses: Statuses): (piece: Buffer) => number {
  let rest = '';
  return (piece) => {
    const text = rest + piece.toString('latin1');
    const found = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)];
    for (const [, status = ''] of found) statuses[status] = (statuses[status] ?? 0) + 1;
    const end = (found.at(-1)?.index ?? -longestStatusLine) + longestStatusLine;
    rest = text.slice(Math.max(end, text.length - longestStatusLine + 1));
    return found.length;
  };
}
