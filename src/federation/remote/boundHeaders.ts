/** Whether a header belongs to one connection or one body, and so never to the next. @param name In lower case. */
export function isBoundHeader(name: string): boolean {
  return bound.test(name);
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const bound =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-.*|accept|accept-encoding|expect|sec-websocket-.*)$/;
