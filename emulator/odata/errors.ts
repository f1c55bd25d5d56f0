/** A query option that cannot be read. The message is what the caller gets to see. */
export class ODataSyntaxError extends Error {
  constructor(
    message: string,
    /** Offset into the option's text, in characters. */
    readonly position: number,
  ) {
    super(message);
    this.name = 'ODataSyntaxError';
  }
}

/** A well-formed query option that the resource does not support. */
export class ODataUnsupportedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ODataUnsupportedError';
  }
}
