/** A refusal as Graph would send it; becomes the standard error envelope. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  /** Members beside `code` and `message`, such as `@event.existingEventId`. */
  readonly extra: Record<string, unknown>;
  readonly headers: Record<string, string>;
  /** The code of the inner error, where there is one that says more. */
  readonly innerCode: string | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { extra?: Record<string, unknown>; headers?: Record<string, string>; innerCode?: string } = {},
  ) {
    super(message);
    this.name = 'GraphError';
    this.status = status;
    this.code = code;
    this.extra = more.extra ?? {};
    this.headers = more.headers ?? {};
    this.innerCode = more.innerCode;
  }
}

/** 401: what is wrong with the token is the message. */
export function invalidToken(message: string): GraphError {
  return new GraphError(401, 'InvalidAuthenticationToken', message, {
    headers: {
      'WWW-Authenticate':
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"',
    },
  });
}

/** 403 of Exchange. */
export function accessDenied(message = 'Access is denied. Check credentials and try again.'): GraphError {
  return new GraphError(403, 'ErrorAccessDenied', message);
}

/** 403 of Teams. */
export function forbidden(message: string): GraphError {
  return new GraphError(403, 'Forbidden', message);
}

/** 403 of the directory. */
export function requestDenied(): GraphError {
  return new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
}

/** 404 of Exchange: no such item in this mailbox. */
export function itemNotFound(): GraphError {
  return new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
}

/** 404 of the directory. */
export function resourceNotFound(id: string): GraphError {
  const message = `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;
  return new GraphError(404, 'Request_ResourceNotFound', message);
}

/** 400 with a code of its own. */
export function badRequest(message: string, code = 'BadRequest'): GraphError {
  return new GraphError(400, code, message);
}

/** 400 for a body that does not fit its type. */
export function badBody(message: string): GraphError {
  return new GraphError(400, 'RequestBodyRead', message);
}
