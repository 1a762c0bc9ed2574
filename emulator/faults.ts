import { randomUUID } from 'node:crypto';
import type { Context, Fault, RecordedCall } from './context.ts';
import { tokenError } from './entra/aadsts.ts';

/** A fault as it is asked for: one matching call fails unless it says more. */
export type FaultRequest = Omit<Fault, 'id' | 'times'> & { times?: number };

/** Arms a failure of the next matching calls. Returns its id. */
export function armFault(context: Context, request: FaultRequest): string {
  const id = randomUUID();
  context.faults.push({ times: 1, ...request, id });
  return id;
}

/** The fault that this call meets, counted as used. */
export function takeFault(
  context: Context,
  service: RecordedCall['service'],
  request: Request,
): Fault['kind'] | undefined {
  const path = decodeURIComponent(new URL(request.url).pathname);
  const fault = context.faults.find(
    (fault) =>
      service !== 'emulator' &&
      (fault.service === undefined || fault.service === service) &&
      (fault.method === undefined || fault.method.toUpperCase() === request.method) &&
      path.includes(fault.path ?? (service === 'entra' ? '/oauth2/v2.0/token' : '')),
  );
  if (fault === undefined) return undefined;
  fault.times -= 1;
  if (fault.times <= 0) context.faults.splice(context.faults.indexOf(fault), 1);
  return fault.kind;
}

/** The answer of a service that refuses before doing anything. */
export function refusal(
  context: Context,
  service: RecordedCall['service'],
  request: Request,
  kind: Extract<Fault['kind'], { type: 'status' | 'aadsts' }>,
): Response {
  if (kind.type === 'aadsts') {
    const { error, suberror } = kind;
    return tokenError(context, request, kind.code, {}, { error, suberror });
  }
  const response =
    service === 'entra'
      ? entraRefusal(context, request, kind)
      : service === 'storage'
        ? new Response(kind.message ?? 'The emulator was asked to fail this request.', { status: kind.status })
        : graphRefusal(context, request, kind);
  if (kind.retryAfter !== undefined) response.headers.set('retry-after', kind.retryAfter);
  return response;
}

type StatusFault = Extract<Fault['kind'], { type: 'status' }>;

function entraRefusal(context: Context, request: Request, kind: StatusFault): Response {
  const code = kind.status === 429 ? 90055 : 90033;
  return tokenError(context, request, code, {}, { status: kind.status, error: kind.code, message: kind.message });
}

const graphCodes: Record<number, string> = {
  400: 'BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'ErrorAccessDenied',
  404: 'ErrorItemNotFound',
  409: 'ErrorIrresolvableConflict',
  412: 'ErrorIrresolvableConflict',
  429: 'ApplicationThrottled',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};

function graphRefusal(context: Context, request: Request, kind: StatusFault): Response {
  const requestId = randomUUID();
  const clientRequestId = request.headers.get('client-request-id') ?? requestId;
  const error = {
    code: kind.code ?? graphCodes[kind.status] ?? 'UnknownError',
    message: kind.message ?? 'The emulator was asked to fail this request.',
    innerError: {
      date: new Date(context.now()).toISOString().slice(0, 19),
      'request-id': requestId,
      'client-request-id': clientRequestId,
    },
  };
  return Response.json(
    { error },
    { status: kind.status, headers: { 'request-id': requestId, 'client-request-id': clientRequestId } },
  );
}
