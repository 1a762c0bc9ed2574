import { z } from '@hono/zod-openapi';
import { storedProblem } from '../http/problems.ts';
import { instantOut, problemSchema } from '../http/router.ts';
import { operationStatuses, resourceKinds, type Operation } from './operation.ts';

/** What a request that was answered with 202 set going. */
export const operationSchema = z
  .object({
    id: z.string().openapi({ example: 'opn_4caregaekf0jcqrakuxmhygr-1-mibchps0' }),
    url: z.string().openapi({ description: 'Where it is read again, as `Location` says.' }),
    status: z.enum(operationStatuses).openapi({
      description:
        'pending: Microsoft has not been asked yet, or is asked again at `retryAt` · succeeded: Microsoft shows what was wanted, or what was wanted later in its place · failed: a person is needed, see `problem`; tried again, it is pending once more · cancelled: the meeting was cancelled before it came true',
    }),
    resource: z
      .object({ kind: z.enum(resourceKinds), id: z.string(), url: z.string() })
      .openapi({ description: 'What the request made or changed; it exists from the first answer on.' }),
    problem: problemSchema
      .omit({ requestId: true })
      .extend({ retryAt: instantOut.nullable() })
      .nullable()
      .openapi({ description: 'Why it failed, or why it takes longer.' }),
    retryAt: instantOut.nullable().openapi({ description: 'While it is pending: when Microsoft is asked again.' }),
    createdAt: instantOut,
    updatedAt: instantOut.openapi({ description: 'When its meeting last changed.' }),
  })
  .openapi('Operation');

export type OperationJson = z.infer<typeof operationSchema>;

const addresses = {
  meeting: '/v1/meetings/',
  booking: '/v1/bookings/',
  booking_series: '/v1/bookings?seriesId=',
} as const;

export function presentOperation({ id, status, resource, problem, createdAt, updatedAt }: Operation): OperationJson {
  return {
    id,
    url: `/v1/operations/${id}`,
    status,
    resource: { ...resource, url: addresses[resource.kind] + resource.id },
    problem: problem ? storedProblem(problem) : null,
    retryAt: (status === 'pending' && problem?.retryAt?.toISOString()) || null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
