/** Where an event can end; events are parted by empty lines, and lines end in three ways. */
const separators = ['\n\n', '\r\n\r\n', '\r\r'] as const;

/**
 * The bytes of an event stream as they come, until one event is longer than `maxBytes`.
 * @param onTooLong Told before the stream is broken off.
 */
export async function* boundEvents(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  onTooLong: () => void,
): AsyncGenerator<Uint8Array> {
  let eventBytes = 0;
  let tail = Buffer.alloc(0);
  for await (const chunk of body) {
    const seen = Buffer.concat([tail, chunk]);
    const end = Math.max(...separators.map((separator) => seen.lastIndexOf(separator)));
    eventBytes = end === -1 ? eventBytes + chunk.byteLength : seen.byteLength - end;
    if (eventBytes > maxBytes) {
      onTooLong();
      throw new Error('An event is too long.');
    }
    tail = seen.subarray(-3);
    yield chunk;
  }
}

/** A whole body as text, or undefined as soon as it is longer than allowed; the rest is not read. */
export async function readBounded(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
