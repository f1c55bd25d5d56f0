/** A refusal in Graph's terms. Code and message may be empty, as they are in the service. */
export class GraphError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'GraphError';
  }
}

export function badRequest(message: string, code = 'BadRequest'): GraphError {
  return new GraphError(400, code, message);
}

/** @param code the words differ by workload. */
export function notFound(message: string, code = 'ResourceNotFound'): GraphError {
  return new GraphError(404, code, message);
}
