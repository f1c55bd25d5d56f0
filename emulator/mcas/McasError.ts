import { randomUUID } from 'node:crypto';

/** A refusal in one of the shapes that Cloud Apps answers with. */
export class McasError extends Error {
  constructor(
    readonly status: number,
    /** An object is sent as JSON, a text as an HTML page. */
    readonly body: object | string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
    this.name = 'McasError';
  }
}

/** A page as the service's front end shows it when no code of the API has answered. */
export function htmlPage(title: string): string {
  return `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
}

/** A filter, operator or value that the list does not know. */
export function badFilter(status: number, value: unknown): McasError {
  return new McasError(status, {
    filters: [
      {
        error: `${typeof value === 'string' ? value : JSON.stringify(value)} is not valid`,
        errorMessageCode: 'CONSOLE_FORMS_NOT_VALID_VALUE',
        errorMessageParams: { value },
      },
    ],
    error: true,
  });
}

/** Any other input that is refused. */
export function badRequest(error: string): McasError {
  return new McasError(400, { errors: [{ error }] });
}

export function notFound(): McasError {
  return new McasError(404, htmlPage('Not Found'));
}

export function invalidTokenBody(): object {
  return { detail: 'Invalid token' };
}

export function insufficientRoleBody(): object {
  return { detail: 'Insufficient role based permissions', correlation_id: randomUUID() };
}

export function throttledBody(seconds: number): object {
  return { error: { message: `Rate limit is exceeded. Try again in ${seconds} seconds.` } };
}

/** Body of a scripted refusal with any status, for the emulator's faults. */
export function refusalBody(status: number, retryAfterSeconds: number | undefined): object | string {
  if (status === 429) return throttledBody(retryAfterSeconds ?? 60);
  if (status === 401) return invalidTokenBody();
  if (status === 403) return insufficientRoleBody();
  return status >= 500 || status === 404
    ? htmlPage(`Error ${status}`)
    : { errors: [{ error: `Refused with ${status}` }] };
}
